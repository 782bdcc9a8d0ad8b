/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without CAP_SYS_ADMIN the command shows chains with ids only and warns once. Without CAP_NET_ADMIN
 * it fails. The modelled kernel needs no privilege.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static struct fixture fixture;

/* exec() gives root all capabilities of the bounding set, so these are dropped from it. */
static void drop_capabilities(int first, int last)
{
	for (int capability = first; capability <= last; capability++)
		if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
			bail_out("cannot drop capability %d", capability);
}

static size_t count_warnings(const char *text)
{
	static const char hint[] = "cgswap: hint: ";
	size_t count = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		count += strncmp(text, hint, strlen(hint)) != 0;
	return count;
}

static void check_warning(const struct command *command, const char *name)
{
	if (!is_int(command->status, 0, "%s succeeds", name))
		diag("%s", command->err);
	is_int(count_warnings(command->err), 1, "%s prints one warning", name);
	has_str(command->err, "names, tags and maps are not shown (missing_cap_sys_admin)",
		"%s: the warning names the missing parts and the cause", name);
}

static void check_ids_only(json_t *chain)
{
	static const char *const unknown[] = { "name", "tag", "type", "uid", "maps", "loaded_at" };
	json_t *programs = json_object_get(chain, "programs"), *entry;
	size_t index;

	is_int(json_array_size(programs), 3, "all programs are listed");
	json_array_foreach(programs, index, entry) {
		is_int(json_integer_value(json_object_get(entry, "id")),
		       raw_prog_id(fixture.progs[index]), "the id is shown");
		for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
			ok(json_is_null(json_object_get(entry, unknown[i])), "%s is null",
			   unknown[i]);
	}
}

static void show_without_sys_admin(void)
{
	struct command command;
	json_t *json;

	drop_capabilities(CAP_SYS_ADMIN, CAP_SYS_ADMIN);
	command = cgswap_run("show", fixture.cgroup.path, "egress", NULL);
	check_warning(&command, "show of a chain");
	has_str(command.out, by_id(fixture.progs[2]) + strlen("id:"), "ids are shown");
	command_free(&command);
	command = cgswap_run("show", fixture.cgroup.path, NULL);
	check_warning(&command, "show of all");
	command_free(&command);
	command = cgswap_run("tree", fixture.cgroup.path, NULL);
	check_warning(&command, "tree");
	command_free(&command);
	command = cgswap_run("show", fixture.cgroup.path, "egress", "--json", NULL);
	check_warning(&command, "show in JSON");
	json = command_json(&command);
	check_ids_only(json);
	json_decref(json);
	command_free(&command);
}

static void show_without_net_admin(void)
{
	struct command command;

	drop_capabilities(CAP_SYS_ADMIN, CAP_SYS_ADMIN);
	drop_capabilities(CAP_NET_ADMIN, CAP_NET_ADMIN);
	command = cgswap_run("show", fixture.cgroup.path, "egress", NULL);
	is_int(command.status, 1, "show fails without CAP_NET_ADMIN");
	has_str(command.err, "CAP_NET_ADMIN", "the message names the capability");
	is_str(command.out, "", "nothing is on stdout");
	command_free(&command);
}

/* For EPERM libbpf suggests a larger RLIMIT_MEMLOCK, which is not the cause. */
static void attach_without_bpf(void)
{
	const struct rlimit limit = { .rlim_cur = 1 << 20, .rlim_max = 1 << 20 };
	char *object = build_path("tests/bpf/object/one_program.bpf.o");
	struct command command;

	if (setrlimit(RLIMIT_MEMLOCK, &limit))
		bail_out("cannot set RLIMIT_MEMLOCK");
	drop_capabilities(CAP_SYS_ADMIN, CAP_SYS_ADMIN);
	drop_capabilities(CAP_BPF, CAP_BPF);
	command = cgswap_run("attach", fixture.cgroup.path, "egress", object, NULL);
	is_int(command.status, 1, "attach fails without CAP_BPF");
	has_str(command.err, "CAP_BPF", "the message names the capability");
	ok(!strstr(command.err, "ulimit"), "RLIMIT_MEMLOCK is not mentioned");
	command_free(&command);
	free(object);
}

static void use_model(void)
{
	struct command command;

	drop_capabilities(0, 63);
	command = cgswap_line("--kernel model tree");
	is_int(command.status, 0, "tree of the model");
	has_str(command.out, "web.slice", "the cgroups of the model are shown");
	is_str(command.err, "", "nothing is on stderr");
	command_free(&command);
	command = cgswap_line("--kernel model replace web.slice egress fw /sys/fs/bpf/fw2");
	is_int(command.status, 0, "replace on the model");
	is_str(command.err, "", "nothing is on stderr");
	command_free(&command);
}

int main(void)
{
	need_live();
	fixture = fixture_new("privilege", 3);
	without_capabilities(1ULL << CAP_SYS_ADMIN, show_without_sys_admin);
	without_capabilities(1ULL << CAP_SYS_ADMIN | 1ULL << CAP_NET_ADMIN, show_without_net_admin);
	without_capabilities(1ULL << CAP_SYS_ADMIN | 1ULL << CAP_BPF, attach_without_bpf);
	without_capabilities(~(1ULL << CAP_SETPCAP), use_model);
	fixture_free(&fixture);
	return done_testing();
}
