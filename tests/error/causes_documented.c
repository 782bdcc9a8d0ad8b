/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every cause of the header has its name, status, meaning and remedy, and numbers and names do not
 * change. The list is read from the header itself, so that it is complete.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Published numbers do not change: checks an early, a middle and a late one. */
static void fixed_numbers(void)
{
	is_int(CGSWAP_CAUSE_BAD_ARGUMENT, 1, "bad_argument is 1");
	is_int(CGSWAP_CAUSE_NOT_ATTACHED, 20, "not_attached is 20");
	is_int(CGSWAP_CAUSE_LOST_RACE, 32, "lost_race is 32");
	is_int(CGSWAP_CAUSE_UNEXPLAINED, 63, "unexplained is 63");
	is_int(CGSWAP_CAUSE_DRAIN_UNAVAILABLE, 68, "drain_unavailable is 68");
	is_int(CGSWAP_E_ARGUMENT, -1, "argument is -1");
	is_int(CGSWAP_E_NO_MEMORY, -18, "no_memory is -18");
}

static bool sentence(const char *text, bool ends)
{
	size_t length = text ? strlen(text) : 0;

	return length > 5 && !strchr(text, '\n') && (!ends || text[length - 1] == '.');
}

/* An example is a command and its message. */
static bool two_lines(const char *text)
{
	const char *newline = text ? strchr(text, '\n') : NULL;

	return newline && newline > text && newline[1] && !strchr(newline + 1, '\n');
}

static void is_documented(enum cgswap_cause cause, const char *name)
{
	enum cgswap_status status = cgswap_cause_get_status(cause);
	const char *errnos = cgswap_cause_get_errnos(cause);

	is_str(cgswap_cause_get_name(cause), name, "%d is %s", cause, name);
	is_int(cgswap_cause_get_by_name(name), cause, "%s is found by its name", name);
	ok(status < 0 && cgswap_status_get_name(status)[0], "%s has a status: %s", name,
	   cgswap_status_get_name(status));
	ok(sentence(cgswap_cause_get_meaning(cause), true), "%s has a meaning", name);
	ok(sentence(cgswap_cause_get_remedy(cause), false), "%s has a remedy", name);
	ok(two_lines(cgswap_cause_get_example(cause)), "%s has an example", name);
	ok(errnos && (!errnos[0] || errnos[0] == 'E' || !strncmp(errnos, "any", 3)),
	   "%s has errnos: '%s'", name, errnos);
}

/* "	CGSWAP_CAUSE_NOT_ATTACHED = 20," gives "not_attached" and 20. */
static bool parse(const char *line, char *name, int *number)
{
	char upper[64];
	size_t i;

	if (sscanf(line, " CGSWAP_CAUSE_%63[A-Z0-9_] = %d", upper, number) != 2)
		return false;
	for (i = 0; upper[i]; i++)
		name[i] = tolower((unsigned char)upper[i]);
	name[i] = '\0';
	return true;
}

/* Lua, Python and JSON use these names; a default and an unknown number have no name. */
static void enum_names(void)
{
	is_str(cgswap_mode_get_name(CGSWAP_MODE_DEFAULT), "", "the default mode has no name");
	is_str(cgswap_mode_get_name(CGSWAP_MODE_MULTI), "multi", "mode multi");
	is_str(cgswap_mode_get_name(CGSWAP_MODE_OVERRIDE), "override", "mode override");
	is_str(cgswap_mode_get_name(CGSWAP_MODE_NONE), "none", "mode none");
	is_str(cgswap_mode_get_name((enum cgswap_mode)4), "", "no mode 4");
	is_str(cgswap_mode_get_name((enum cgswap_mode)-1), "", "no mode -1");
	is_str(cgswap_preorder_get_name(CGSWAP_PREORDER_DEFAULT), "", "the default preorder has no name");
	is_str(cgswap_preorder_get_name(CGSWAP_PREORDER_NO), "no", "preorder no");
	is_str(cgswap_preorder_get_name(CGSWAP_PREORDER_YES), "yes", "preorder yes");
	is_str(cgswap_preorder_get_name((enum cgswap_preorder)3), "", "no preorder 3");
	is_str(cgswap_position_get_name(CGSWAP_POSITION_FIRST), "first", "position first");
	is_str(cgswap_position_get_name(CGSWAP_POSITION_LAST), "last", "position last");
	is_str(cgswap_position_get_name((enum cgswap_position)3), "", "no position 3");
	is_str(cgswap_map_policy_get_name(CGSWAP_MAPS_DEFAULT), "", "the default policy has no name");
	is_str(cgswap_map_policy_get_name(CGSWAP_MAPS_REUSE), "reuse", "map policy reuse");
	is_str(cgswap_map_policy_get_name(CGSWAP_MAPS_NEW), "new", "map policy new");
	is_str(cgswap_map_policy_get_name(CGSWAP_MAPS_REQUIRE), "require", "map policy require");
	is_str(cgswap_map_policy_get_name((enum cgswap_map_policy)4), "", "no map policy 4");
	is_str(cgswap_constant_policy_get_name(CGSWAP_CONSTANTS_DEFAULT), "", "the default has no name");
	is_str(cgswap_constant_policy_get_name(CGSWAP_CONSTANTS_OLD), "old", "constant policy old");
	is_str(cgswap_constant_policy_get_name(CGSWAP_CONSTANTS_NEW), "new", "constant policy new");
	is_str(cgswap_constant_policy_get_name((enum cgswap_constant_policy)3), "", "no constant policy 3");
	is_str(cgswap_guard_get_name(CGSWAP_GUARD_NOT_DONE), "", "a swap not done has no guard");
	is_str(cgswap_guard_get_name(CGSWAP_GUARD_NONE), "none", "guard none");
	is_str(cgswap_guard_get_name(CGSWAP_GUARD_PROGRAM), "program", "guard program");
	is_str(cgswap_guard_get_name(CGSWAP_GUARD_REVISION), "revision", "guard revision");
	is_str(cgswap_guard_get_name((enum cgswap_guard)4), "", "no guard 4");
	is_str(cgswap_step_state_get_name((enum cgswap_step_state)0), "", "no step state 0");
	is_str(cgswap_step_state_get_name(CGSWAP_STEP_PLANNED), "planned", "step planned");
	is_str(cgswap_step_state_get_name(CGSWAP_STEP_DONE), "done", "step done");
	is_str(cgswap_step_state_get_name(CGSWAP_STEP_UNDONE), "undone", "step undone");
	is_str(cgswap_step_state_get_name(CGSWAP_STEP_FAILED), "failed", "step failed");
	is_str(cgswap_step_state_get_name(CGSWAP_STEP_GONE), "gone", "step gone");
	is_str(cgswap_step_state_get_name((enum cgswap_step_state)6), "", "no step state 6");
	is_str(cgswap_event_kind_get_name((enum cgswap_event_kind)0), "", "no event 0");
	is_str(cgswap_event_kind_get_name(CGSWAP_EVENT_CHECKED), "checked", "the first event");
	is_str(cgswap_event_kind_get_name(CGSWAP_EVENT_NOT_UNDONE), "not_undone", "the last event");
	is_str(cgswap_event_kind_get_name((enum cgswap_event_kind)12), "", "no event 12");
	is_str(cgswap_log_level_get_name(CGSWAP_LOG_WARNING), "warning", "log level warning");
	is_str(cgswap_log_level_get_name(CGSWAP_LOG_INFO), "info", "log level info");
	is_str(cgswap_log_level_get_name(CGSWAP_LOG_DEBUG), "debug", "log level debug");
	is_str(cgswap_log_level_get_name((enum cgswap_log_level)4), "", "no log level 4");
}

static void names(void)
{
	is_str(cgswap_cause_get_name(CGSWAP_CAUSE_NONE), "", "CGSWAP_CAUSE_NONE has no name");
	is_str(cgswap_cause_get_name((enum cgswap_cause)9999), "", "an unknown cause has no name");
	is_str(cgswap_cause_get_example(CGSWAP_CAUSE_NONE), "", "CGSWAP_CAUSE_NONE has no example");
	is_int(cgswap_cause_get_by_name(""), CGSWAP_CAUSE_NONE, "an empty name is not a cause");
	is_int(cgswap_cause_get_by_name("NOT_ATTACHED"), CGSWAP_CAUSE_NONE, "names are lower case");
	is_str(cgswap_status_get_name(CGSWAP_OK), "ok", "status ok");
	is_str(cgswap_status_get_name(CGSWAP_E_NOT_ATTACHED), "not_attached", "status not_attached");
	is_str(cgswap_status_get_name(CGSWAP_E_NO_MEMORY), "no_memory", "status no_memory");
	is_str(cgswap_status_get_name((enum cgswap_status)-99), "", "no status -99");
	enum_names();
	is_str(cgswap_errno_get_name(EINVAL), "EINVAL", "EINVAL");
	is_str(cgswap_errno_get_name(ESTALE), "ESTALE", "ESTALE");
	is_str(cgswap_errno_get_name(ENOLINK), "ENOLINK", "ENOLINK");
	is_str(cgswap_errno_get_name(0), "", "no errno 0");
	is_str(cgswap_errno_get_name(99999), "", "no errno 99999");
}

int main(void)
{
	char *path = source_path("include/cgswap.h"), line[512], name[64];
	FILE *header = fopen(path, "r");
	size_t found = 0;
	int number;

	if (!header)
		bail_out("cannot read %s", path);
	while (fgets(line, sizeof(line), header)) {
		if (!parse(line, name, &number) || number == CGSWAP_CAUSE_NONE)
			continue;
		is_int(cgswap_cause_get_at(found), number, "cause %zu in the list", found);
		is_documented(number, name);
		found++;
	}
	fclose(header);
	free(path);
	is_int(cgswap_cause_get_count(), found, "the list has as many causes as the header");
	is_int(cgswap_cause_get_at(found), CGSWAP_CAUSE_NONE,
	       "a cause past the end is CGSWAP_CAUSE_NONE");
	fixed_numbers();
	names();
	return done_testing();
}
