/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 5: a check, and attach and detach with dry_run, say what the real thing would, and change
 * nothing, not even the revision.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { ENTRIES = 3 };

static struct scene scene;
static struct raw_chain before;

static void attach_and_detach(void)
{
	const struct cgswap_attach_opts attach = { .sz = sizeof(attach), .dry_run = 1 };
	const struct cgswap_attach_opts none = {
		.sz = sizeof(none),
		.dry_run = 1,
		.mode = CGSWAP_MODE_NONE,
	};
	const struct cgswap_detach_opts detach = { .sz = sizeof(detach), .dry_run = 1 };

	expect_ok(cgswap_chain_attach(scene.chain, scene.program, &attach), "attach would work");
	scene_untouched(&scene, &before, "nothing was attached");
	EXPECT_CAUSE(cgswap_chain_attach(scene.chain, scene.program, &none), OWN_MODE_CONFLICT,
		     "in none mode it would not");
	expect_ok(cgswap_chain_detach(scene.chain, "pos:1", &detach), "detach would work");
	scene_untouched(&scene, &before, "nothing was taken off");
	EXPECT_CAUSE(cgswap_chain_detach(scene.chain, by_fd(scene.spare), &detach), NOT_ATTACHED,
		     "of a program that is not there it would not");
	scene_untouched(&scene, &before, "nothing changed");
}

static void a_replace(void)
{
	cgswap_replace *replace;
	const cgswap_step *step;

	cgswap_replace_new(&replace, scene.session, NULL);
	expect_ok(cgswap_replace_add(replace, scene.chain, "pos:1", scene.program, NULL), "a step");
	step = cgswap_replace_get_step(replace, 0);
	expect_ok(cgswap_replace_check(replace), "commit would work");
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_PLANNED, "the step is still planned");
	scene_untouched(&scene, &before, "nothing was swapped");

	raw_attach(scene.cgroup.fd, scene.spare, EGRESS, RAW_MULTI);
	before = scene_chain(&scene);
	EXPECT_CAUSE(cgswap_replace_check(replace), ALREADY_ATTACHED, "now it would not");
	is_int(cgswap_step_get_cause(step), CGSWAP_CAUSE_ALREADY_ATTACHED, "the step says why");
	scene_untouched(&scene, &before, "nothing changed");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ALREADY_ATTACHED, "nor does it");
	raw_detach(scene.cgroup.fd, scene.spare, EGRESS);
	expect_ok(cgswap_replace_check(replace), "with the obstacle gone it would");
	expect_ok(cgswap_replace_commit(replace, NULL), "and does");
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	scene = scene_new("dry", ENTRIES);
	before = scene_chain(&scene);
	attach_and_detach();
	a_replace();
	scene_free(&scene);
	return done_testing();
}
