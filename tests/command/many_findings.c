/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A replace in many cgroups reports dropped maps and constants, left pins, and the constants that
 * were taken over, as a replace in one cgroup does: equal findings once, with the number of cgroups.
 */
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

/* Two cgroups share a program, another has one of its own. */
static struct map_fixture shared, beside, own;
static const char *pin;

static struct command replace(const char *option)
{
	struct command command =
		cgswap_run("replace", "egress", "gate", constant_fixture_object("gate_v1"), "--cgroup",
			   shared.cgroup.path, "--cgroup", beside.cgroup.path, "--cgroup",
			   own.cgroup.path, "--constants=old", "--maps=new", "--no-journal", option, NULL);

	if (!is_int(command.status, 0, "replace %s", option ? option : ""))
		diag("%s%s", command.out, command.err);
	return command;
}

static void text(const char *option, const char *is_not)
{
	struct command command = replace(option);
	char expected[256];

	has_str(command.out, "3  deny_all  1      1          old: requested by the constant policy\n",
		"a constant that was taken over, and in how many cgroups");
	snprintf(expected, sizeof(expected), "in 3 cgroups: the old program's map seen %s used by the new one\n",
		 is_not);
	has_str(command.out, expected, "a dropped map of each cgroup, by its name");
	snprintf(expected, sizeof(expected),
		 "in 3 cgroups: the old program's constant only_v2 (77) %s in the new one\n", is_not);
	has_str(command.out, expected, "a dropped constant");
	has_str(command.out, pin, "a left pin");
	is_int(command.err[0], '\0', "nothing is on standard error");
	command_free(&command);
}

static json_int_t cgroups(const json_t *transaction, const char *list, size_t index)
{
	const json_t *finding = json_array_get(json_object_get(transaction, list), index);

	return json_integer_value(json_object_get(finding, "cgroups"));
}

static void as_json(void)
{
	struct command command = replace("--json");
	json_t *json = command_json(&command), *all = json_object_get(json, "transaction");
	const json_t *dropped = json_object_get(all, "dropped_maps");
	const json_t *constant = json_array_get(json_object_get(all, "constants"), 0);

	is_int((long long)json_array_size(dropped), 2, "two maps are dropped");
	is_int(cgroups(all, "dropped_maps", 0), 2, "one in the cgroups that share it");
	is_int(cgroups(all, "dropped_maps", 1), 1, "one in the other cgroup");
	is_str(json_string_value(json_object_get(json_array_get(dropped, 0), "name")), "seen",
	       "with its name");
	is_str(json_string_value(json_object_get(constant, "old_value")), "1",
	       "a constant has the members of one cgroup's");
	is_int(cgroups(all, "constants", 0), 3, "and the number of cgroups");
	is_int(cgroups(all, "dropped_constants", 0), 3, "so has a dropped constant");
	is_int((long long)json_array_size(json_object_get(all, "left_pins")), 1, "and a left pin");
	ok(json_array_size(json_object_get(all, "maps")) > 0, "the maps are listed");
	json_decref(json);
	command_free(&command);
}

int main(void)
{
	need_live();
	bpffs_private();
	shared = constant_fixture_new("shared", "gate_v2", CHOICES("deny_all=1"));
	beside = map_fixture_beside(&shared, "beside");
	own = constant_fixture_new("own", "gate_v2", CHOICES("deny_all=1"));
	pin = bpffs_pin(raw_prog_open(map_fixture_program(&shared)), "gate");
	text("--dry-run", "would not be");
	as_json();
	map_fixture_free(&own);
	map_fixture_free(&beside);
	map_fixture_free(&shared);
	return done_testing();
}
