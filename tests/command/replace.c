/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the options of replace do: state, pin, drain, preorder and allow_unguarded, seen by raw queries;
 * and that people are told which maps are used on, what the swap was not held to, and what was done
 * although it could not be waited for.
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

/* The id of the map of the program at the end, from what the command says in JSON. */
static json_int_t map_after(const char *state, bool kept, const char *why)
{
	struct command command = replace(0, "count_all", counts, state, "--json");
	json_t *json = command_json(&command);
	json_t *step = json_array_get(json_object_get(json, "replaced"), 0);
	json_t *map = json_array_get(json_object_get(step, "maps"), 0);
	json_int_t id = json_integer_value(json_object_get(map, "id"));

	is_str(json_string_value(json_object_get(map, "name")), "counters", "%s: its map", state);
	is_int(json_is_true(json_object_get(map, "kept")), kept, "%s: kept or not", state);
	has_str(json_string_value(json_object_get(map, "reason")), why, "%s: and why", state);
	json_decref(json);
	command_free(&command);
	return id;
}

static void state(void)
{
	struct command command = cgswap_run("attach", fixture.cgroup.path, "egress", counts, NULL);
	struct raw_chain before;
	char others_first[512];
	json_int_t first, second;

	command_free(&command);
	first = map_after("--maps=reuse", true, "");
	second = map_after("--maps=new", false, "requested by the map policy");
	ok(first && second && first != second, "a new map is another one");
	is_int(map_after("--maps=require", true, ""), second, "and is kept in its turn");

	before = fixture_chain(&fixture);
	snprintf(others_first, sizeof(others_first), "%s#first", others);
	command = replace(1, "count_all", others_first, "--maps", "require");
	has_str(command.err, "counters", "the map without an heir is named");
	fixture_untouched(&fixture, &before, "a replace that would lose what is required");
	command_free(&command);

	command = replace(0, "count_all", counts, "--maps", "reuse");
	has_str(command.out, "counters  kept", "people are told that it was kept");
	command_free(&command);
	command = replace(0, "count_all", counts, "--maps", "new");
	has_str(command.out, "counters  fresh     requested by the map policy\n", "or why it was not");
	has_str(command.out, " (counters) is not used by the new one\n", "and what is lost");
	command_free(&command);
	command = replace(0, "count_all", others_first, "--dry-run", NULL);
	has_str(command.out, " (counters) would not be used by the new one\n", "or would be");
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
	has_str(command.out, "the new program is pinned at " BPFFS "/replaced\n", "it says where");
	is_int(id_of_pin(path), raw_prog_id(fixture.spare), "there it is pinned");
	command_free(&command);
	command = replace(0, "spare", by_id(fixture.progs[1]), "--drain", NULL);
	has_str(command.out, "no processor runs the old program any more\n", "it was waited for");
	command_free(&command);
	command = replace(0, "p1", by_id(fixture.spare), "--drain", "--dry-run");
	ok(!strstr(command.out, "no processor runs"), "a dry run waits for nothing");
	command_free(&command);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the old one is back");
}

static void preorder(void)
{
	const int first[] = { fixture.spare, fixture.progs[0], fixture.progs[2] };
	struct command command;

	command = replace(0, "p1", by_id(fixture.spare), "--preorder", NULL);
	effective_is(fixture.cgroup.fd, EGRESS, first, 3, "made preorder, it runs first");
	command_free(&command);
	command = replace(0, "spare", by_id(fixture.progs[1]), "--no-preorder", NULL);
	effective_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "and in its turn when told so");
	command_free(&command);
}

/* In override mode nothing but a revision guards; without, it must be asked for. */
static void unguarded(void)
{
	struct scratch cgroup = scratch_new("override");
	struct command command;

	raw_attach(cgroup.fd, fixture.progs[0], EGRESS, RAW_OVERRIDE);
	setenv("CGSWAP_DISABLE_FEATURES", "revision,expected_revision", 1);
	command = cgswap_run("replace", cgroup.path, "egress", "p0", by_id(fixture.spare), NULL);
	is_int(command.status, 1, "without revisions it is refused");
	chain_is(cgroup.fd, EGRESS, fixture.progs, 1, "and nothing is changed");
	command_free(&command);
	command = cgswap_run("replace", cgroup.path, "egress", "p0", by_id(fixture.spare),
			     "--allow-unguarded", NULL);
	is_int(command.status, 0, "--allow-unguarded has it done");
	has_str(command.out, "not guarded: whatever stood there was overwritten\n", "and says so");
	chain_is(cgroup.fd, EGRESS, &fixture.spare, 1, "it is done");
	command_free(&command);
	unsetenv("CGSWAP_DISABLE_FEATURES");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void what_guards(void)
{
	struct scratch cgroup = scratch_new("link");
	int link = raw_link_create(cgroup.fd, fixture.progs[0], EGRESS, 0);
	struct command command;

	command = cgswap_run("replace", cgroup.path, "egress", "p0", by_id(fixture.spare), NULL);
	is_int(command.status, 0, "through a link");
	has_str(command.out, "guarded by the old program only, not by a revision\n",
		"a revision does not guard it");
	has_str(command.out, "LINK", "the link is shown");
	chain_is(cgroup.fd, EGRESS, &fixture.spare, 1, "it is done");
	command_free(&command);
	close(link);
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

/* From here on no map can be made, and no barrier be asked for: for us and what we run. */
static void forbid_waiting(void)
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
		bail_out("no filter of system calls: %s", strerror(errno));
}

/* The swap is done then, and both are told: that, and what could not be had. */
static void cannot_drain(void)
{
	struct command command;
	json_t *json, *error;

	forbid_waiting();
	command = replace(3, "p1", by_id(fixture.spare), "--drain", NULL);
	has_str(command.out, ", replaced\n", "what was done is told");
	has_str(command.err, "cgswap: drain: this kernel does not report when", "and what was not");
	is_int(fixture_chain(&fixture).ids[1], raw_prog_id(fixture.spare), "it is done");
	command_free(&command);
	command = replace(3, "spare", by_id(fixture.progs[1]), "--drain", "--json");
	json = command_json(&command);
	error = json_object_get(json, "error");
	is_int(json_array_size(json_object_get(json, "replaced")), 1, "in JSON too");
	is_str(json_string_value(json_object_get(error, "cause")), "drain_unavailable",
	       "with the cause");
	is_str(command.err, "", "and nothing beside it");
	json_decref(json);
	command_free(&command);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "it is done");
}

int main(void)
{
	need_live();
	fixture = fixture_new("replaces", 3);
	counts = build_path("tests/bpf/object/one_program.bpf.o");
	others = build_path("tests/bpf/object/several_programs.bpf.o");
	state();
	pin_and_drain();
	if (kernel_knows_flags(RAW_PREORDER))
		preorder();
	unguarded();
	what_guards();
	cannot_drain();
	free(counts);
	free(others);
	fixture_free(&fixture);
	return done_testing();
}
