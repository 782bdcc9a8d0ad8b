/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of replace (maps, pin, drain, preorder, allow-unguarded), checked by raw queries. The
 * output says which maps are reused, what guarded the replace, and that draining failed.
 */
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct fixture fixture;
static char *counts, *others;

static struct command replace(int status, const char *old, const char *new, const char *option,
			      const char *value)
{
	struct command command = cgswap_run("replace", fixture.cgroup.path, "egress", old, new,
					    option, value, NULL);

	if (!is_int(command.status, status, "replace %s: exits with %d", option, status))
		diag("%s%s", command.out, command.err);
	return command;
}

/* Replaces the last program. @return the id of its map, as the JSON output has it. */
static json_int_t replace_and_get_map(const char *policy, bool kept, const char *reason)
{
	struct command command = replace(0, "count_all", counts, policy, "--json");
	json_t *json = command_json(&command);
	json_t *step = json_array_get(json_object_get(json, "replaced"), 0);
	json_t *map = json_array_get(json_object_get(step, "maps"), 0);
	json_int_t id = json_integer_value(json_object_get(map, "id"));

	is_str(json_string_value(json_object_get(map, "name")), "counters", "%s: the map's name", policy);
	is_int(json_is_true(json_object_get(map, "kept")), kept, "%s: kept", policy);
	has_str(json_string_value(json_object_get(map, "reason")), reason, "%s: the reason", policy);
	json_decref(json);
	command_free(&command);
	return id;
}

static void check_maps(void)
{
	struct command command = cgswap_run("attach", fixture.cgroup.path, "egress", counts, NULL);
	struct raw_chain before;
	char others_first[512];
	json_int_t first, second;

	command_free(&command);
	first = replace_and_get_map("--maps=reuse", true, "");
	second = replace_and_get_map("--maps=new", false, "requested by the map policy");
	ok(first && second && first != second, "--maps=new creates another map");
	is_int(replace_and_get_map("--maps=require", true, ""), second, "--maps=require reuses that map");
	ok(replace_and_get_map("--map=counters=new", false, "requested for this map") != second,
	   "--map NAME=new creates another map");
	replace_and_get_map("--map=counters=old", true, "same map as the old program's");

	before = fixture_chain(&fixture);
	snprintf(others_first, sizeof(others_first), "%s#first", others);
	command = replace(1, "count_all", others_first, "--maps", "require");
	has_str(command.err, "counters", "the message names the map that would be dropped");
	fixture_untouched(&fixture, &before, "a replace that would drop a required map");
	command_free(&command);

	command = replace(0, "count_all", counts, "--maps", "reuse");
	has_str(command.out, "counters  reused", "the table says that the map was kept");
	command_free(&command);
	command = replace(0, "count_all", counts, "--maps", "new");
	has_str(command.out, "counters  new       requested by the map policy\n", "the table says why the map was not kept");
	has_str(command.out, " (counters) is not used by the new one\n", "the dropped map is named");
	command_free(&command);
	command = replace(0, "count_all", others_first, "--dry-run", NULL);
	has_str(command.out, " (counters) would not be used by the new one\n", "the dry run names the map that would be dropped");
	command_free(&command);
	command = cgswap_run("detach", fixture.cgroup.path, "egress", "count_all", NULL);
	command_free(&command);
}

static uint32_t id_of_pin(const char *path)
{
	struct {
		uint64_t path;
		uint32_t fd, flags;
	} attr = { .path = (uintptr_t)path };
	int fd = raw_bpf(BPF_OBJ_GET, &attr, sizeof(attr));
	uint32_t id = fd < 0 ? 0 : raw_prog_id(fd);

	if (fd >= 0)
		close(fd);
	return id;
}

static void pin_and_drain(void)
{
	static const char path[] = BPFFS "/replaced";
	struct command command;

	bpffs_private();
	command = replace(0, "p1", by_id(fixture.spare), "--pin", path);
	has_str(command.out, "the new program is pinned at " BPFFS "/replaced\n", "the output names the pin");
	is_int(id_of_pin(path), raw_prog_id(fixture.spare), "the new program is pinned");
	command_free(&command);
	command = replace(0, "spare", by_id(fixture.progs[1]), "--drain", NULL);
	has_str(command.out, "no CPU runs the old program any more\n", "the output says that it drained");
	command_free(&command);
	command = replace(0, "p1", by_id(fixture.spare), "--drain", "--dry-run");
	ok(!strstr(command.out, "no CPU runs"), "a dry run does not drain");
	command_free(&command);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the old program is back");
}

static void check_preorder(void)
{
	const int first[] = { fixture.spare, fixture.progs[0], fixture.progs[2] };
	struct command command;

	command = replace(0, "p1", by_id(fixture.spare), "--preorder", NULL);
	effective_is(fixture.cgroup.fd, EGRESS, first, 3, "--preorder: the new program runs first");
	command_free(&command);
	command = replace(0, "spare", by_id(fixture.progs[1]), "--no-preorder", NULL);
	effective_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "--no-preorder: it runs in chain order");
	command_free(&command);
}

/* In override mode without revisions a replace is unguarded and needs the option. */
static void unguarded(void)
{
	struct scratch cgroup = scratch_new("override");
	struct command command;

	raw_attach(cgroup.fd, fixture.progs[0], EGRESS, RAW_OVERRIDE);
	setenv("CGSWAP_DISABLE_FEATURES", "revision,expected_revision", 1);
	command = cgswap_run("replace", cgroup.path, "egress", "p0", by_id(fixture.spare), NULL);
	is_int(command.status, 1, "without revisions replace fails");
	chain_is(cgroup.fd, EGRESS, fixture.progs, 1, "nothing is changed");
	command_free(&command);
	command = cgswap_run("replace", cgroup.path, "egress", "p0", by_id(fixture.spare),
			     "--allow-unguarded", NULL);
	is_int(command.status, 0, "--allow-unguarded: replace succeeds");
	has_str(command.out, "not guarded: the kernel overwrote whichever program was attached\n",
		"the output says that nothing guarded the replace");
	chain_is(cgroup.fd, EGRESS, &fixture.spare, 1, "the program is replaced");
	command_free(&command);
	unsetenv("CGSWAP_DISABLE_FEATURES");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void check_link_guard(void)
{
	struct scratch cgroup = scratch_new("link");
	int link = raw_link_create(cgroup.fd, fixture.progs[0], EGRESS, 0);
	struct command command;

	command = cgswap_run("replace", cgroup.path, "egress", "p0", by_id(fixture.spare), NULL);
	is_int(command.status, 0, "replace through a link");
	has_str(command.out, "guarded by the old program only, not by a revision\n",
		"the output says that no revision guarded the replace");
	has_str(command.out, "LINK", "the link is shown");
	chain_is(cgroup.fd, EGRESS, &fixture.spare, 1, "the program is replaced");
	command_free(&command);
	close(link);
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

/* Forbids BPF_MAP_CREATE and membarrier(), for this process and its children. */
static void forbid_draining(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_membarrier, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_bpf, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, BPF_MAP_CREATE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(*filter),
		.filter = filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		bail_out("cannot filter system calls: %s", strerror(errno));
}

/* The replace succeeds, and the error says that it was not drained. */
static void cannot_drain(void)
{
	struct command command;
	json_t *json, *error;

	forbid_draining();
	command = replace(3, "p1", by_id(fixture.spare), "--drain", NULL);
	has_str(command.out, ", replaced\n", "the replace is reported");
	has_str(command.err, "cgswap: replace: this kernel offers no way to wait", "the error is reported");
	is_int(fixture_chain(&fixture).ids[1], raw_prog_id(fixture.spare), "the program is replaced");
	command_free(&command);
	command = replace(3, "spare", by_id(fixture.progs[1]), "--drain", "--json");
	json = command_json(&command);
	error = json_object_get(json, "error");
	is_int(json_array_size(json_object_get(json, "replaced")), 1, "JSON: the replace is reported");
	is_str(json_string_value(json_object_get(error, "cause")), "drain_unavailable",
	       "JSON: the cause");
	is_str(command.err, "", "JSON: nothing is on stderr");
	json_decref(json);
	command_free(&command);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the program is replaced");
}

int main(void)
{
	need_live();
	fixture = fixture_new("replaces", 3);
	counts = build_path("tests/bpf/object/one_program.bpf.o");
	others = build_path("tests/bpf/object/several_programs.bpf.o");
	check_maps();
	pin_and_drain();
	if (kernel_knows_flags(RAW_PREORDER))
		check_preorder();
	unguarded();
	check_link_guard();
	cannot_drain();
	free(counts);
	free(others);
	fixture_free(&fixture);
	return done_testing();
}
