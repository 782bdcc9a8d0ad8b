/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of attach and detach, checked by raw queries: modes, preorder, positions, links, pins
 * and revisions. A program stays attached when the command has ended.
 */
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int prog[4];

static void run(int status, const char *name, const char *a, const char *b, const char *c,
		const char *d, const char *e)
{
	struct command command = cgswap_run(a, b, c, d, e, NULL);

	if (!is_int(command.status, status, "%s exits with %d", name, status))
		diag("%s", command.err);
	if (status)
		ok(command.err[0] && !command.out[0], "%s: the error is on stderr only", name);
	command_free(&command);
}

static void check_mode(const char *option, uint32_t flags)
{
	struct scratch cgroup = scratch_new("mode");
	struct raw_chain now;

	run(0, option, "attach", option, cgroup.path, "egress", by_id(prog[0]));
	now = chain_now(cgroup.fd, EGRESS);
	is_int(now.count, 1, "one program is attached");
	is_int(now.flags, flags, "in the requested mode");
	is_int(now.ids[0], raw_prog_id(prog[0]), "the requested program");
	run(flags == RAW_MULTI ? 0 : 1, "attach in multi mode to the same chain", "attach", cgroup.path, "egress",
	    by_id(prog[1]), NULL);
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void check_preorder(void)
{
	struct scratch cgroup = scratch_new("preorder");
	const int order[] = { prog[1], prog[0] };

	run(0, "attach without preorder", "attach", cgroup.path, "cgroup_inet_egress", by_id(prog[0]), NULL);
	run(0, "attach with preorder", "attach", "--preorder", cgroup.path, "egress", by_id(prog[1]));
	effective_is(cgroup.fd, EGRESS, order, 2, "the preorder program runs first");
	chain_is(cgroup.fd, EGRESS, prog, 2, "it is last in the chain");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void check_positions(void)
{
	struct scratch cgroup = scratch_new("positions");
	const int order[] = { prog[1], prog[3], prog[2], prog[0] };

	run(0, "last", "attach", "--last", cgroup.path, "egress", by_id(prog[0]));
	run(0, "first", "attach", "--first", cgroup.path, "egress", by_id(prog[1]));
	run(0, "before", "attach", "--before=name:p0", cgroup.path, "egress", by_id(prog[2]));
	run(0, "after", "attach", "--after=pos:0", cgroup.path, "egress", by_id(prog[3]));
	chain_is(cgroup.fd, EGRESS, order, 4, "each program is at the requested position");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

/* Other processes that list links hold each link for a moment. */
static void wait_for_length(const struct scratch *cgroup, uint32_t count)
{
	for (int i = 0; i < 200 && chain_now(cgroup->fd, EGRESS).count != count; i++)
		usleep(10000);
}

/* Removing the pin of a link detaches the program; removing the pin of a program does not. */
static void check_link_and_pin(void)
{
	static const char pin[] = BPFFS "/link", other[] = BPFFS "/program";
	struct scratch cgroup = scratch_new("link");
	struct command command;

	command = cgswap_run("attach", cgroup.path, "egress", by_id(prog[0]), "--link", "--pin",
			     pin, "--dry-run", NULL);
	is_int(command.status, 0, "a dry run of attach --link succeeds");
	ok(!is_there(pin), "the dry run leaves no pin");
	chain_is(cgroup.fd, EGRESS, NULL, 0, "the dry run attaches nothing");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", by_id(prog[0]), "--link", "--pin",
			     pin, NULL);
	is_int(command.status, 0, "attach --link --pin succeeds");
	has_str(command.out, "LINK", "the link is shown");
	ok(is_there(pin), "the link is pinned");
	chain_is(cgroup.fd, EGRESS, prog, 1, "the program is attached");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", by_id(prog[1]), "--pin", other, NULL);
	is_int(command.status, 0, "attach --pin without a link succeeds");
	ok(is_there(other), "the program is pinned");
	chain_is(cgroup.fd, EGRESS, prog, 2, "the program is attached, too");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", by_id(prog[2]), "--pin", other, NULL);
	is_int(command.status, 1, "a path that is already pinned is refused");
	has_str(command.err, other, "the message names the path");
	chain_is(cgroup.fd, EGRESS, prog, 2, "nothing was attached");
	command_free(&command);
	ok(!unlink(pin) && !unlink(other), "the pins can be removed");
	wait_for_length(&cgroup, 1);
	chain_is(cgroup.fd, EGRESS, &prog[1], 1, "removing its pin detached the link");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

/* A map that the object wants pinned by name is pinned when the program is attached. */
static void check_map_pinned_by_name(void)
{
	static const char pin[] = BPFFS "/pinned_hits";
	struct scratch cgroup = scratch_new("by-name");
	char *object = build_path("tests/bpf/maps/pinned_map.bpf.o");
	struct command command;

	command = cgswap_run("attach", cgroup.path, "egress", object, "--dry-run", NULL);
	is_int(command.status, 0, "a dry run of an object file succeeds");
	ok(!is_there(pin), "the dry run leaves no pin of its map");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", object, "--pin", "/nowhere", NULL);
	is_int(command.status, 1, "a pin outside of a bpffs is refused");
	ok(!is_there(pin), "the refused attach leaves no pin of its map");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", object, NULL);
	is_int(command.status, 0, "attach succeeds");
	ok(is_there(pin), "the map is pinned");
	command_free(&command);
	ok(!unlink(pin), "the pin can be removed");
	free(object);
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void check_expected_revision(void)
{
	struct scratch cgroup = scratch_new("revision");
	uint64_t revision = chain_now(cgroup.fd, EGRESS).revision;
	char right[48], wrong[48];

	snprintf(right, sizeof(right), "--expected-revision=%llu", (unsigned long long)revision);
	snprintf(wrong, sizeof(wrong), "--expected-revision=%llu", (unsigned long long)revision + 1);
	run(1, "attach at another revision", "attach", wrong, cgroup.path, "egress", by_id(prog[0]));
	run(0, "attach at this revision", "attach", right, cgroup.path, "egress", by_id(prog[0]));
	run(1, "detach at another revision", "detach", right, cgroup.path, "egress", "pos:0");
	chain_is(cgroup.fd, EGRESS, prog, 1, "the program is still attached");
	run(0, "detach at this revision", "detach", wrong, cgroup.path, "egress", "pos:0");
	chain_is(cgroup.fd, EGRESS, NULL, 0, "the program is detached");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void check_expected_cgroup_id(void)
{
	struct scratch cgroup = scratch_new("cgroup");
	struct stat stat;
	char right[48];

	/* the id of a cgroup is its inode number */
	if (fstat(cgroup.fd, &stat))
		bail_out("cannot stat %s", cgroup.path);
	snprintf(right, sizeof(right), "--expected-cgroup-id=%llu", (unsigned long long)stat.st_ino);
	run(1, "attach in another cgroup", "attach", "--expected-cgroup-id=1", cgroup.path, "egress",
	    by_id(prog[0]));
	run(2, "a cgroup id that is not a number", "attach", "--expected-cgroup-id=web", cgroup.path, "egress",
	    by_id(prog[0]));
	chain_is(cgroup.fd, EGRESS, NULL, 0, "nothing is attached");
	run(0, "attach in this cgroup", "attach", right, cgroup.path, "egress", by_id(prog[0]));
	run(1, "detach in another cgroup", "detach", "--expected-cgroup-id=1", cgroup.path, "egress", "pos:0");
	run(0, "detach in this cgroup", "detach", right, cgroup.path, "egress", "pos:0");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

int main(void)
{
	need_live();
	prog_pass_many(EGRESS, "p", prog, 4);
	check_expected_cgroup_id();
	check_mode("--mode=multi", RAW_MULTI);
	check_mode("--mode=override", RAW_OVERRIDE);
	check_mode("--mode=none", RAW_NONE);
	if (kernel_knows_flags(RAW_PREORDER))
		check_preorder();
	if (kernel_knows_flags(RAW_MULTI | RAW_BEFORE))
		check_positions();
	bpffs_private();
	check_link_and_pin();
	check_map_pinned_by_name();
	if (kernel_has_revision())
		check_expected_revision();
	return done_testing();
}
