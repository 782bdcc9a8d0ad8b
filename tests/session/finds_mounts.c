/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session finds the mounts of cgroup2 and bpffs, or uses the given ones, and no path leads out of
 * the cgroup tree. Runs in a mount namespace of its own.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

static void bpffs(void)
{
	const char *mount = bpffs_private();
	const struct cgswap_session_opts said = { .sz = sizeof(said), .bpffs = mount };
	const struct cgswap_session_opts wrong = { .sz = sizeof(wrong), .bpffs = "/tmp" };
	const struct cgswap_session_opts missing = { .sz = sizeof(missing), .bpffs = "/nowhere" };
	cgswap_session *session = live_session();

	is_str(cgswap_session_get_bpffs(session), mount, "bpffs is found");
	cgswap_session_unref(session);
	expect_ok(cgswap_session_open(&session, &said), "a session with a given bpffs");
	is_str(cgswap_session_get_bpffs(session), mount, "the given bpffs is used");
	cgswap_session_unref(session);
	EXPECT_CAUSE(cgswap_session_open(&session, &wrong), BPFFS_NOT_MOUNTED,
		     "a given directory is not a bpffs");
	EXPECT_CAUSE(cgswap_session_open(&session, &missing), BPFFS_NOT_MOUNTED,
		     "a given directory does not exist");
}

static void paths_that_leave(cgswap_session *session)
{
	static const char *const paths[] = { "..", "../..", "../../../tmp" };
	cgswap_chain *chain;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		EXPECT_CAUSE(cgswap_chain_open(&chain, session, paths[i], "egress"),
			     CGROUP_UNREACHABLE, "the path '%s'", paths[i]);
}

int main(void)
{
	cgswap_session *session;

	need_live();
	bpffs();
	session = live_session();
	is_str(cgswap_session_get_cgroup_root(session), scratch_mount(), "cgroup2 is found");
	paths_that_leave(session);
	cgswap_session_unref(session);
	return done_testing();
}
