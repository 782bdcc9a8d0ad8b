/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without CAP_SYS_ADMIN the command still shows chains, by ids, and says once what is missing;
 * without CAP_NET_ADMIN it is refused. The modelled kernel asks for no privilege at all.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>

static struct fixture fixture;

/* Root gets back by exec() what it gave up, unless it may not have it any more. */
static void give_up(int first, int last)
{
	for (int capability = first; capability <= last; capability++)
		if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
			bail_out("capability %d cannot be given up", capability);
}

static size_t lines_of(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static void is_noted(const struct command *command, const char *name)
{
	if (!is_int(command->status, 0, "%s: no failure", name))
		diag("%s", command->err);
	is_int(lines_of(command->err), 1, "%s: one note", name);
	has_str(command->err, "names, tags and maps are not shown (missing_cap_sys_admin)",
		"%s: it says what is missing", name);
}

static void is_bare(json_t *chain)
{
	static const char *const unknown[] = { "name", "tag", "type", "uid", "maps", "loaded_at" };
	json_t *programs = json_object_get(chain, "programs"), *entry;
	size_t index;

	is_int(json_array_size(programs), 3, "all programs are there");
	json_array_foreach(programs, index, entry) {
		is_int(json_integer_value(json_object_get(entry, "id")),
		       raw_prog_id(fixture.progs[index]), "with their ids");
		for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
			ok(json_is_null(json_object_get(entry, unknown[i])), "%s is null",
			   unknown[i]);
	}
}

static void show_without_sys_admin(void)
{
	struct command command;
	json_t *json;

	give_up(CAP_SYS_ADMIN, CAP_SYS_ADMIN);
	command = cgswap_run("show", fixture.cgroup.path, "egress", NULL);
	is_noted(&command, "show of a hook");
	has_str(command.out, by_id(fixture.progs[2]) + strlen("id:"), "the ids are shown");
	command_free(&command);
	command = cgswap_run("show", fixture.cgroup.path, NULL);
	is_noted(&command, "show of all");
	command_free(&command);
	command = cgswap_run("tree", fixture.cgroup.path, NULL);
	is_noted(&command, "tree");
	command_free(&command);
	command = cgswap_run("show", fixture.cgroup.path, "egress", "--json", NULL);
	is_noted(&command, "show in JSON");
	json = command_json(&command);
	is_bare(json);
	json_decref(json);
	command_free(&command);
}

static void show_without_net_admin(void)
{
	struct command command;

	give_up(CAP_SYS_ADMIN, CAP_SYS_ADMIN);
	give_up(CAP_NET_ADMIN, CAP_NET_ADMIN);
	command = cgswap_run("show", fixture.cgroup.path, "egress", NULL);
	is_int(command.status, 1, "show is refused");
	has_str(command.err, "CAP_NET_ADMIN", "it says what is missing");
	is_str(command.out, "", "nothing is shown");
	command_free(&command);
}

static void the_model(void)
{
	struct command command;

	give_up(0, 63);
	command = cgswap_line("--kernel model tree");
	is_int(command.status, 0, "the model's tree");
	has_str(command.out, "web.slice", "its cgroups");
	is_str(command.err, "", "nothing is missing");
	command_free(&command);
	command = cgswap_line("--kernel model replace web.slice egress fw /sys/fs/bpf/fw2");
	is_int(command.status, 0, "a swap on the model");
	is_str(command.err, "", "nothing is missing");
	command_free(&command);
}

int main(void)
{
	need_live();
	fixture = fixture_new("privilege", 3);
	without_capabilities(1ULL << CAP_SYS_ADMIN, show_without_sys_admin);
	without_capabilities(1ULL << CAP_SYS_ADMIN | 1ULL << CAP_NET_ADMIN, show_without_net_admin);
	without_capabilities(~(1ULL << CAP_SETPCAP), the_model);
	fixture_free(&fixture);
	return done_testing();
}
