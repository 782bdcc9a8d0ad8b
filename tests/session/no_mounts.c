/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without mounts of cgroup2 and bpffs a session still does what needs no mount. Runs in a mount
 * namespace of its own.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <sys/mount.h>

/* The namespace loses its mounts; descriptors opened before can still be used. */
static void no_mounts(const struct fixture *fixture)
{
	cgswap_session *session;
	cgswap_chain *chain;

	while (!umount2(scratch_mount(), MNT_DETACH))
		;
	while (!umount2(BPFFS, MNT_DETACH))
		;
	if (cgswap_session_open(&session, NULL))
		bail_out("no session");
	is_str(cgswap_session_get_cgroup_root(session), "", "no cgroup2 is found");
	is_str(cgswap_session_get_bpffs(session), "", "no bpffs is found");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, "some/where", "egress"), CGROUP_UNREACHABLE,
		     "a path below the mount, which is missing");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, fixture->cgroup.path, "egress"),
		     CGROUP_NOT_FOUND, "an absolute path that existed before");
	EXPECT_CAUSE(cgswap_session_walk(session, NULL, NULL, NULL), BAD_ARGUMENT,
		     "a walk without a callback");
	expect_ok(cgswap_chain_open(&chain, session, by_fd(fixture->cgroup.fd), "egress"),
		  "a chain is opened by a descriptor");
	is_int(cgswap_chain_get_length(chain), 1, "the chain can be read");
	expect_ok(swap(session, chain, "pos:0", fixture->program), "its program is swapped");
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

int main(void)
{
	struct fixture fixture;
	int mounted_again;

	need_live();
	bpffs_private();
	fixture = fixture_new("mounts", 1);
	no_mounts(&fixture);
	chain_is(fixture.cgroup.fd, EGRESS, &fixture.spare, 1, "the new program is attached");
	/* the scratch cgroup is removed by its path */
	mounted_again = mount("none", scratch_mount(), "cgroup2", 0, NULL);
	ok(!mounted_again, "cgroup2 is mounted again");
	cgswap_program_unref(fixture.program);
	cgswap_chain_unref(fixture.chain);
	cgswap_session_unref(fixture.session);
	return done_testing();
}
