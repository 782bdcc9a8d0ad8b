/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the session says of its kernel is what raw dry runs say; features can be turned off, and
 * then the library lives without them.
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

	expect_ok(cgswap_session_has(session, feature, &out), "asked for %s",
		  cgswap_feature_get_name(feature));
	return out;
}

static void agree(cgswap_session *session, enum cgswap_feature feature, bool kernel)
{
	is_int(has(session, feature), kernel, "%s: %s", cgswap_feature_get_name(feature),
	       cgswap_session_get_probe(session, feature));
}

/* As an older kernel, which has no revisions, no order to ask for, and no preorder. */
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
	ok(!has(session, CGSWAP_FEATURE_REVISION), "it has none");
	ok(!has(session, CGSWAP_FEATURE_EXPECTED_REVISION), "nor can it be bound to one");
	chain = live_chain(session, fixture.cgroup.path, "egress");
	is_int(cgswap_chain_get_revision(chain), 0, "the chain has no revision");
	program = live_program(session, fixture.spare);
	expect_ok(swap(session, chain, "pos:1", program), "a swap works all the same");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 2, "in its place");
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

/* Without the order to ask for, preorder shows in a scratch cgroup, of which nothing stays. */
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
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", program, NULL), "it is found out");
	expect_ok(cgswap_session_walk(session, fixture.cgroup.path, count_cgroup, &cgroups), "a walk");
	is_int(cgroups, 1, "nothing stands below");
	expect_ok(cgswap_replace_commit(replace, NULL), "and it is swapped");
	chain_is(fixture.cgroup.fd, EGRESS, &fixture.spare, 1, "in its place");
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
	   has(session, CGSWAP_FEATURE_LINK_DETACH), "links");

	count = cgswap_feature_get_count();
	for (size_t i = 1; i <= count; i++)
		ok(cgswap_feature_get_name(i)[0] && cgswap_feature_get_kernel(i)[0] &&
		   cgswap_session_get_probe(session, i)[0], "feature %zu: %s, from %s", i,
		   cgswap_feature_get_name(i), cgswap_feature_get_kernel(i));
	is_int(count, CGSWAP_FEATURE_LINK_UPDATE_ORDER, "as many as the header has");
	is_str(cgswap_feature_get_name(0), "", "no feature 0");
	is_str(cgswap_feature_get_name(count + 1), "", "none past the end");
	is_str(cgswap_feature_get_kernel(count + 1), "", "from no kernel");
	EXPECT_CAUSE(cgswap_session_has(session, count + 1, &out), BAD_ARGUMENT, "past the end");
	EXPECT_CAUSE(cgswap_session_has(session, CGSWAP_FEATURE_LINK, NULL), BAD_ARGUMENT,
		     "nowhere to put it");
	cgswap_session_unref(session);
	without();
	without_ordering();
	return done_testing();
}
