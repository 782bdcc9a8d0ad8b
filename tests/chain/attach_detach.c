/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attach appends, detach takes one off, each is one change of the revision and the handle knows
 * the chain afterwards; who expects a revision is refused at any other.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static struct scene scene;

static void handle_knows(const char *when)
{
	struct raw_chain now = scene_chain(&scene);
	size_t same = 0;

	for (size_t i = 0; i < now.count; i++)
		same += cgswap_entry_get_id(cgswap_chain_get_entry(scene.chain, i)) == now.ids[i];
	ok(same == now.count && cgswap_chain_get_length(scene.chain) == now.count &&
	   cgswap_chain_get_revision(scene.chain) == now.revision,
	   "the handle knows the chain after %s", when);
}

static void plain(void)
{
	struct raw_chain before = scene_chain(&scene);
	const int appended[] = { scene.progs[0], scene.progs[1], scene.progs[2], scene.spare };

	expect_ok(cgswap_chain_attach(scene.chain, scene.program, NULL), "attach");
	chain_is(scene.cgroup.fd, EGRESS, appended, 4, "at the end");
	is_int(scene_chain(&scene).revision, before.revision + kernel_has_revision(), "one change");
	handle_knows("attach");
	expect_ok(cgswap_chain_detach(scene.chain, by_fd(scene.spare), NULL), "detach");
	chain_is(scene.cgroup.fd, EGRESS, scene.progs, 3, "that one, and no other");
	is_int(scene_chain(&scene).revision, before.revision + 2 * kernel_has_revision(),
	       "one change");
	handle_knows("detach");

	/* a selector is looked up in a new snapshot, not in what the handle knew */
	raw_detach(scene.cgroup.fd, scene.progs[1], EGRESS);
	is_int(cgswap_chain_get_length(scene.chain), 3, "the handle does not know yet");
	expect_ok(cgswap_chain_detach(scene.chain, "pos:1", NULL), "detach by place");
	chain_is(scene.cgroup.fd, EGRESS, scene.progs, 1, "the place is that of now");
	for (int i = 1; i < 3; i++)
		raw_attach(scene.cgroup.fd, scene.progs[i], EGRESS, RAW_MULTI);
	expect_ok(cgswap_chain_read(scene.chain), "read");
	chain_is(scene.cgroup.fd, EGRESS, scene.progs, 3, "the scene is set again");
}

static void at_a_revision(void)
{
	struct cgswap_attach_opts attach = { .sz = sizeof(attach) };
	struct cgswap_detach_opts detach = { .sz = sizeof(detach) };
	struct raw_chain before = scene_chain(&scene);

	attach.expected_revision = before.revision - 1;
	EXPECT_CAUSE(cgswap_chain_attach(scene.chain, scene.program, &attach), REVISION_CHANGED,
		     "attach at an old revision");
	attach.expected_revision = before.revision + 1;
	EXPECT_CAUSE(cgswap_chain_attach(scene.chain, scene.program, &attach), REVISION_CHANGED,
		     "attach at a later one");
	detach.expected_revision = before.revision + 1;
	EXPECT_CAUSE(cgswap_chain_detach(scene.chain, "pos:0", &detach), REVISION_CHANGED,
		     "detach at another");
	scene_untouched(&scene, &before, "after the refusals");
	attach.expected_revision = before.revision;
	expect_ok(cgswap_chain_attach(scene.chain, scene.program, &attach),
		  "attach at the right one");
	detach.expected_revision = before.revision + 1;
	expect_ok(cgswap_chain_detach(scene.chain, by_fd(scene.spare), &detach),
		  "detach at the right one");
	chain_is(scene.cgroup.fd, EGRESS, scene.progs, 3, "as before");
}

/* Known and listed, but one name for many chains: not for attach and replace. */
static void lsm_cgroup(void)
{
	cgswap_chain *chain;
	cgswap_replace *replace;

	if (!kernel_knows_hook(43)) {
		skip("this kernel has no BPF_LSM_CGROUP");
		return;
	}
	expect_ok(cgswap_chain_open(&chain, scene.session, scene.cgroup.path, "lsm_cgroup"),
		  "lsm_cgroup can be read");
	EXPECT_CAUSE(cgswap_chain_attach(chain, scene.program, NULL), ATTACH_TYPE_UNKNOWN,
		     "but not attached to");
	cgswap_replace_new(&replace, scene.session, NULL);
	EXPECT_CAUSE(cgswap_replace_add(replace, chain, "pos:0", scene.program, NULL),
		     ATTACH_TYPE_UNKNOWN, "nor replaced in");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
}

int main(void)
{
	need_live();
	scene = scene_new("change", 3);
	plain();
	if (kernel_has_revision())
		at_a_revision();
	lsm_cgroup();
	scene_free(&scene);
	return done_testing();
}
