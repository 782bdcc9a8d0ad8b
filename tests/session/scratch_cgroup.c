/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session tries out features that need a cgroup in the scratch cgroup that it was given: its path is
 * copied, and may be below the mount. If it is gone, the answer is unknown. Paths of other things are
 * refused when the session is opened.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static char path[600];

/* The path is above and below. */
static enum cgswap_status open_with(cgswap_session **out, const char *above, const char *below)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .scratch_cgroup = path };
	enum cgswap_status status;

	snprintf(path, sizeof(path), "%s%s", above, below);
	status = cgswap_session_open(out, &opts);
	memset(path, 'x', sizeof(path) - 1);
	return status;
}

static bool answers(cgswap_session *session)
{
	bool has;

	return !cgswap_session_has(session, CGSWAP_FEATURE_LINK_UPDATE_ORDER, &has) &&
	       !cgswap_session_has(session, CGSWAP_FEATURE_REVISION, &has);
}

int main(void)
{
	struct scratch cgroup;
	cgswap_session *session;

	need_live();
	cgroup = scratch_new("tried");
	expect_ok(open_with(&session, cgroup.path, ""), "an absolute path");
	ok(answers(session), "features that need a cgroup are known");
	cgswap_session_unref(session);
	expect_ok(open_with(&session, cgroup.path + strlen(scratch_mount()) + 1, ""),
		  "a path below the mount");
	ok(answers(session), "features that need a cgroup are known");
	cgswap_session_unref(session);
	expect_ok(cgswap_session_open(&session, NULL), "the default");
	ok(answers(session), "features that need a cgroup are known");
	cgswap_session_unref(session);

	EXPECT_CAUSE(open_with(&session, "/nowhere", ""), CGROUP_NOT_FOUND, "a missing path");
	expect_message("scratch_cgroup: '/nowhere' does not exist");
	EXPECT_CAUSE(open_with(&session, "cgswap-nowhere", ""), CGROUP_NOT_FOUND,
		     "a missing path below the mount");
	EXPECT_CAUSE(open_with(&session, "/tmp", ""), NOT_A_CGROUP, "an ordinary directory");
	EXPECT_CAUSE(open_with(&session, cgroup.path, "/cgroup.procs"), NOT_A_CGROUP, "a file");
	EXPECT_CAUSE(open_with(&session, cgroup.path, "/cgroup.procs/below"), CGROUP_NOT_FOUND,
		     "a path through a file");
	EXPECT_CAUSE(open_with(&session, "../..", ""), CGROUP_UNREACHABLE,
		     "a path that leads out of the mount");
	EXPECT_CAUSE(open_with(&session, "", ""), BAD_ARGUMENT, "an empty path");
	if (scratch_v1_mount()[0])
		EXPECT_CAUSE(open_with(&session, scratch_v1_mount(), ""), CGROUP_V1, "cgroup v1");
	else
		skip("no cgroup v1 is mounted");

	expect_ok(open_with(&session, cgroup.path, ""), "a session");
	scratch_remove(&cgroup);
	ok(!answers(session) || !kernel_has_revision(), "without its scratch cgroup they are not");
	cgswap_session_unref(session);
	raw_close(cgroup.fd);
	return done_testing();
}
