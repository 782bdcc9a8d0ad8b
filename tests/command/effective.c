/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show --effective` names the programs that run for a cgroup, in the order in which they run, and the
 * cgroup to which each is attached.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <string.h>
#include <unistd.h>

static void is_program(const json_t *list, size_t i, const char *name, const struct scratch *cgroup)
{
	const json_t *program = json_array_get(list, i);

	is_str(json_string_value(json_object_get(program, "name")), name, "program %zu", i);
	is_str(json_string_value(json_object_get(program, "cgroup")), cgroup->path,
	       "it is attached to the right cgroup");
}

static void check_json(const struct scratch *top, const struct scratch *inner)
{
	struct command command = cgswap_run("show", inner->path, "egress", "--effective", "-j", NULL);
	json_t *json = command_json(&command), *list = json_object_get(json, "effective");

	is_int(command.status, 0, "show --effective --json");
	is_int(json_array_size(list), 3, "three programs run");
	is_program(list, 0, "low", inner);
	is_program(list, 1, "both", inner);
	is_program(list, 2, "both", top);
	json_decref(json);
	command_free(&command);
}

/* The path of each cgroup is on a row of its own, before its programs. */
static void check_table(const char *first, const struct scratch *top, const struct scratch *inner,
			struct command command)
{
	char inner_line[600], top_line[600], *at;

	snprintf(inner_line, sizeof(inner_line), "\nfrom %s\n", inner->path);
	snprintf(top_line, sizeof(top_line), "\nfrom %s\n", top->path);
	if (!is_int(command.status, 0, "%s --effective", first))
		diag("%s", command.err);
	is_str(command.err, "", "no chain is left out");
	has_str(command.out, "cgroup_inet_egress, 3 programs run", "the number of programs");
	at = strstr(command.out, inner_line);
	ok(at && strstr(at, "low"), "the programs of the cgroup");
	at = at ? strstr(at, top_line) : NULL;
	ok(at && strstr(at, "both") && !strstr(at, "low"), "those of its parent run after them");
	command_free(&command);
}

int main(void)
{
	struct scratch top, inner;
	int both, low;

	need_live();
	top = scratch_new("effective");
	inner = scratch_child(&top, "inner");
	both = prog_pass(EGRESS, "both");
	low = prog_pass(EGRESS, "low");
	raw_attach(top.fd, both, EGRESS, RAW_MULTI);
	raw_attach(inner.fd, low, EGRESS, RAW_MULTI);
	raw_attach(inner.fd, both, EGRESS, RAW_MULTI);
	check_json(&top, &inner);
	check_table("show", &top, &inner,
		    cgswap_run("show", inner.path, "egress", "--effective", NULL));
	check_table("show of all types", &top, &inner,
		    cgswap_run("show", inner.path, "--effective", NULL));
	check_table("tree", &top, &inner, cgswap_run("tree", inner.path, "--effective", NULL));
	scratch_remove(&inner);
	scratch_remove(&top);
	close(inner.fd);
	close(top.fd);
	return done_testing();
}
