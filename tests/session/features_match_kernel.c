/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The session reports the same features as raw dry runs of the kernel. A disabled feature is not
 * used, and replacing still works.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static bool has(cgswap_session *session, enum cgswap_feature feature)
{
	bool out = false;

	expect_ok(cgswap_session_has(session, feature, &out), "has %s",
		  cgswap_feature_get_name(feature));
	return out;
}

static void agree(cgswap_session *session, enum cgswap_feature feature, bool kernel)
{
	is_int(has(session, feature), kernel, "%s: %s", cgswap_feature_get_name(feature),
	       cgswap_session_get_probe(session, feature));
}

/* As on an older kernel without revisions, ordering and preorder. */
static void without(void)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.disable_features = "expected_revision,revision,ordering,preorder",
	};
	struct fixture fixture = fixture_new("without", 2);
	const int wanted[] = { fixture.progs[0], fixture.spare };
	cgswap_session *session;
	cgswap_program *program;
	cgswap_chain *chain;

	expect_ok(cgswap_session_open(&session, &opts), "a session without revisions");
	ok(!has(session, CGSWAP_FEATURE_REVISION), "the session has no revisions");
	ok(!has(session, CGSWAP_FEATURE_EXPECTED_REVISION), "nor expected revisions");
	chain = live_chain(session, fixture.cgroup.path, "egress");
	is_int(cgswap_chain_get_revision(chain), 0, "the chain has no revision");
	program = live_program(session, fixture.spare);
	expect_ok(swap(session, chain, "pos:1", program), "a swap works without them");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 2,
		 "the new program is at the position of the old one");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	fixture_free(&fixture);
}

static int count_cgroup(const char *cgroup, void *user)
{
	(void)cgroup;
	++*(int *)user;
	return 0;
}

/* Without ordering, a scratch cgroup shows preorder, and is removed again. */
static void without_ordering(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .disable_features = "ordering" };
	struct fixture fixture = fixture_new("ordering", 1);
	cgswap_session *session;
	cgswap_replace *replace;
	cgswap_program *program;
	cgswap_chain *chain;
	int cgroups = 0;

	expect_ok(cgswap_session_open(&session, &opts), "a session without ordering");
	chain = live_chain(session, fixture.cgroup.path, "egress");
	program = live_program(session, fixture.spare);
	cgswap_replace_new(&replace, session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", program, NULL),
		  "a step of which preorder is detected");
	expect_ok(cgswap_session_walk(session, fixture.cgroup.path, count_cgroup, &cgroups),
		  "a walk over the cgroup");
	is_int(cgroups, 1, "the scratch cgroup is gone");
	expect_ok(cgswap_replace_commit(replace, NULL), "the step is committed");
	chain_is(fixture.cgroup.fd, EGRESS, &fixture.spare, 1,
		 "the new program is at the position of the old one");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	fixture_free(&fixture);
}

int main(void)
{
	cgswap_session *session;
	bool out = true;
	size_t count;

	need_live();
	session = live_session();
	is_str(cgswap_session_get_kernel(session), raw_kernel(), "the running kernel");
	agree(session, CGSWAP_FEATURE_MULTI, kernel_knows_flags(0));
	agree(session, CGSWAP_FEATURE_REPLACE, kernel_knows_flags(RAW_REPLACE));
	agree(session, CGSWAP_FEATURE_PREORDER, kernel_knows_flags(RAW_PREORDER));
	agree(session, CGSWAP_FEATURE_ORDERING, kernel_knows_flags(RAW_BEFORE));
	agree(session, CGSWAP_FEATURE_EXPECTED_REVISION, kernel_has_revision());
	agree(session, CGSWAP_FEATURE_REVISION, kernel_has_revision());
	agree(session, CGSWAP_FEATURE_UNIX_SOCKET_HOOKS, kernel_knows_attach_type(49));
	agree(session, CGSWAP_FEATURE_LSM_CGROUP, kernel_knows_attach_type(43));
	ok(has(session, CGSWAP_FEATURE_LINK) && has(session, CGSWAP_FEATURE_LINK_ID) &&
		   has(session, CGSWAP_FEATURE_LINK_DETACH),
	   "link detach agrees with link create");

	count = cgswap_feature_get_count();
	for (size_t i = 1; i <= count; i++)
		ok(cgswap_feature_get_name(i)[0] && cgswap_feature_get_kernel(i)[0] &&
		   cgswap_session_get_probe(session, i)[0], "feature %zu: %s, from %s", i,
		   cgswap_feature_get_name(i), cgswap_feature_get_kernel(i));
	is_int(count, CGSWAP_FEATURE_LINK_UPDATE_ORDER,
	       "there are as many features as in the header");
	is_str(cgswap_feature_get_name(0), "", "feature 0 has no name");
	is_str(cgswap_feature_get_name(count + 1), "", "a feature past the end has no name");
	is_str(cgswap_feature_get_kernel(count + 1), "", "nor a kernel version");
	EXPECT_CAUSE(cgswap_session_has(session, count + 1, &out), BAD_ARGUMENT,
		     "a feature past the end");
	EXPECT_CAUSE(cgswap_session_has(session, CGSWAP_FEATURE_LINK, NULL), BAD_ARGUMENT,
		     "no out parameter");
	cgswap_session_unref(session);
	without();
	without_ordering();
	return done_testing();
}
