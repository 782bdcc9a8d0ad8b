/* SPDX-License-Identifier: BSD-2-Clause */
/* Plays a commit or a rollback, with another process inside it. */
#include "api_inside.h"
#include "api_transaction.h"

#include <string.h>

static void note_old_preorder(struct transaction *transaction)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++) {
		const struct api_step *step = &transaction->operation.steps[i];
		const struct rules_chain *chain = &world.state.chains[step->cgroup][step->type];

		for (size_t j = 0; j < chain->count; j++)
			if (!chain->entries[j].link &&
			    chain->entries[j].program == transaction->bound[i].program)
				transaction->old_preorder[i] = chain->entries[j].preorder;
	}
}

/*
 * Others may have changed the flag of the old entry before it was replaced. The new one has the
 * same flag, unless the step was given another. If they attached the new one, its flag may be
 * theirs, too, from before or after.
 */
static bool note_raced_preorder(struct transaction *transaction)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++) {
		const struct api_step *step = &transaction->operation.steps[i];
		const struct rules_chain *chain = &world.state.chains[step->cgroup][step->type];

		if (step->preorder || (transaction->operation.foreign.kind == FOREIGN_REPLACE &&
				       transaction->operation.foreign.program == step->program))
			return false;
		for (size_t j = 0; j < chain->count; j++)
			if (!chain->entries[j].link &&
			    chain->entries[j].program == world.programs[step->program].rules.id)
				transaction->old_preorder[i] = chain->entries[j].preorder;
	}
	return true;
}

/* The first k swaps; false if the rules refuse one. */
static bool swap_some(struct api_state *state, const struct transaction *transaction, unsigned from,
		      unsigned to)
{
	for (unsigned i = from; i < to; i++)
		if (api_swap(state, &transaction->operation.steps[i], &transaction->bound[i])
			    .errnum)
			return false;
	return true;
}

static void swap_back_some(struct api_state *state, const struct transaction *transaction,
			   unsigned from, unsigned to)
{
	for (unsigned i = to; i-- > from;)
		api_swap_back(state, &transaction->operation.steps[i], &transaction->bound[i],
			      transaction->old_preorder[i]);
}

/*
 * All states that a foreign change in the middle of a commit can lead to. Returns false if there is
 * none.
 */
static bool raced_candidates(const struct transaction *transaction, bool committed,
			     const struct api_result *result)
{
	const struct api_foreign *foreign = &transaction->operation.foreign;
	unsigned count = transaction->operation.step_count;
	bool found = false;

	for (unsigned k = 0; k <= count; k++) {
		struct api_state state = world.state;

		if (!swap_some(&state, transaction, 0, k) ||
		    !api_foreign_note(&state, foreign, result))
			continue;
		if (!committed)
			swap_back_some(&state, transaction, 0, k);
		else if (!swap_some(&state, transaction, k, count))
			continue;
		api_candidate(&state);
		found = true;
	}
	return found;
}

/* The foreign change may come while the steps are undone, too. */
static void raced_back_candidates(const struct transaction *transaction,
				  const struct api_result *result)
{
	const struct api_foreign *foreign = &transaction->operation.foreign;
	unsigned count = transaction->operation.step_count;

	for (unsigned k = 0; k <= count; k++) {
		struct api_state state = world.state;

		swap_back_some(&state, transaction, k, count);
		if (!api_foreign_note(&state, foreign, result))
			continue;
		swap_back_some(&state, transaction, 0, k);
		api_candidate(&state);
	}
}

/* The caller gave a flag, so that of the old program is not probed. */
static bool flag_is_assumed(const struct api_operation *operation)
{
	for (unsigned i = 0; i < operation->step_count; i++)
		if (operation->steps[i].preorder)
			return true;
	return false;
}

bool api_transaction_commit(struct transaction *transaction, enum cgswap_cause checked,
			const char *name, enum cgswap_cause *out)
{
	struct api_operation *operation = &transaction->operation;
	struct api_causes want = { { 0 } };
	struct api_result result = { 0, 0 };
	struct api_state after, later = world.state;
	bool fired = false, moved = false;
	enum cgswap_cause got;

	for (unsigned i = 0; i < operation->step_count; i++)
		moved |= transaction->bound[i].moved || transaction->bound[i].perhaps_moved;
	note_old_preorder(transaction);
	api_want_commit(&want, &world.state, operation, transaction->bound, &after);
	if (operation->moment == API_IN_CALL)
		api_arm(&operation->foreign, operation->nth);
	got = api_cause_of(cgswap_replace_commit(transaction->replace, NULL), false, name);
	*out = got;
	if (operation->moment == API_IN_CALL)
		fired = api_disarm(&result);
	api_leave();
	if (fired) {
		struct api_bound perhaps[API_STEPS];

		memcpy(perhaps, transaction->bound, sizeof(perhaps));
		for (unsigned i = 0; i < API_STEPS; i++)
			perhaps[i].perhaps_moved = true;
		operation->moment = API_NEVER;
		/* the change may also have made a later step possible */
		if (raced_candidates(transaction, !got, &result) && !got)
			api_add_cause(&want, CGSWAP_CAUSE_NONE);
		if (!api_foreign_note(&later, &operation->foreign, &result))
			later = world.state;
		api_want_commit(&want, &later, operation, perhaps, &after);
		api_want_race(&want, &operation->foreign);
		/* the path of a removed cgroup leads to no ancestors any more */
		if (operation->foreign.kind == FOREIGN_REMOVE) {
			later = api_inside_view(&world.state);
			api_want_commit(&want, &later, operation, perhaps, &after);
		}
		if (operation->step_count > 1)
			api_add_cause(&want, CGSWAP_CAUSE_ROLLBACK_INCOMPLETE);
		for (unsigned i = 0; i < operation->step_count; i++) {
			transaction->bound[i].perhaps_moved = true;
			if (operation->steps[i].revision)
				api_add_cause(&want, CGSWAP_CAUSE_REVISION_CHANGED);
		}
	} else {
		api_candidate(got ? &world.state : &after);
	}
	/* without a revision nothing shows that others changed a flag */
	if (!got && (moved || fired) && operation->disabled)
		return api_fail("end of round");
	/* the old program came back: that looks as if the kernel had appended the new one */
	if (fired && got == CGSWAP_CAUSE_VERIFY_FAILED && operation->disabled)
		return api_fail("end of round");
	/* the steps before it were put back with a flag that was given, and their causes say so */
	if (got && flag_is_assumed(operation) && operation->step_count > 1)
		return api_fail("end of round");
	if (!api_judge_chains(name, got))
		return false;
	if (fired && !got && !note_raced_preorder(transaction))
		return api_fail("end of round");
	if (!api_state_take_revisions(&world.state) && got && !moved && !fired &&
	    operation->step_count == 1)
		return api_fail("%s: %s, and the revision is another", name, api_cause_text(got));
	if (!api_judge_cause(operation, name, got, &want, fired))
		return false;
	api_enter(operation);
	if (fired || checked == CGSWAP_CAUSE_UNEXPLAINED)
		return true;
	return api_judge_same(operation, "check", checked, name, got);
}

bool api_transaction_is_out(const struct transaction *transaction)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++) {
		const struct api_step *step = &transaction->operation.steps[i];
		struct api_state state = world.state;

		if (world.programs[step->program].rules.id != transaction->bound[i].program &&
		    api_swap_back(&state, step, &transaction->bound[i], false))
			return false;
	}
	return true;
}

bool api_transaction_roll_back(struct transaction *transaction)
{
	struct api_operation *operation = &transaction->operation;
	struct api_result result = { 0, 0 };
	struct api_state restored = world.state;
	bool fired = false;
	enum cgswap_cause got;

	if (operation->moment == API_IN_ROLLBACK)
		api_arm(&operation->foreign, operation->nth);
	got = api_cause_of(cgswap_replace_rollback(transaction->replace), false, "rollback");
	if (operation->moment == API_IN_ROLLBACK)
		fired = api_disarm(&result);
	api_leave();
	swap_back_some(&restored, transaction, 0, operation->step_count);
	if (fired) {
		operation->moment = API_NEVER;
		raced_back_candidates(transaction, &result);
		api_transaction_note_moved(transaction, &restored);
		for (unsigned i = 0; i < operation->step_count; i++)
			transaction->bound[i].perhaps_moved = true;
	} else {
		api_candidate(&restored);
	}
	/* the steps that cannot be undone stay, and the call says so */
	if (got == CGSWAP_CAUSE_ROLLBACK_INCOMPLETE) {
		api_candidates_clear();
		operation->moment = API_NEVER;
		return fired || flag_is_assumed(operation) || operation->foreign.kind
			       ? api_fail("end of round")
			       : api_fail(
					 "rollback: rollback_incomplete, and no other process changed anything");
	}
	/* the flag that was given for a chain that may not be read is taken for that of the entry
	 */
	if (flag_is_assumed(operation) && operation->verify_off &&
	    api_missing_capabilities(operation->privilege))
		return api_fail("end of round");
	if (!api_judge_chains("rollback", got))
		return false;
	api_state_take_revisions(&world.state);
	api_enter(operation);
	return got ? api_fail("rollback: %s", api_cause_text(got)) : true;
}
