/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where cgroup2 and bpffs are mounted is found, may be said, and may be nowhere: then the session
 * still serves what needs no mount. All in a mount namespace of the test's own.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/hooks.h"
#include "../lib/live.h"
#include "../lib/scene.h"
#include "../tap/tap.h"

#include <sys/mount.h>

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

/* The namespace loses its cgroup2; what was opened before can still be used. */
static void no_cgroup2(const struct scene *scene)
{
	cgswap_session *session;
	cgswap_chain *chain;

	while (!umount2(scratch_mount(), MNT_DETACH))
		;
	session = live_session();
	is_str(cgswap_session_get_cgroup_root(session), "", "no mount is found");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, "some/where", "egress"),
		     CGROUP_UNREACHABLE, "a path below nothing");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, scene->cgroup.path, "egress"),
		     CGROUP_NOT_FOUND, "the path that was");
	EXPECT_CAUSE(cgswap_session_walk(session, NULL, NULL, NULL), BAD_ARGUMENT,
		     "a walk for nobody");
	expect_ok(cgswap_chain_open(&chain, session, by_fd(scene->cgroup.fd), "egress"),
		  "the descriptor still is one");
	is_int(cgswap_chain_get_length(chain), 1, "and can be read");
	expect_ok(swap(session, chain, "pos:0", scene->program), "and swapped in");
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

int main(void)
{
	struct scene scene;
	int mounted_again;

	need_live();
	bpffs();
	scene = scene_new("mounts", 1);
	paths_that_leave(scene.session);
	no_cgroup2(&scene);
	chain_is(scene.cgroup.fd, EGRESS, &scene.spare, 1, "it is done");
	/* the scratch cgroup is to be removed by its path */
	mounted_again = mount("none", scratch_mount(), "cgroup2", 0, NULL);
	ok(!mounted_again, "the test has its mount again");
	cgswap_program_unref(scene.program);
	cgswap_chain_unref(scene.chain);
	cgswap_session_unref(scene.session);
	return done_testing();
}
