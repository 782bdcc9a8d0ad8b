/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a policy denies commands of bpf(2), show prints what it can and warns once, and features says
 * that it does not know.
 */
#include "../lib/command.h"
#include "../lib/live.h"
#include "../lib/policy.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <string.h>

enum { PROG_ATTACH = 8, PROG_BY_ID = 13, QUERY = 16, NEXT_LINK = 31 };

static struct fixture fixture;

static size_t count_lines_with(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part)) != NULL) {
		count++;
		text += strlen(part);
	}
	return count;
}

static void show_without_names(void)
{
	struct command command = cgswap_run("show", fixture.cgroup.path, NULL);

	is_int(command.status, 0, "show succeeds without names");
	is_int(count_lines_with(command.err, "cgswap: show: "), 1, "it warns once");
	has_str(command.err, "denied_by_policy", "the warning has the cause");
	has_str(command.out, by_id(fixture.progs[1]) + strlen("id:"), "ids are shown");
	command_free(&command);
}

static void show_without_links(void)
{
	struct command command = cgswap_run("show", fixture.cgroup.path, "egress", NULL);

	is_int(command.status, 0, "show succeeds without links");
	is_int(count_lines_with(command.err, "cgswap: show: "), 1, "it warns once");
	has_str(command.err, "links are not shown (denied_by_policy)", "the warning says why");
	has_str(command.out, "p1", "names are shown");
	command_free(&command);
}

static void show_nothing(void)
{
	struct command command = cgswap_run("show", fixture.cgroup.path, "egress", "--json", NULL);
	json_t *json = command_json(&command), *details;

	is_int(command.status, 1, "show fails without queries");
	details = json_object_get(json_object_get(json, "error"), "details");
	is_str(json_string_value(json_object_get(details, "command")), "BPF_PROG_QUERY",
	       "the denied command is a detail");
	json_decref(json);
	command_free(&command);
}

static void features_unknown(void)
{
	struct command command = cgswap_run("features", "--json", NULL);
	json_t *json = command_json(&command), *feature;
	size_t index, unknown = 0, absent = 0;

	is_int(command.status, 0, "features succeeds");
	json_array_foreach(json_object_get(json, "features"), index, feature)
	{
		json_t *supported = json_object_get(feature, "supported");

		unknown += json_is_null(supported);
		absent += json_is_false(supported);
	}
	ok(unknown > 3, "features that need the command are unknown");
	is_int(absent, 0, "none of them counts as absent");
	is_int(count_lines_with(command.err, "cgswap: features: "), 1, "it warns once");
	json_decref(json);
	command_free(&command);
}

int main(void)
{
	static const int errnums[] = { EPERM, EACCES, ENOSYS };

	need_live();
	need_flags(RAW_BEFORE, "BPF_F_BEFORE");
	fixture = fixture_new("policy", 3);
	for (size_t i = 0; i < sizeof(errnums) / sizeof(*errnums); i++) {
		diag("%s", strerror(errnums[i]));
		under_policy(PROG_BY_ID, errnums[i], show_without_names);
		under_policy(NEXT_LINK, errnums[i], show_without_links);
		under_policy(QUERY, errnums[i], show_nothing);
		under_policy(PROG_ATTACH, errnums[i], features_unknown);
		under_policy_for_all(errnums[i], features_unknown);
	}
	fixture_free(&fixture);
	return done_testing();
}
