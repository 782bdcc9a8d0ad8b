/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attach appends an entry and detach removes one; each changes the revision once and refreshes the
 * handle. With an expected revision both fail at any other revision.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static struct fixture fixture;

static void handle_is_current(const char *when)
{
	struct raw_chain now = fixture_chain(&fixture);
	size_t same = 0;

	for (size_t i = 0; i < now.count; i++)
		same += cgswap_entry_get_id(cgswap_chain_get_entry(fixture.chain, i)) == now.ids[i];
	ok(same == now.count && cgswap_chain_get_length(fixture.chain) == now.count &&
		   cgswap_chain_get_revision(fixture.chain) == now.revision,
	   "the handle has the current chain after %s", when);
}

static void plain(void)
{
	struct raw_chain before = fixture_chain(&fixture);
	const int appended[] = { fixture.progs[0], fixture.progs[1], fixture.progs[2], fixture.spare };

	expect_ok(cgswap_chain_attach(fixture.chain, fixture.program, NULL), "attach");
	chain_is(fixture.cgroup.fd, EGRESS, appended, 4, "the program is at the end");
	is_int(fixture_chain(&fixture).revision, before.revision + kernel_has_revision(),
	       "the revision changed once");
	handle_is_current("attach");
	expect_ok(cgswap_chain_detach(fixture.chain, by_fd(fixture.spare), NULL), "detach");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "only that program is removed");
	is_int(fixture_chain(&fixture).revision, before.revision + 2 * kernel_has_revision(),
	       "the revision changed once again");
	handle_is_current("detach");

	/* a selector is looked up in a new snapshot, not in the old one of the handle */
	raw_detach(fixture.cgroup.fd, fixture.progs[1], EGRESS);
	is_int(cgswap_chain_get_length(fixture.chain), 3, "the handle still has the old snapshot");
	expect_ok(cgswap_chain_detach(fixture.chain, "pos:1", NULL), "detach by position");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 1,
		 "the position is that in the current chain");
	for (int i = 1; i < 3; i++)
		raw_attach(fixture.cgroup.fd, fixture.progs[i], EGRESS, RAW_MULTI);
	expect_ok(cgswap_chain_read(fixture.chain), "read");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the chain is as at the start");
}

static void at_a_revision(void)
{
	struct cgswap_attach_opts attach = { .sz = sizeof(attach) };
	struct cgswap_detach_opts detach = { .sz = sizeof(detach) };
	struct raw_chain before = fixture_chain(&fixture);

	attach.expected_revision = before.revision - 1;
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &attach), REVISION_CHANGED,
		     "attach at an old revision");
	attach.expected_revision = before.revision + 1;
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &attach), REVISION_CHANGED,
		     "attach at a later revision");
	detach.expected_revision = before.revision + 1;
	EXPECT_CAUSE(cgswap_chain_detach(fixture.chain, "pos:0", &detach), REVISION_CHANGED,
		     "detach at another revision");
	fixture_untouched(&fixture, &before, "after the errors");
	attach.expected_revision = before.revision;
	expect_ok(cgswap_chain_attach(fixture.chain, fixture.program, &attach),
		  "attach at the current revision");
	detach.expected_revision = before.revision + 1;
	expect_ok(cgswap_chain_detach(fixture.chain, by_fd(fixture.spare), &detach),
		  "detach at the current revision");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "as before");
}

/* The name means many chains: it can be read, but not used for attach and replace. */
static void lsm_cgroup(void)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "lsm_cgroup" };
	cgswap_program *program;
	cgswap_chain *chain;
	cgswap_replace *replace;

	if (!kernel_knows_attach_type(43)) {
		skip("this kernel has no BPF_LSM_CGROUP");
		return;
	}
	expect_ok(cgswap_chain_open(&chain, fixture.session, fixture.cgroup.path, "lsm_cgroup"),
		  "lsm_cgroup can be read");
	EXPECT_CAUSE(cgswap_chain_attach(chain, fixture.program, NULL), ATTACH_TYPE_UNSUPPORTED,
		     "attach at lsm_cgroup");
	cgswap_replace_new(&replace, fixture.session, NULL);
	EXPECT_CAUSE(cgswap_replace_add(replace, chain, "pos:0", fixture.program, NULL),
		     ATTACH_TYPE_UNSUPPORTED, "replace at lsm_cgroup");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	/* the file is not read either */
	EXPECT_CAUSE(cgswap_program_open(&program, fixture.session, "/nowhere.o", &opts),
		     ATTACH_TYPE_UNSUPPORTED, "load for lsm_cgroup");
	expect_message("can be listed but not changed");
}

int main(void)
{
	need_live();
	fixture = fixture_new("change", 3);
	plain();
	if (kernel_has_revision())
		at_a_revision();
	lsm_cgroup();
	fixture_free(&fixture);
	return done_testing();
}
