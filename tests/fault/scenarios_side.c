/* SPDX-License-Identifier: BSD-2-Clause */
/* The scenarios on the side chains: links, override mode, pins, order, and an unreadable chain. */
#include "scenarios_parts.h"

#include "session/session.h"

#include "../lib/tap.h"

#include <stdio.h>

enum { MIXED = FAULT_FIXTURE_CGROUPS, OVERRIDE };

/* ---- attach ---------------------------------------------------------------------------------- */

static void attach(struct run *run, int chain, const struct cgswap_attach_opts *opts)
{
	if (part_session(run) && part_chain(run, chain) && part_program(run, 0))
		run_did(run, cgswap_chain_attach(run->chain[chain], run->program[0], opts));
}

void play_attach_pinned(struct run *run)
{
	attach(run, 1,
	       &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
					     .pin = fixture.pin_free });
}

void play_attach_link_pinned(struct run *run)
{
	attach(run, MIXED,
	       &(struct cgswap_attach_opts){
		       .sz = sizeof(struct cgswap_attach_opts), .link = 1, .pin = fixture.pin_free });
}

void play_attach_link_handed_over(struct run *run)
{
	int fd = -1;

	attach(run, MIXED,
	       &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
					     .link_fd = &fd });
	if (run->status && fd != -1)
		bail_out("the attach failed but returned a descriptor");
	if (fd >= 0)
		kernel_live()->ops->close(kernel_live(), fd);
}

void play_attach_link_beside(struct run *run)
{
	char link[32];

	snprintf(link, sizeof(link), "link:%u", fixture.link_id);
	attach(run, MIXED,
	       &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
					     .link = 1,
					     .pin = fixture.pin_free,
					     .before = link });
}

void play_attach_before(struct run *run)
{
	attach(run, 1,
	       &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
					     .before = fault_fixture_by_id(fixture.old_id[1][1]) });
}

/* To put a plain program beside a link's entry, the library takes the entry on the other side. */
void play_attach_after(struct run *run)
{
	attach(run, MIXED,
	       &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
					     .after = fault_fixture_by_id(fixture.side_id[SIDE_HELD]) });
}

void play_attach_first(struct run *run)
{
	attach(run, 1,
	       &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
					     .position = CGSWAP_POSITION_FIRST });
}

/* ---- detach ---------------------------------------------------------------------------------- */

void play_detach_link(struct run *run)
{
	if (part_session(run) && part_chain(run, MIXED))
		run_did(run, cgswap_chain_detach(run->chain[MIXED],
						 fault_fixture_by_id(fixture.side_id[SIDE_HELD]), NULL));
}

void play_detach_override(struct run *run)
{
	if (part_session(run) && part_chain(run, OVERRIDE))
		run_did(run, cgswap_chain_detach(run->chain[OVERRIDE], "pos:0", NULL));
}

/* ---- replace --------------------------------------------------------------------------------- */

static bool begin(struct run *run, const char *disable_features)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .disable_features = disable_features,
						  .retry_time_ms = -1 };

	return run_did(run, cgswap_session_open(&run->session, &opts)) &&
	       run_did(run, cgswap_replace_new(&run->replace, run->session, NULL));
}

/* Adds a step, and opens the chain first if necessary. */
static bool add(struct run *run, int chain, uint32_t old, int new, const char *pin)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = pin };

	return (run->chain[chain] || part_chain(run, chain)) &&
	       (run->program[new] || part_program(run, new)) &&
	       run_did(run, cgswap_replace_add(run->replace, run->chain[chain], fault_fixture_by_id(old),
					       run->program[new], &opts));
}

static bool roll_back(struct run *run)
{
	return run_did(run, cgswap_replace_rollback(run->replace));
}

void play_replace_link(struct run *run)
{
	if (begin(run, NULL) && add(run, MIXED, fixture.side_id[SIDE_HELD], 0, NULL))
		part_commit(run);
}

void play_replace_link_pinned(struct run *run)
{
	if (begin(run, NULL) && add(run, MIXED, fixture.side_id[SIDE_HELD], 0, fixture.pin_held))
		part_commit(run);
}

void play_replace_link_pinned_and_back(struct run *run)
{
	if (begin(run, NULL) && add(run, MIXED, fixture.side_id[SIDE_HELD], 0, fixture.pin_held) &&
	    part_commit(run))
		roll_back(run);
}

/* The chain has a preorder entry. */
void play_replace_link_mistaken(struct run *run)
{
	if (begin(run, "link_update_order") && add(run, MIXED, fixture.side_id[SIDE_HELD], 0, NULL))
		part_commit(run);
}

void play_replace_override(struct run *run)
{
	if (begin(run, NULL) && add(run, OVERRIDE, fixture.side_id[SIDE_OVERRIDE], 0, NULL))
		part_commit(run);
}

void play_replace_override_and_back(struct run *run)
{
	if (begin(run, NULL) &&
	    add(run, OVERRIDE, fixture.side_id[SIDE_OVERRIDE], 0, fixture.pin_free) && part_commit(run))
		roll_back(run);
}

static bool plan_mixed(struct run *run)
{
	return add(run, MIXED, fixture.side_id[SIDE_HELD], 0, fixture.pin_held) &&
	       add(run, OVERRIDE, fixture.side_id[SIDE_OVERRIDE], 1, NULL) &&
	       add(run, MIXED, fixture.side_id[SIDE_PREORDER], 2, fixture.pin_free) &&
	       add(run, 1, fixture.old_id[1][0], 3, NULL);
}

bool run_plan_mixed(struct run *run)
{
	return begin(run, NULL) && plan_mixed(run);
}

void play_mixed(struct run *run)
{
	if (run_plan_mixed(run))
		part_commit(run);
}

void play_mixed_and_back(struct run *run)
{
	if (run_plan_mixed(run) && part_commit(run))
		roll_back(run);
}

void play_mixed_checked(struct run *run)
{
	if (run_plan_mixed(run))
		run_did(run, cgswap_replace_check(run->replace));
}

/* The new program of the last step is already attached by the step before. */
static bool plan_refused(struct run *run)
{
	return add(run, MIXED, fixture.side_id[SIDE_HELD], 0, fixture.pin_held) &&
	       add(run, OVERRIDE, fixture.side_id[SIDE_OVERRIDE], 1, NULL) &&
	       add(run, 1, fixture.old_id[1][0], 2, fixture.pin_free) &&
	       add(run, 1, fixture.old_id[1][2], 2, NULL);
}

void play_mixed_refused(struct run *run)
{
	if (begin(run, NULL) && plan_refused(run))
		part_commit(run);
}

/* A pool of one descriptor: cgroups and links are opened again for each step, as in a large transaction. */
static bool begin_reopening(struct run *run)
{
	if (!begin(run, NULL))
		return false;
	run->session->pool.capacity = 1;
	return true;
}

void play_mixed_reopened(struct run *run)
{
	if (begin_reopening(run) && plan_mixed(run) && part_commit(run))
		roll_back(run);
}

void play_mixed_reopened_refused(struct run *run)
{
	if (begin_reopening(run) && plan_refused(run))
		part_commit(run);
}

/* A caller that may not read the chain passes descriptors and all options. */
void play_replace_unreadable(struct run *run)
{
	const struct cgswap_replace_opts unreadable = { .sz = sizeof(unreadable),
						   .verify = CGSWAP_VERIFY_OFF };
	const struct cgswap_step_opts plain = { .sz = sizeof(plain),
						.preorder = CGSWAP_PREORDER_NO };

	fault_kernel.unreadable = true;
	if (part_session(run) && part_chain(run, 1) && part_program(run, 0) &&
	    run_did(run, cgswap_replace_new(&run->replace, run->session, &unreadable)) &&
	    run_did(run, cgswap_replace_add(run->replace, run->chain[1],
					    fault_fixture_by_fd(fixture.old[1][0]), run->program[0], &plain)))
		part_commit(run);
	fault_kernel.unreadable = false;
}
