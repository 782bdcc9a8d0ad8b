/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays one operation; of a transaction the adds, a check, a commit, a rollback and a commit again,
 * with another process before, between or inside them.
 */
#include "api_inside.h"
#include "api_transaction.h"

#include "../lib/tap.h"

static bool act_on(struct transaction *transaction, enum api_moment moment)
{
	struct api_state before = world.state;

	if (!api_act_between(&transaction->operation, moment))
		return false;
	api_transaction_note_moved(transaction, &before);
	return true;
}

static bool is_certain(const struct transaction *transaction)
{
	bool certain = true;

	for (unsigned i = 0; i < transaction->operation.step_count; i++)
		certain &= cgswap_step_get_certain(
			cgswap_replace_get_step(transaction->replace, i));
	return certain;
}

static bool play_transaction(struct transaction *transaction, const struct api_operation *given)
{
	struct api_operation *operation = &transaction->operation;
	struct api_causes want = { { 0 } };
	enum cgswap_cause checked, committed;
	struct api_state after;

	for (unsigned i = 0; i < given->step_count; i++)
		if (!api_transaction_add(transaction, &given->steps[i]))
			return false;
	if (!operation->step_count)
		return true;
	if (!act_on(transaction, API_AFTER_DRY))
		return false;
	api_want_commit(&want, &world.state, operation, transaction->bound, &after);
	checked = api_cause_of(cgswap_replace_check(transaction->replace), true, "check");
	api_leave();
	if (!api_judge_untouched("check", checked) ||
	    !api_judge_certain(operation, checked, is_certain(transaction)) ||
	    !api_judge_cause(operation, "check", checked, &want, false))
		return false;
	api_enter(operation);
	if (operation->dry_run)
		return true;
	if (operation->moment == API_AFTER_CHECK) {
		if (!act_on(transaction, API_AFTER_CHECK))
			return false;
		checked = CGSWAP_CAUSE_UNEXPLAINED; /* not to be compared */
	}
	if (!api_transaction_commit(transaction, checked, "commit", &committed))
		return false;
	/* some steps stay committed */
	if (committed == CGSWAP_CAUSE_ROLLBACK_INCOMPLETE)
		return true;
	if (committed) {
		/* the same question again, in the same state */
		checked = CGSWAP_CAUSE_UNEXPLAINED;
		return api_transaction_commit(transaction, checked, "second commit", &committed);
	}
	if (!act_on(transaction, API_AFTER_COMMIT) || !api_transaction_roll_back(transaction))
		return false;
	if (!api_transaction_is_out(transaction))
		return true;
	for (unsigned i = 0; i < operation->step_count; i++)
		transaction->bound[i].perhaps_moved |= transaction->bound[i].moved;
	return api_transaction_commit(transaction, CGSWAP_CAUSE_UNEXPLAINED, "commit again", &committed);
}

static bool play_replace(const struct api_operation *given)
{
	struct transaction transaction = { .operation = *given };
	const struct cgswap_replace_opts opts = {
		.sz = sizeof(opts),
		.retries = given->once ? -1 : 0,
		.verify = given->verify_off ? CGSWAP_VERIFY_OFF : CGSWAP_VERIFY_DEFAULT,
		.dry_run = given->dry_run,
	};
	bool good;

	transaction.operation.step_count = 0;
	transaction.session = api_enter(given);
	if (cgswap_replace_new(&transaction.replace, transaction.session, &opts))
		bail_out("no transaction");
	good = play_transaction(&transaction, given);
	api_enter(given);
	cgswap_replace_unref(transaction.replace);
	api_leave();
	return good;
}

/* A process inside sees two of the cgroups. */
static void look_from_inside(struct api_operation *operation)
{
	if (!api_inside_is_possible())
		operation->inside = 0;
	if (!operation->inside)
		return;
	operation->cgroup = api_inside_cgroup(operation->cgroup);
	for (unsigned i = 0; i < API_STEPS; i++)
		operation->steps[i].cgroup = api_inside_cgroup(operation->steps[i].cgroup);
}

static bool play_call(const struct api_operation *given)
{
	struct api_operation operation = *given;

	look_from_inside(&operation);
	return operation.kind == API_REPLACE ? play_replace(&operation)
					     : api_play_change(&operation);
}

bool api_play(const struct api_operation *operation)
{
	struct api_result result;

	api_failure.kind[0] = api_failure.text[0] = '\0';
	api_candidates_clear();
	api_world_mend();
	if (operation->kind != API_FOREIGN)
		return play_call(operation);
	result = api_foreign_do(&operation->foreign);
	if (!api_foreign_note(&world.state, &operation->foreign, &result) ||
	    !api_state_matches(&world.state))
		return api_fail("the kernel does not obey the rules: errno %d", result.errnum);
	api_state_take_revisions(&world.state);
	return true;
}
