/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpftool lists the same programs in the same order as `cgswap show`, before and after a
 * `cgswap replace`.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>

static struct fixture fixture;

/* Writes the "id" of each object of a list, as "1 2 3 ". */
static void ids_of(json_t *list, char *text, size_t size)
{
	json_t *entry;
	size_t index, used = 0;

	text[0] = '\0';
	json_array_foreach(list, index, entry)
		used += snprintf(text + used, size - used, "%lld ",
				 (long long)json_integer_value(json_object_get(entry, "id")));
}

static void bpftool_list(char *ids, size_t size)
{
	const char *const argv[] = { bpftool_path(), "-j", "cgroup", "show", fixture.cgroup.path,
				     NULL };
	struct command command = command_run(argv);
	json_t *json = json_loads(command.out, 0, NULL);

	ok(!command.status && json_is_array(json), "bpftool lists the cgroup");
	ids_of(json, ids, size);
	json_decref(json);
	command_free(&command);
}

static void cgswap_list(char *ids, size_t size)
{
	struct command command = cgswap_run("show", fixture.cgroup.path, "egress", "--json", NULL);
	json_t *json = command_json(&command);

	ok(!command.status && json, "cgswap lists the cgroup");
	ids_of(json_object_get(json, "programs"), ids, size);
	json_decref(json);
	command_free(&command);
}

static void check_lists_agree(const char *when)
{
	char bpftool[256], cgswap[256], kernel[256];
	struct raw_chain chain = fixture_chain(&fixture);
	size_t used = 0;

	for (uint32_t i = 0; i < chain.count; i++)
		used += snprintf(kernel + used, sizeof(kernel) - used, "%u ", chain.ids[i]);
	bpftool_list(bpftool, sizeof(bpftool));
	cgswap_list(cgswap, sizeof(cgswap));
	is_str(cgswap, bpftool, "cgswap and bpftool list the same programs %s", when);
	is_str(cgswap, kernel, "a raw query returns the same ids %s", when);
}

int main(void)
{
	struct command command;
	char *object;

	need_live();
	if (!bpftool_path())
		skip_all("bpftool was not found");
	fixture = fixture_new("bpftool", 3);
	object = build_path("tests/bpf/object/one_program.bpf.o");
	check_lists_agree("before the replace");
	command = cgswap_run("replace", fixture.cgroup.path, "egress", "name:p1", object, NULL);
	is_int(command.status, 0, "the program in the middle is replaced");
	if (command.status)
		diag("%s", command.err);
	command_free(&command);
	ok(fixture_chain(&fixture).ids[1] != raw_prog_id(fixture.progs[1]), "another program has its position");
	check_lists_agree("after the replace");
	free(object);
	fixture_free(&fixture);
	return done_testing();
}
