/* SPDX-License-Identifier: BSD-2-Clause */
/* The scenarios that change a chain, and their dry runs. */
#include "scenarios_parts.h"

#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

/* ---- changing -------------------------------------------------------------------------------- */

static void attach(struct run *run, const struct cgswap_attach_opts *opts)
{
	if (part_session(run) && part_chain(run, 1) && part_program(run, 0))
		run_did(run, cgswap_chain_attach(run->chain[1], run->program[0], opts));
}

void play_attach(struct run *run)
{
	attach(run, NULL);
}

void play_attach_preorder(struct run *run)
{
	attach(run, &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
						  .preorder = CGSWAP_PREORDER_YES });
}

void play_attach_dry(struct run *run)
{
	attach(run, &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
						  .dry_run = 1 });
}

void play_attach_refused(struct run *run)
{
	attach(run, &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
						  .mode = CGSWAP_MODE_NONE });
}

static void detach(struct run *run, const char *selector, uint32_t dry_run)
{
	const struct cgswap_detach_opts opts = { .sz = sizeof(opts), .dry_run = dry_run };

	if (part_session(run) && part_chain(run, 0))
		run_did(run, cgswap_chain_detach(run->chain[0], selector, &opts));
}

void play_detach(struct run *run)
{
	detach(run, fault_fixture_by_id(fixture.old_id[0][2]), 0);
}

void play_detach_by_pin(struct run *run)
{
	detach(run, fixture.pin, 0);
}

void play_detach_dry(struct run *run)
{
	detach(run, "pos:0", 1);
}

void play_check(struct run *run)
{
	if (run_plan(run, NULL))
		run_did(run, cgswap_replace_check(run->replace));
}

void play_commit(struct run *run)
{
	if (run_plan(run, NULL))
		part_commit(run);
}

/* Drains before any commit: a failed drain after a commit would undo nothing. */
void play_drain(struct run *run)
{
	if (run_plan(run, NULL))
		run_did(run, cgswap_replace_drain(run->replace));
}

void play_commit_unverified(struct run *run)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = CGSWAP_VERIFY_OFF };

	if (run_plan(run, &opts))
		part_commit(run);
}

void play_roll_back(struct run *run)
{
	if (run_plan(run, NULL) && part_commit(run))
		run_did(run, cgswap_replace_rollback(run->replace));
}

void play_commit_again(struct run *run)
{
	if (run_plan(run, NULL) && part_commit(run) &&
	    run_did(run, cgswap_replace_rollback(run->replace)))
		part_commit(run);
}

/* The kernel refuses the last step, since its new program is already attached. */
void play_commit_refused(struct run *run)
{
	bool good = run_open(run) &&
		    run_did(run, cgswap_replace_new(&run->replace, run->session, NULL));

	for (int i = 0; good && i < 3; i++)
		good = part_step(run, i);
	if (good && run_did(run, cgswap_replace_add(run->replace, run->chain[1],
						    fault_fixture_by_id(fixture.old_id[1][2]),
						    run->program[2], NULL)))
		part_commit(run);
}

void play_replace_by_pin(struct run *run)
{
	if (part_session(run) && part_chain(run, 0) &&
	    run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	    run_did(run, cgswap_replace_add_source(run->replace, run->chain[0], fixture.pin,
						   fixture.pin_new, NULL)))
		part_commit(run);
}

void play_replace_by_object(struct run *run)
{
	if (part_session(run) && part_chain(run, 1) &&
	    run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	    run_did(run, cgswap_replace_add_source(run->replace, run->chain[1], "name:old11",
						   part_object(), NULL)) &&
	    part_commit(run))
		run_did(run, cgswap_replace_rollback(run->replace));
}

/* ---- maps ------------------------------------------------------------------------------------ */

/* The last entry of each chain has one map, which is compatible with one of this object's. */
static const char *reusing_path(void)
{
	static char *path;

	if (!path)
		path = build_path("tests/bpf/maps/reuse.bpf.o");
	return path;
}

void play_program_reusing_maps(struct run *run)
{
	const char *const old[] = { fault_fixture_by_fd(fixture.old[1][2]), NULL };
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .reuse_maps_of = old,
						  .maps = CGSWAP_MAPS_REQUIRE };

	if (part_session(run) && run_did(run, cgswap_program_open(&run->program[0], run->session,
								  reusing_path(), &opts)) &&
	    !cgswap_program_get_map_kept(run->program[0], 0) &&
	    !cgswap_program_get_map_kept(run->program[0], 1) &&
	    !cgswap_program_get_map_kept(run->program[0], 2))
		bail_out("the new program does not use the old program's map");
}

static bool plan_maps(struct run *run, const char *source, enum cgswap_map_policy state)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .maps = state };

	return part_session(run) && part_chain(run, 1) &&
	       run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	       run_did(run, cgswap_replace_add_source(run->replace, run->chain[1], "name:old12",
						      source, &opts));
}

void play_replace_maps_reused(struct run *run)
{
	if (plan_maps(run, reusing_path(), CGSWAP_MAPS_REQUIRE) && part_commit(run))
		run_did(run, cgswap_replace_rollback(run->replace));
}

/* The new program does not have the map. */
void play_replace_maps_required(struct run *run)
{
	plan_maps(run, part_object(), CGSWAP_MAPS_REQUIRE);
}

/* Replaces the last entry of a chain by one program of an object that has two. */
static bool plan_reuse(struct run *run, int chain, const char *program)
{
	static char source[1100];
	static char *path;

	if (!path)
		path = build_path("tests/bpf/maps/two_reusers.bpf.o");
	snprintf(source, sizeof(source), "%s#%s", path, program);
	return part_chain(run, chain) &&
	       run_did(run, cgswap_replace_add_source(run->replace, run->chain[chain],
						      fault_fixture_by_id(fixture.old_id[chain][2]), source,
						      NULL));
}

/* The second program uses the first one's new map. */
static void check_shared(const struct run *run)
{
	const cgswap_step *step = cgswap_replace_get_step(run->replace, 1);

	for (size_t i = 0; i < cgswap_step_get_map_count(step); i++) {
		const char *reason = cgswap_step_get_map_reason(step, i);

		if (!strcmp(cgswap_step_get_map_name(step, i), "between") &&
		    strcmp(reason, "new: shared with another step") != 0 &&
		    strcmp(reason, "new: another step's map cannot be opened by its id") != 0)
			bail_out("the second program could not use the first one's map: %s",
				 reason);
	}
}

void play_replace_maps_shared(struct run *run)
{
	if (part_session(run) &&
	    run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	    plan_reuse(run, 0, "first") && plan_reuse(run, 1, "second")) {
		check_shared(run);
		if (part_commit(run))
			run_did(run, cgswap_replace_rollback(run->replace));
	}
}
