/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree shows all cgroups that it can list, and fails naming the first place where it cannot, for
 * file permissions. A path into such a directory is refused with its name.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHER_USER = 1000 };

static const uint64_t readers = UINT64_C(1) << CAP_DAC_OVERRIDE |
				UINT64_C(1) << CAP_DAC_READ_SEARCH;

static struct scratch top, closed, inner;

static const char *error_of(json_t *json, const char *member, const char *name)
{
	json_t *error = json_object_get(json, "error");

	return json_string_value(json_object_get(
		member ? json_object_get(error, member) : error, name));
}

static void list_closed(void)
{
	struct command command;
	json_t *json;

	drop_bounding_capabilities(readers);
	command = cgswap_run("tree", top.path, NULL);
	is_int(command.status, 1, "tree fails");
	has_str(command.out, "in_open", "it shows the cgroups that it can read");
	has_str(command.out, "in_closed", "and the one that it cannot look into");
	has_str(command.err, closed.path, "the message names it");
	command_free(&command);

	command = cgswap_run("tree", top.path, "--json", NULL);
	json = command_json(&command);
	is_int(command.status, 1, "tree --json fails");
	is_int(json_array_size(json_object_get(json, "cgroups")), 2, "it has what could be read");
	is_str(error_of(json, NULL, "cause"), "denied_by_policy", "and the cause");
	is_str(error_of(json, "details", "cgroup"), closed.path, "and the cgroup");
	is_str(error_of(json, "details", "capability"), "CAP_DAC_READ_SEARCH",
	       "and what is missing");
	json_decref(json);
	command_free(&command);

	command = cgswap_run("show", inner.path, "egress", "--json", NULL);
	json = command_json(&command);
	is_int(command.status, 1, "a path through it is refused");
	is_str(error_of(json, NULL, "cause"), "denied_by_policy", "the cause");
	is_str(error_of(json, "details", "cgroup"), inner.path, "the cgroup");
	is_str(error_of(json, "details", "path"), closed.path, "the directory");
	json_decref(json);
	command_free(&command);
}

int main(void)
{
	static const char *const names[] = { "in_open", "in_closed", "in_inner" };
	struct scratch open;
	int progs[3];

	need_live();
	top = scratch_new("incomplete");
	open = scratch_child(&top, "open");
	closed = scratch_child(&top, "shut");
	inner = scratch_child(&closed, "inner");
	for (int i = 0; i < 3; i++) {
		const struct scratch *at = i == 0 ? &open : i == 1 ? &closed : &inner;

		progs[i] = prog_pass(EGRESS, names[i]);
		if (raw_attach(at->fd, progs[i], EGRESS, RAW_MULTI))
			bail_out("cannot attach: %s", strerror(errno));
	}
	if (chown(closed.path, OTHER_USER, OTHER_USER) || chmod(closed.path, 0700))
		bail_out("cannot give the cgroup away: %s", strerror(errno));
	without_capabilities(readers, list_closed);
	return done_testing();
}
