/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A dry run changes nothing, not even where only a probe could show the preorder flag: revision and
 * order stay. A real replace of the same entry needs the probe, and a dry run cannot be committed.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

int main(void)
{
	const struct cgswap_replace_opts dry = { .sz = sizeof(dry), .dry_run = 1 };
	struct scratch cgroup;
	cgswap_session *session;
	cgswap_replace *replace;
	cgswap_chain *chain;
	int old, new;

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	if (!kernel_has_revision())
		skip_all("this kernel has no expected revision");
	session = live_session();
	cgroup = scratch_new("dry-run");
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	if (raw_attach(cgroup.fd, old, EGRESS, RAW_MULTI | RAW_PREORDER))
		bail_out("cannot attach");
	chain = live_chain(session, cgroup.path, "egress");

	expect_ok(cgswap_replace_new(&replace, session, &dry), "a dry run");
	expect_ok(cgswap_replace_add_source(replace, chain, by_id(old), by_fd(new), NULL), "a step");
	expect_ok(cgswap_replace_check(replace), "its check");
	is_int(chain_now(cgroup.fd, EGRESS).revision, cgswap_chain_get_revision(chain),
	       "the revision is the same");
	ok(!cgswap_step_get_probe_attached(cgswap_replace_get_step(replace, 0)),
	   "no probe was attached");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), BAD_ARGUMENT, "its commit");
	chain_is(cgroup.fd, EGRESS, &old, 1, "the old program is attached");
	cgswap_replace_unref(replace);

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a real replace");
	expect_ok(cgswap_replace_add_source(replace, chain, by_id(old), by_fd(new), NULL), "a step");
	ok(cgswap_step_get_probe_attached(cgswap_replace_get_step(replace, 0)),
	   "a probe was needed");
	expect_ok(cgswap_replace_commit(replace, NULL), "its commit");
	chain_is(cgroup.fd, EGRESS, &new, 1, "the new program is attached");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	raw_close(old);
	raw_close(new);
	return done_testing();
}
