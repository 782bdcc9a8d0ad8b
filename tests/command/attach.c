/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the command's options for attach and detach do, seen by raw queries: modes, preorder,
 * places, links, pins, revisions, and that what it attached stays when it has ended.
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
		ok(command.err[0] && !command.out[0], "%s: said on stderr", name);
	command_free(&command);
}

static void in_mode(const char *option, uint32_t flags)
{
	struct scratch cgroup = scratch_new("mode");
	struct raw_chain now;

	run(0, option, "attach", option, cgroup.path, "egress", by_id(prog[0]));
	now = chain_now(cgroup.fd, EGRESS);
	is_int(now.count, 1, "one program");
	is_int(now.flags, flags, "in the mode asked for");
	is_int(now.ids[0], raw_prog_id(prog[0]), "the one asked for");
	run(flags == RAW_MULTI ? 0 : 1, "and a multi one beside it", "attach", cgroup.path, "egress",
	    by_id(prog[1]), NULL);
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void preorder(void)
{
	struct scratch cgroup = scratch_new("preorder");
	const int order[] = { prog[1], prog[0] };

	run(0, "plain", "attach", cgroup.path, "cgroup_inet_egress", by_id(prog[0]), NULL);
	run(0, "preorder", "attach", "--preorder", cgroup.path, "egress", by_id(prog[1]));
	effective_is(cgroup.fd, EGRESS, order, 2, "the preorder one runs first");
	chain_is(cgroup.fd, EGRESS, prog, 2, "and stands last");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void in_places(void)
{
	struct scratch cgroup = scratch_new("places");
	const int order[] = { prog[1], prog[3], prog[2], prog[0] };

	run(0, "last", "attach", "--last", cgroup.path, "egress", by_id(prog[0]));
	run(0, "first", "attach", "--first", cgroup.path, "egress", by_id(prog[1]));
	run(0, "before", "attach", "--before=name:p0", cgroup.path, "egress", by_id(prog[2]));
	run(0, "after", "attach", "--after=pos:0", cgroup.path, "egress", by_id(prog[3]));
	chain_is(cgroup.fd, EGRESS, order, 4, "each where it was told");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

/* Others that list the machine's links hold each of them for a moment. */
static void wait_for_length(const struct scratch *cgroup, uint32_t count)
{
	for (int i = 0; i < 200 && chain_now(cgroup->fd, EGRESS).count != count; i++)
		usleep(10000);
}

/* A link lives by its pin, and goes with it; a pin of a plain program holds no place. */
static void by_a_link(void)
{
	static const char pin[] = BPFFS "/link", other[] = BPFFS "/program";
	struct scratch cgroup = scratch_new("link");
	struct command command;

	command = cgswap_run("attach", cgroup.path, "egress", by_id(prog[0]), "--link", "--pin",
			     pin, "--dry-run", NULL);
	is_int(command.status, 0, "a dry run of a link");
	ok(!is_there(pin), "leaves no pin");
	chain_is(cgroup.fd, EGRESS, NULL, 0, "and attaches nothing");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", by_id(prog[0]), "--link", "--pin",
			     pin, NULL);
	is_int(command.status, 0, "by a link");
	has_str(command.out, "LINK", "which is shown");
	ok(is_there(pin), "and pinned");
	chain_is(cgroup.fd, EGRESS, prog, 1, "it is attached");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", by_id(prog[1]), "--pin", other, NULL);
	is_int(command.status, 0, "plainly, with a pin");
	ok(is_there(other), "the program is pinned");
	chain_is(cgroup.fd, EGRESS, prog, 2, "and attached");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", by_id(prog[2]), "--pin", other, NULL);
	is_int(command.status, 1, "where something is pinned");
	has_str(command.err, other, "nothing else can be");
	chain_is(cgroup.fd, EGRESS, prog, 2, "and nothing is attached");
	command_free(&command);
	ok(!unlink(pin) && !unlink(other), "the pins are removed");
	wait_for_length(&cgroup, 1);
	chain_is(cgroup.fd, EGRESS, &prog[1], 1, "the link goes with its pin");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

/* What the object wants pinned by its name is, once it is attached. */
static void with_a_map_pinned_by_name(void)
{
	static const char pin[] = BPFFS "/pinned_hits";
	struct scratch cgroup = scratch_new("by-name");
	char *object = build_path("tests/bpf/maps/pinned_map.bpf.o");
	struct command command;

	command = cgswap_run("attach", cgroup.path, "egress", object, "--dry-run", NULL);
	is_int(command.status, 0, "a dry run of an object");
	ok(!is_there(pin), "leaves no pin of its map");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", object, "--pin", "/nowhere", NULL);
	is_int(command.status, 1, "a refusal");
	ok(!is_there(pin), "leaves none either");
	command_free(&command);
	command = cgswap_run("attach", cgroup.path, "egress", object, NULL);
	is_int(command.status, 0, "attached");
	ok(is_there(pin), "it is pinned");
	command_free(&command);
	ok(!unlink(pin), "the pin is removed");
	free(object);
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void at_a_revision(void)
{
	struct scratch cgroup = scratch_new("revision");
	uint64_t revision = chain_now(cgroup.fd, EGRESS).revision;
	char right[48], wrong[48];

	snprintf(right, sizeof(right), "--expected-revision=%llu", (unsigned long long)revision);
	snprintf(wrong, sizeof(wrong), "--expected-revision=%llu", (unsigned long long)revision + 1);
	run(1, "attach at another revision", "attach", wrong, cgroup.path, "egress", by_id(prog[0]));
	run(0, "attach at this revision", "attach", right, cgroup.path, "egress", by_id(prog[0]));
	run(1, "detach at another revision", "detach", right, cgroup.path, "egress", "pos:0");
	chain_is(cgroup.fd, EGRESS, prog, 1, "it is still there");
	run(0, "detach at this revision", "detach", wrong, cgroup.path, "egress", "pos:0");
	chain_is(cgroup.fd, EGRESS, NULL, 0, "it is gone");
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void in_a_cgroup(void)
{
	struct scratch cgroup = scratch_new("cgroup");
	struct stat stat;
	char right[48];

	/* the number of its inode is its id */
	if (fstat(cgroup.fd, &stat))
		bail_out("cannot look at %s", cgroup.path);
	snprintf(right, sizeof(right), "--expected-cgroup-id=%llu", (unsigned long long)stat.st_ino);
	run(1, "attach in another cgroup", "attach", "--expected-cgroup-id=1", cgroup.path, "egress",
	    by_id(prog[0]));
	run(2, "a cgroup that is no number", "attach", "--expected-cgroup-id=web", cgroup.path, "egress",
	    by_id(prog[0]));
	chain_is(cgroup.fd, EGRESS, NULL, 0, "nothing is there");
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
	in_a_cgroup();
	in_mode("--mode=multi", RAW_MULTI);
	in_mode("--mode=override", RAW_OVERRIDE);
	in_mode("--mode=none", RAW_NONE);
	if (kernel_knows_flags(RAW_PREORDER))
		preorder();
	if (kernel_knows_flags(RAW_MULTI | RAW_BEFORE))
		in_places();
	bpffs_private();
	by_a_link();
	with_a_map_pinned_by_name();
	if (kernel_has_revision())
		at_a_revision();
	return done_testing();
}
