/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Only the maps that the program needs are created: those that it and its subprograms use, maps in
 * its maps of maps, and read-only data. A map that the kernel cannot create does no harm to programs
 * that do not use it, and a map that only another program uses is not pinned by its name, which the
 * log and the report of a step say.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static const char PIN[] = BPFFS "/pin_of_other";
static char lines[4096];

static void keep_line(int level, const char *line, void *user)
{
	size_t length = strlen(lines);

	(void)user;
	if (level == CGSWAP_LOG_WARNING)
		snprintf(lines + length, sizeof(lines) - length, "%s\n", line);
}

static enum cgswap_status open_program(cgswap_program **out, cgswap_session *session,
				       const char *name)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s#%s", map_fixture_object("needed"), name);
	return cgswap_program_open(out, session, source, &opts);
}

/* The program has the map that it uses and its read-only data. */
static void uses(cgswap_session *session, const char *name, const char *map)
{
	cgswap_program *program = NULL;

	expect_ok(open_program(&program, session, name), "'%s' is loaded", name);
	is_int(cgswap_program_get_map_count(program), 2, "it has two maps");
	ok(map_fixture_is_used(program, map), "one is %s", map);
	ok(map_fixture_is_used(program, "needed.rodata"), "the other is read-only data");
	cgswap_program_unref(program);
}

/* The inner map is found in the outer map of the loaded program. */
static void nested(cgswap_session *session)
{
	cgswap_program *program = NULL;
	uint64_t inner = 0;
	int outer = -1;

	expect_ok(open_program(&program, session, "by_nested"), "'by_nested' is loaded");
	for (size_t i = 0; i < cgswap_program_get_map_count(program); i++)
		if (strcmp(cgswap_program_get_map_name(program, i), "nesting") == 0)
			outer = raw_map_open(cgswap_program_get_map_id(program, i));
	ok(outer >= 0 && raw_map_lookup(outer, 0, &inner) == 0 && inner,
	   "its map of maps has the inner map");
	if (outer >= 0)
		raw_close(outer);
	cgswap_program_unref(program);
}

/* A choice for a map that another program uses is not for this one. */
static void chosen(cgswap_session *session)
{
	static const char *const choices[] = { "of_global=new", NULL };
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .map_choices = choices };
	cgswap_program *program;
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s#direct", map_fixture_object("needed"));
	EXPECT_CAUSE(cgswap_program_open(&program, session, source, &opts), BAD_ARGUMENT,
		     "a map that the program does not use is chosen");
	expect_message("chooses a map that program 'direct' of '");
}

static void broken(cgswap_session *session)
{
	cgswap_program *program;

	ok(open_program(&program, session, "broken") != CGSWAP_OK,
	   "the program that uses the broken map is not loaded");
	expect_message("'broken_ring'");
}

static void pins(cgswap_session *session)
{
	cgswap_program *program = NULL;
	int pinned;

	lines[0] = '\0';
	expect_ok(open_program(&program, session, "direct"), "a program beside one with a pin");
	ok(cgswap_program_get_fd(program) >= 0, "its descriptor is handed out");
	ok(raw_pin_open(PIN) < 0, "the map of the other program is not pinned");
	has_str(lines, "map 'pin_of_other' of '", "the log says so");
	has_str(lines, "is not pinned: program 'direct' does not use it", "and why");
	cgswap_program_unref(program);
	lines[0] = '\0';
	expect_ok(open_program(&program, session, "pinning"), "the program with the pin");
	ok(cgswap_program_get_fd(program) >= 0, "its descriptor is handed out");
	pinned = raw_pin_open(PIN);
	ok(pinned >= 0, "its map is pinned");
	is_str(lines, "", "the log says nothing");
	raw_close(pinned);
	raw_unpin(PIN);
	cgswap_program_unref(program);
}

/* A step reports it too, and for an object only what none of its programs uses. */
static bool unpinned_is(const cgswap_replace *replace, size_t steps, const char *name)
{
	bool good = cgswap_replace_get_length(replace) == steps;

	for (size_t i = 0; i < steps && good; i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		good = cgswap_step_get_unpinned_map_count(step) == (name ? 1 : 0) &&
		       strcmp(cgswap_step_get_unpinned_map_name(step, 0), name ? name : "") == 0;
	}
	return good;
}

static void attached(cgswap_session *session, const struct scratch *cgroup, const char *second,
		     const char *unpinned)
{
	const char *const only[] = { "direct", second, NULL };
	const struct cgswap_object_opts opts = { .sz = sizeof(opts), .only = only, .dry_run = true };
	cgswap_replace *replace = NULL;
	cgswap_object *object;

	if (!expect_ok(cgswap_object_open(&object, session, map_fixture_object("needed")), "an object"))
		return;
	if (expect_ok(cgswap_object_attach(&replace, object, cgroup->path, &opts), "two programs"))
		ok(unpinned_is(replace, 2, unpinned), "with '%s': %s", second,
		   unpinned ? "the report has the map of the other program"
			    : "the report has no map, since one of the two pins it");
	cgswap_replace_unref(replace);
	cgswap_object_unref(object);
}

static void reported(cgswap_session *session)
{
	struct map_fixture fixture = map_fixture_new_at("step", "needed", "direct", EGRESS);
	struct scratch bare = scratch_new("bare");
	char source[1100];
	cgswap_replace *replace;

	snprintf(source, sizeof(source), "obj:%s#direct", map_fixture_object("needed"));
	if (expect_ok(map_fixture_plan(&fixture, &replace, source, CGSWAP_MAPS_REUSE), "a step"))
		ok(unpinned_is(replace, 1, "pin_of_other"), "its report names the map");
	cgswap_replace_unref(replace);
	is_int(cgswap_step_get_unpinned_map_count(NULL), 0, "NULL has none");
	attached(session, &bare, "by_static", "pin_of_other");
	attached(session, &bare, "pinning", NULL);
	map_fixture_free(&fixture);
}

int main(void)
{
	cgswap_session *session;

	need_live();
	bpffs_private();
	session = live_session();
	cgswap_session_set_log(session, keep_line, NULL, NULL);
	uses(session, "direct", "of_direct");
	uses(session, "by_static", "of_static");
	uses(session, "by_global", "of_global");
	uses(session, "by_callback", "of_callback");
	uses(session, "by_variable", "needed.bss");
	nested(session);
	chosen(session);
	broken(session);
	pins(session);
	reported(session);
	cgswap_session_unref(session);
	return done_testing();
}
