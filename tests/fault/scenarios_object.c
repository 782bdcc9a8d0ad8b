/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scenarios of objects with several programs, and of transactions that attach and detach. Each ends
 * with the chains as they were, since the programs of an object have new ids in each run.
 */
#include "scenarios_parts.h"

#include "replace/replace.h"

#include "../lib/live.h"

/* Two programs of egress that share a map. */
static const char *pair_path(void)
{
	static char *path;

	if (!path)
		path = build_path("tests/bpf/maps/two_reusers.bpf.o");
	return path;
}

static bool open_pair(struct run *run, cgswap_object **object)
{
	return run_did(run, cgswap_object_open(object, run->session, pair_path()));
}

static void attach_pair(struct run *run, const struct cgswap_object_opts *opts)
{
	cgswap_object *object = NULL;

	if (part_session(run) && open_pair(run, &object) &&
	    run_did(run, cgswap_object_attach(&run->replace, object, fixture.path[1], opts)) &&
	    !opts->dry_run)
		run_did(run, cgswap_replace_rollback(run->replace));
	cgswap_object_unref(object);
}

void play_object_attach(struct run *run)
{
	attach_pair(run, &(struct cgswap_object_opts){ .sz = sizeof(struct cgswap_object_opts) });
}

void play_object_attach_dry(struct run *run)
{
	attach_pair(run, &(struct cgswap_object_opts){ .sz = sizeof(struct cgswap_object_opts),
						       .dry_run = 1 });
}

/* With the maps of two programs. */
void play_object_load(struct run *run)
{
	const char *const reuse[] = { fault_fixture_by_fd(fixture.old[0][2]),
				      fault_fixture_by_fd(fixture.old[0][1]), NULL };
	const struct cgswap_object_opts opts = { .sz = sizeof(opts), .reuse_maps_of = reuse };
	cgswap_object *object = NULL;

	if (part_session(run) && open_pair(run, &object) &&
	    run_did(run, cgswap_object_load(object, &opts)))
		run_did(run, cgswap_object_open_program(&run->program[0], object, "second"));
	cgswap_object_unref(object);
}

static void replace_pair(struct run *run, cgswap_object *next)
{
	if (run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	    run_did(run, cgswap_replace_add_object(run->replace, fixture.path[1], next, NULL)) &&
	    part_commit(run))
		run_did(run, cgswap_replace_rollback(run->replace));
}

void play_object_replace(struct run *run)
{
	cgswap_object *first = NULL, *next = NULL;
	cgswap_replace *made = NULL;

	if (part_session(run) && open_pair(run, &first) && open_pair(run, &next) &&
	    run_did(run, cgswap_object_attach(&made, first, fixture.path[1], NULL)))
		replace_pair(run, next);
	if (made && cgswap_replace_rollback(made))
		run_did(run, cgswap_error_get_status(cgswap_last_error()));
	cgswap_replace_unref(made);
	cgswap_object_unref(next);
	cgswap_object_unref(first);
}

/* ---- steps without a public function ---------------------------------------------------------- */

static bool enter(struct run *run, int chain)
{
	if (!run_did(run, handle_enter(&run->replace->handle, "replace")))
		return false;
	if (run_did(run, handle_join(&run->chain[chain]->handle))) {
		if (run_did(run, cgroup_hold(run->chain[chain]->cgroup)))
			return true;
		handle_leave(&run->chain[chain]->handle, run->status);
	}
	handle_leave(&run->replace->handle, run->status);
	return false;
}

static bool leave(struct run *run, int chain, enum cgswap_status status)
{
	run_did(run, status);
	chain_leave(run->chain[chain], status);
	handle_leave(&run->replace->handle, status);
	return !status;
}

static bool add_attach(struct run *run, int chain, int program)
{
	const struct cgswap_attach_opts opts = { 0 };

	return (run->program[program] || part_program(run, program)) && enter(run, chain) &&
	       leave(run, chain, replace_add_attach(run->replace, run->chain[chain],
						    run->program[program]->program, &opts));
}

static bool add_detach(struct run *run, int chain, const char *selector)
{
	const struct cgswap_detach_opts opts = { 0 };

	return enter(run, chain) &&
	       leave(run, chain,
		     replace_add_detach(run->replace, run->chain[chain], selector, &opts));
}

/* Attaches two programs, detaches the last one and swaps one of the other chain. */
bool run_plan_entries(struct run *run)
{
	return part_session(run) && part_chain(run, 0) && part_chain(run, 1) &&
	       run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	       add_attach(run, 1, 0) &&
	       add_detach(run, 1, fault_fixture_by_id(fixture.old_id[1][2])) &&
	       part_program(run, 1) &&
	       run_did(run, cgswap_replace_add(run->replace, run->chain[0],
					       fault_fixture_by_id(fixture.old_id[0][0]),
					       run->program[1], NULL)) &&
	       add_attach(run, 1, 2);
}

void play_entries(struct run *run)
{
	if (run_plan_entries(run) && part_commit(run))
		run_did(run, cgswap_replace_rollback(run->replace));
}

void play_entries_checked(struct run *run)
{
	if (run_plan_entries(run))
		run_did(run, cgswap_replace_check(run->replace));
}

/* The last step's program is attached already, by the first. */
void play_entries_refused(struct run *run)
{
	if (part_session(run) && part_chain(run, 0) && part_chain(run, 1) &&
	    run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	    add_attach(run, 1, 0) &&
	    add_detach(run, 1, fault_fixture_by_id(fixture.old_id[1][2])) && add_attach(run, 1, 0))
		part_commit(run);
}
