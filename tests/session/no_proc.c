/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without /proc the mounts are found at the usual places, and the kernel tells the kinds of pins and
 * descriptors. Without a cgroup2 mount the remedy says how to make one. Runs in mount namespaces.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* EXPECT_CAUSE() without the count of descriptors, which /proc lists. */
#define REFUSED(call, cause, ...) expect_refusal((call), CGSWAP_CAUSE_##cause, NULL, __VA_ARGS__)

static struct fixture fixture;
static struct scratch child;
static int array, linked, link_fd;

static bool hide_proc(uint64_t unused)
{
	(void)unused;
	return !unshare(CLONE_NEWNS) && !mount("none", "/proc", "tmpfs", 0, NULL);
}

static bool hide_mounts(uint64_t unused)
{
	if (unshare(CLONE_NEWNS))
		return false;
	while (!umount2(scratch_mount(), MNT_DETACH))
		;
	return hide_proc(unused);
}

static enum cgswap_status open_source(cgswap_session *session, const char *source)
{
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, session, source, NULL);

	cgswap_program_unref(program);
	return status;
}

static void without_proc(void)
{
	cgswap_session *session;
	cgswap_chain *chain;
	int file = open("/", O_RDONLY | O_CLOEXEC), pipes[2];

	if (cgswap_session_open(&session, NULL) || pipe(pipes))
		bail_out("no session");
	is_str(cgswap_session_get_bpffs(session), BPFFS, "bpffs is found");
	is_str(cgswap_session_get_cgroup_root(session), scratch_mount(), "cgroup2 is found");

	expect_ok(open_source(session, BPFFS "/prog"), "the pin of a program");
	expect_ok(open_source(session, by_fd(fixture.spare)), "its descriptor");
	REFUSED(open_source(session, BPFFS "/map"), NOT_A_PROGRAM, "the pin of a map");
	expect_message("is a BPF map");
	REFUSED(open_source(session, BPFFS "/link"), NOT_A_PROGRAM, "the pin of a link");
	expect_message("is a BPF link");
	REFUSED(open_source(session, by_fd(file)), NOT_A_PROGRAM, "a directory");
	REFUSED(open_source(session, by_fd(pipes[0])), NOT_A_PROGRAM, "a pipe");
	expect_message("something else");

	expect_ok(cgswap_chain_open(&chain, session,
				    fixture.cgroup.path + strlen(scratch_mount()) + 1, "egress"),
		  "a path below the mount");
	is_str(cgswap_chain_get_cgroup(chain), fixture.cgroup.path, "the path is absolute");
	expect_ok(swap(session, chain, by_fd(fixture.progs[0]), fixture.program), "a swap");
	cgswap_chain_unref(chain);
	expect_ok(cgswap_chain_open(&chain, session, by_fd(child.fd), "egress"), "a descriptor");
	expect_ok(cgswap_chain_detach(chain, "pin:" BPFFS "/link", NULL), "a link by its pin");
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static void without_mount(void)
{
	cgswap_session *session;
	cgswap_chain *chain;

	if (cgswap_session_open(&session, NULL))
		bail_out("no session");
	REFUSED(cgswap_chain_open(&chain, session, "some/where", "egress"), CGROUP_UNREACHABLE,
		     "no mount");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "mount -t cgroup2",
		"the remedy says how to mount it");
	cgswap_session_unref(session);
}

int main(void)
{
	need_live();
	bpffs_private();
	if (strcmp(scratch_mount(), "/sys/fs/cgroup") &&
	    strcmp(scratch_mount(), "/sys/fs/cgroup/unified"))
		skip_all("cgroup2 is mounted at %s", scratch_mount());
	fixture = fixture_new("no_proc", 2);
	child = scratch_child(&fixture.cgroup, "child");
	linked = prog_pass(EGRESS, "linked");
	link_fd = raw_link_create(child.fd, linked, EGRESS, 0);
	array = raw_array_create(1);
	bpffs_pin(fixture.spare, "prog");
	bpffs_pin(array, "map");
	bpffs_pin(link_fd, "link");
	privilege_run(hide_proc, 0, without_proc);
	is_int(chain_now(fixture.cgroup.fd, EGRESS).ids[0], raw_prog_id(fixture.spare),
	       "the new program is attached");
	is_int(chain_now(child.fd, EGRESS).count, 0, "the link is detached");
	privilege_run(hide_mounts, 0, without_mount);
	raw_close(array);
	raw_close(link_fd);
	raw_close(linked);
	return done_testing();
}
