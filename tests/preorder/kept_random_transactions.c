/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After each random transaction over a parent and a child with preorder and plain entries, both
 * chains and both effective orders are as expected: after a commit, a roll-back, and a commit that
 * fails in the middle. The random numbers are seeded, so that a failure can be repeated.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/order.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

enum { ROUNDS = 40, PLAYS = 12, LEVELS = 2, ENTRIES_MAX = 5, STEPS_MAX = 4 };

static cgswap_session *session;
static struct scratch levels[LEVELS];
static struct order_list lists[LEVELS];
static cgswap_chain *chains[LEVELS];
static uint32_t random_state;

static uint32_t random_below(uint32_t sides)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % sides;
}

static void build(uint32_t seed)
{
	random_state = seed;
	scratch_nest(levels, LEVELS);
	for (int where = 0; where < LEVELS; where++) {
		lists[where].count = 0;
		for (size_t n = 2 + random_below(ENTRIES_MAX - 1); n > 0; n--) {
			int prog = prog_pass(EGRESS, "mixed");
			bool preorder = random_below(2);

			if (raw_attach(levels[where].fd, prog, EGRESS,
				       RAW_MULTI | (preorder ? RAW_PREORDER : 0)))
				bail_out("cannot attach");
			order_append(&lists[where], raw_prog_id(prog), preorder);
			raw_close(prog);
		}
		chains[where] = live_chain(session, levels[where].path, "egress");
	}
}

static void tear_down(void)
{
	for (int where = LEVELS; where-- > 0;) {
		cgswap_chain_unref(chains[where]);
		scratch_remove(&levels[where]);
		raw_close(levels[where].fd);
	}
}

static bool as_expected(void)
{
	return order_holds(levels[0].fd, EGRESS, &lists[0]) &&
	       order_holds(levels[1].fd, EGRESS, &lists[1]) &&
	       order_effective_holds(levels[0].fd, EGRESS, lists, 1) &&
	       order_effective_holds(levels[1].fd, EGRESS, lists, 2);
}

struct plan {
	cgswap_replace *replace;
	size_t count;
	int where[STEPS_MAX];
	size_t position[STEPS_MAX];
	int progs[STEPS_MAX];
};

static bool is_planned(const struct plan *plan, int where, size_t position)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->where[i] == where && plan->position[i] == position)
			return true;
	return false;
}

static bool add_step(struct plan *plan)
{
	int where = random_below(LEVELS);
	size_t position = random_below(lists[where].count);
	cgswap_program *program;
	char selector[32];
	enum cgswap_status status;

	if (is_planned(plan, where, position))
		return true;
	plan->where[plan->count] = where;
	plan->position[plan->count] = position;
	plan->progs[plan->count] = prog_pass(EGRESS, "new");
	program = live_program(session, plan->progs[plan->count]);
	snprintf(selector, sizeof(selector), "id:%u", lists[where].ids[position]);
	status = cgswap_replace_add(plan->replace, chains[where], selector, program, NULL);
	cgswap_program_unref(program);
	plan->count++;
	return !status;
}

/* Attaches the new program of the last step by a raw call, so that the commit fails. */
static bool failing_commit(struct plan *plan)
{
	int cgroup = levels[plan->where[plan->count - 1]].fd, prog = plan->progs[plan->count - 1];
	enum cgswap_status status;

	if (raw_attach(cgroup, prog, EGRESS, RAW_MULTI))
		return false;
	status = cgswap_replace_commit(plan->replace, NULL);
	raw_detach(cgroup, prog, EGRESS);
	return status == cgswap_cause_get_status(CGSWAP_CAUSE_ALREADY_ATTACHED) && as_expected();
}

static void update_expected(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		lists[plan->where[i]].ids[plan->position[i]] = raw_prog_id(plan->progs[i]);
}

static bool play(void)
{
	struct plan plan = { .count = 0 };
	struct order_list before[LEVELS] = { lists[0], lists[1] };
	bool good = !cgswap_replace_new(&plan.replace, session, NULL);

	for (size_t n = 1 + random_below(STEPS_MAX); n > 0; n--)
		good = good && add_step(&plan);
	if (!random_below(3))
		good = good && failing_commit(&plan);
	good = good && !cgswap_replace_commit(plan.replace, NULL);
	update_expected(&plan);
	good = good && as_expected();
	if (random_below(2)) {
		good = good && !cgswap_replace_rollback(plan.replace);
		lists[0] = before[0];
		lists[1] = before[1];
		good = good && as_expected();
	}
	if (!good)
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_replace_unref(plan.replace);
	for (size_t i = 0; i < plan.count; i++)
		raw_close(plan.progs[i]);
	return good;
}

int main(void)
{
	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	scratch_bystander(EGRESS);
	session = live_session();
	for (uint32_t seed = 101; seed < 101 + ROUNDS; seed++) {
		int good = 0;

		build(seed);
		if (!as_expected())
			bail_out("the expected order is wrong before any transaction");
		while (good < PLAYS && play())
			good++;
		is_int(good, PLAYS, "seed %u: parent of %zu, child of %zu", seed, lists[0].count,
		       lists[1].count);
		tear_down();
	}
	cgswap_session_unref(session);
	return done_testing();
}
