/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where cgroup2 and bpffs are mounted is found, or may be said; a path never leads out of the
 * cgroups. In a mount namespace of the test's own.
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
	expect_ok(cgswap_session_open(&session, &said), "bpffs is said");
	is_str(cgswap_session_get_bpffs(session), mount, "and taken");
	cgswap_session_unref(session);
	EXPECT_CAUSE(cgswap_session_open(&session, &wrong), BPFFS_NOT_MOUNTED, "no bpffs there");
	EXPECT_CAUSE(cgswap_session_open(&session, &missing), BPFFS_NOT_MOUNTED, "nothing there");
}

static void paths_that_leave(cgswap_session *session)
{
	static const char *const paths[] = { "..", "../..", "../../../tmp" };
	cgswap_chain *chain;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		EXPECT_CAUSE(cgswap_chain_open(&chain, session, paths[i], "egress"),
			     CGROUP_UNREACHABLE, "'%s'", paths[i]);
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
