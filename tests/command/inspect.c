/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inspect tells what is in an object file, in tables and in JSON, to a process that has no
 * capability at all; and what is wrong with a file that is none.
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
	is_str(command.err, "", "nothing is missing");
	is_str(json_string_value(json_object_get(json, "object")), path, "the file");
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

	is_int(json_object_size(json), 5, "what was promised, and no more");
	text_is(json, "license", "Dual BSD/GPL");
	list = json_object_get(json, "programs");
	is_int(json_array_size(list), 1, "one program");
	entry = json_array_get(list, 0);
	is_int(json_object_size(entry), 5, "told in five words");
	text_is(entry, "name", "count_all");
	text_is(entry, "section", "cgroup_skb/egress");
	text_is(entry, "type", "cgroup_skb");
	text_is(entry, "attach_type", "cgroup_inet_egress");
	ok(json_integer_value(json_object_get(entry, "instructions")) > 2, "instructions");
	list = json_object_get(json, "maps");
	is_int(json_array_size(list), 1, "one map");
	entry = json_array_get(list, 0);
	is_int(json_object_size(entry), 5, "told in five words");
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
	static const char *const type_infos[] = { "cgroup_inet_egress", "cgroup_inet_egress",
					     "cgroup_inet4_connect" };
	json_t *json = inspect("tests/bpf/object/several_programs.bpf.o"), *entry;
	json_t *list = json_object_get(json, "programs");
	size_t index;

	is_int(json_array_size(list), 3, "three programs");
	json_array_foreach(list, index, entry)
	{
		text_is(entry, "name", names[index]);
		text_is(entry, "attach_type", type_infos[index]);
	}
	ok(json_is_array(json_object_get(json, "maps")), "a list of maps");
	is_int(json_array_size(json_object_get(json, "maps")), 0, "which is empty");
	json_decref(json);
}

static void metadata(void)
{
	json_t *json = inspect("tests/bpf/object/metadata.bpf.o");
	json_t *said = json_object_get(json, "metadata");

	text_is(said, "version", "2.1");
	text_is(said, "author", "an author");
	ok(json_is_string(json_object_get(said, "u8")), "numbers are text too");
	ok(!json_object_get(said, "other_variable"), "no other variable");
	json_decref(json);
}

static void in_tables(void)
{
	char *path = build_path("tests/bpf/object/metadata.bpf.o");
	struct command command = cgswap_run("inspect", path, NULL);

	is_int(command.status, 0, "in tables");
	has_str(command.out, ": license Dual BSD/GPL\nPROGRAM  SECTION", "license and programs");
	has_str(command.out, "\n\nMAP ", "maps");
	has_str(command.out, "\n\nMETADATA ", "metadata");
	has_str(command.out, "2.1\n", "the version");
	ok(!strchr(command.out, '\x1b'), "what a terminal would obey is shown and not obeyed");
	command_free(&command);
	free(path);
}

static void is_refused(const char *below, const char *cause)
{
	char *path = source_path(below);
	struct command command = cgswap_run("--json", "inspect", path, NULL);
	json_t *json = command_json(&command);
	json_t *error = json_object_get(json, "error");

	is_int(command.status, 1, "inspect %s is refused", below);
	is_str(json_string_value(json_object_get(error, "cause")), cause, "as %s", cause);
	ok(*json_string_value(json_object_get(error, "remedy")), "with a remedy");
	json_decref(json);
	command_free(&command);
	free(path);
}

static void all(void)
{
	/* root would get back by exec() what it may have */
	for (int capability = 0; capability < 64; capability++)
		if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
			bail_out("capability %d cannot be given up", capability);
	one_program();
	several_programs();
	metadata();
	in_tables();
	is_refused("nowhere.o", "object_not_found");
	is_refused("include/cgswap.h", "object_not_elf");
	is_refused("tests", "object_not_elf");
}

int main(void)
{
	need_live();
	without_capabilities(~(UINT64_C(1) << CAP_SETPCAP), all);
	return done_testing();
}
