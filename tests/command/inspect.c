/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inspect shows the programs, maps and metadata of an object file, in tables and in JSON, without any
 * capability. It fails for a file that is not an object file.
 */
#include "../lib/command.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static json_t *inspect(const char *below)
{
	char *path = build_path(below);
	struct command command = cgswap_run("--json", "inspect", path, NULL);
	json_t *json = command_json(&command);

	if (!is_int(command.status, 0, "inspect %s", below))
		diag("%s%s", command.err, command.out);
	is_str(command.err, "", "nothing is on stderr");
	is_str(json_string_value(json_object_get(json, "object")), path, "the file name");
	command_free(&command);
	free(path);
	return json;
}

static void text_is(json_t *object, const char *key, const char *wanted)
{
	is_str(json_string_value(json_object_get(object, key)), wanted, "%s", key);
}

static void number_is(json_t *object, const char *key, int wanted)
{
	is_int(json_integer_value(json_object_get(object, key)), wanted, "%s", key);
}

static void one_program(void)
{
	json_t *json = inspect("tests/bpf/object/one_program.bpf.o"), *list, *entry;

	is_int(json_object_size(json), 6, "the object has the documented members only");
	text_is(json, "license", "Dual BSD/GPL");
	list = json_object_get(json, "programs");
	is_int(json_array_size(list), 1, "one program");
	entry = json_array_get(list, 0);
	is_int(json_object_size(entry), 5, "it has five members");
	text_is(entry, "name", "count_all");
	text_is(entry, "section", "cgroup_skb/egress");
	text_is(entry, "type", "cgroup_skb");
	text_is(entry, "attach_type", "cgroup_inet_egress");
	ok(json_integer_value(json_object_get(entry, "instructions")) > 2, "instructions");
	list = json_object_get(json, "maps");
	is_int(json_array_size(list), 1, "one map");
	entry = json_array_get(list, 0);
	is_int(json_object_size(entry), 5, "it has five members");
	text_is(entry, "name", "counters");
	text_is(entry, "type", "array");
	number_is(entry, "key_size", 4);
	number_is(entry, "value_size", 8);
	number_is(entry, "max_entries", 1);
	entry = json_object_get(json, "metadata");
	ok(json_is_object(entry) && !json_object_size(entry), "no metadata");
	json_decref(json);
}

static void several_programs(void)
{
	static const char *const names[] = { "first", "second", "connecting" };
	static const char *const attach_types[] = { "cgroup_inet_egress", "cgroup_inet_egress",
					     "cgroup_inet4_connect" };
	json_t *json = inspect("tests/bpf/object/several_programs.bpf.o"), *entry;
	json_t *list = json_object_get(json, "programs");
	size_t index;

	is_int(json_array_size(list), 3, "three programs");
	json_array_foreach(list, index, entry)
	{
		text_is(entry, "name", names[index]);
		text_is(entry, "attach_type", attach_types[index]);
	}
	ok(json_is_array(json_object_get(json, "maps")), "maps is a list");
	is_int(json_array_size(json_object_get(json, "maps")), 0, "the list is empty");
	json_decref(json);
}

static void metadata(void)
{
	json_t *json = inspect("tests/bpf/object/metadata.bpf.o");
	json_t *values = json_object_get(json, "metadata");

	text_is(values, "version", "2.1");
	text_is(values, "author", "an author");
	ok(json_is_string(json_object_get(values, "u8")), "numbers are texts");
	ok(!json_object_get(values, "other_variable"), "other variables are not metadata");
	json_decref(json);
}

static void in_tables(void)
{
	char *path = build_path("tests/bpf/object/metadata.bpf.o");
	struct command command = cgswap_run("inspect", path, NULL);

	is_int(command.status, 0, "inspect without --json");
	has_str(command.out, ": license Dual BSD/GPL\nPROGRAM  SECTION", "the license and the programs are shown");
	has_str(command.out, "  ATTACH TYPE  ", "the attach type has a column");
	has_str(command.out, "\n\nMAP ", "the maps are shown");
	has_str(command.out, "\n\nMETADATA ", "the metadata are shown");
	has_str(command.out, "2.1\n", "the version is shown");
	ok(!strchr(command.out, '\x1b'), "control characters are escaped");
	command_free(&command);
	free(path);
}

static void check_refused(const char *below, const char *cause)
{
	char *path = source_path(below);
	struct command command = cgswap_run("--json", "inspect", path, NULL);
	json_t *json = command_json(&command);
	json_t *error = json_object_get(json, "error");

	is_int(command.status, 1, "inspect %s fails", below);
	is_str(json_string_value(json_object_get(error, "cause")), cause, "the cause is %s", cause);
	ok(*json_string_value(json_object_get(error, "remedy")), "it has a remedy");
	json_decref(json);
	command_free(&command);
	free(path);
}

static void check_all(void)
{
	/* exec() gives root all capabilities of the bounding set */
	for (int capability = 0; capability < 64; capability++)
		if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
			bail_out("cannot drop capability %d", capability);
	one_program();
	several_programs();
	metadata();
	in_tables();
	check_refused("nowhere.o", "object_not_found");
	check_refused("include/cgswap.h", "object_not_elf");
	check_refused("tests", "object_not_elf");
}

int main(void)
{
	need_live();
	without_capabilities(~(UINT64_C(1) << CAP_SETPCAP), check_all);
	return done_testing();
}
