/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Probes of our own move the expected revision of their step, and that of later steps of the
 * transaction; a change by others does not. Steps with the preorder option probe nothing. A session
 * loads one probe program for an attach type, and closes it when it is closed.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { ENTRIES = 3 };

static struct scratch parent, child;
static int old[ENTRIES], new[ENTRIES], lower, other;

static void build(void)
{
	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	prog_pass_many(EGRESS, "old", old, ENTRIES);
	prog_pass_many(EGRESS, "new", new, ENTRIES);
	lower = prog_pass(EGRESS, "lower");
	other = prog_pass(EGRESS, "other");
	for (int i = 0; i < ENTRIES; i++)
		if (raw_attach(parent.fd, old[i], EGRESS, RAW_MULTI | RAW_PREORDER))
			bail_out("cannot attach");
	if (raw_attach(child.fd, lower, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
}

static enum cgswap_status add(cgswap_replace *replace, cgswap_chain *chain, int from, int to,
			      const struct cgswap_step_opts *opts)
{
	return cgswap_replace_add_source(replace, chain, by_id(from), by_fd(to), opts);
}

/* All steps name the revision that was there before the first probe. */
static void expected_by_all(cgswap_session *session)
{
	cgswap_chain *chain = live_chain(session, parent.path, "egress");
	const uint64_t revision = cgswap_chain_get_revision(chain);
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .expected_revision = revision };
	int order[ENTRIES + 1];
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, NULL);
	for (int i = 0; i < ENTRIES; i++) {
		expect_ok(add(replace, chain, old[i], new[i], &opts), "step %d", i);
		ok(cgswap_step_get_probe_attached(cgswap_replace_get_step(replace, (size_t)i)),
		   "step %d: the probe was attached", i);
		order[i] = new[i];
	}
	order[ENTRIES] = lower;
	is_int(cgswap_chain_get_revision(chain), revision + 2 * ENTRIES, "each moved the revision");
	expect_ok(cgswap_replace_check(replace), "the check follows");
	expect_ok(cgswap_replace_commit(replace, NULL), "the commit follows");
	effective_is(child.fd, EGRESS, order, ENTRIES + 1, "all are preorder");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	for (int i = 0; i < ENTRIES; i++)
		order[i] = old[i];
	effective_is(child.fd, EGRESS, order, ENTRIES + 1, "all are preorder again");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
}

static void changed_by_others(cgswap_session *session)
{
	cgswap_chain *chain = live_chain(session, parent.path, "egress");
	const struct cgswap_step_opts opts = { .sz = sizeof(opts),
					       .expected_revision = cgswap_chain_get_revision(chain) };
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, NULL);
	expect_ok(add(replace, chain, old[0], new[0], &opts), "a step");
	raw_attach(parent.fd, other, EGRESS, RAW_MULTI);
	EXPECT_CAUSE(add(replace, chain, old[1], new[1], &opts), REVISION_CHANGED,
		     "a step after a change by others");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED,
		     "the commit of the first one");
	raw_detach(parent.fd, other, EGRESS);
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
}

static void given_by_caller(enum cgswap_preorder preorder, const char *name)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .preorder = preorder };
	cgswap_session *session = live_session();
	cgswap_chain *chain = live_chain(session, parent.path, "egress");
	const uint64_t revision = cgswap_chain_get_revision(chain);
	unsigned probes = descriptors_probes();
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, NULL);
	expect_ok(add(replace, chain, old[0], new[0], &opts), "%s: a step", name);
	ok(!cgswap_step_get_probe_attached(cgswap_replace_get_step(replace, 0)),
	   "%s: no probe was attached", name);
	is_int(chain_now(parent.fd, EGRESS).revision, revision, "%s: the revision is the same", name);
	is_int(descriptors_probes(), probes, "%s: no probe program was loaded", name);
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

int main(void)
{
	cgswap_session *session;

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	if (!kernel_has_revision())
		skip_all("this kernel has no expected revision");
	scratch_bystander(EGRESS);
	session = live_session();
	build();
	expected_by_all(session);
	changed_by_others(session);
	is_int(descriptors_probes(), 1, "the session has one probe program");
	given_by_caller(CGSWAP_PREORDER_YES, "preorder");
	given_by_caller(CGSWAP_PREORDER_NO, "no preorder");
	cgswap_session_unref(session);
	is_int(descriptors_probes(), 0, "and closes it");
	for (int i = 0; i < ENTRIES; i++) {
		raw_close(old[i]);
		raw_close(new[i]);
	}
	raw_close(lower);
	raw_close(other);
	return done_testing();
}
