/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays one operation; of a transaction the adds, a check, a commit, a rollback and a commit again,
 * with another process before, between or inside them.
 */
#include "api_judge.h"

#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

struct transaction {
	struct api_operation operation; /* with the steps that were added */
	cgswap_session *session;
	cgswap_replace *replace;
	struct api_bound bound[API_STEPS];
	bool old_preorder[API_STEPS];
};

static bool was_moved(const struct api_state *before, const struct api_step *step)
{
	return before->chains[step->cgroup][step->type].revision !=
		       world.state.chains[step->cgroup][step->type].revision ||
	       world.state.gone[step->cgroup] != before->gone[step->cgroup];
}

static bool act_on(struct transaction *transaction, enum api_moment moment)
{
	struct api_state before = world.state;

	if (!api_act_between(&transaction->operation, moment))
		return false;
	for (unsigned i = 0; i < transaction->operation.step_count; i++)
		transaction->bound[i].moved |= was_moved(&before, &transaction->operation.steps[i]);
	return true;
}

static enum cgswap_status call_add(struct transaction *transaction, const struct api_step *step)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.expected_revision =
			step->revision ? world.state.chains[step->cgroup][step->type].revision +
						 (step->revision == API_WRONG_REVISION)
				       : 0,
		.preorder = (enum cgswap_preorder)step->preorder,
	};
	cgswap_chain *chain = NULL;
	cgswap_program *program = NULL;
	enum cgswap_status status;
	char selector[64], source[32];

	snprintf(source, sizeof(source), "fd:%d", world.programs[step->program].fd);
	status = cgswap_chain_open(&chain, transaction->session, world.paths[step->cgroup],
				   world.type_names[step->type]);
	if (!status)
		status = cgswap_program_open(&program, transaction->session, source, NULL);
	if (!status && transaction->operation.moment == API_IN_ADD)
		api_arm(&transaction->operation.foreign, transaction->operation.nth);
	if (!status)
		status = cgswap_replace_add(
			transaction->replace, chain,
			api_selector_text(selector, sizeof(selector), &step->old), program, &opts);
	return api_cause_of(status, false, "add") +
	       (cgswap_program_unref(program), cgswap_chain_unref(chain), 0);
}

static bool same_entry(const struct transaction *transaction, const struct api_step *step,
		       const struct api_bound *bound)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++)
		if (transaction->operation.steps[i].cgroup == step->cgroup &&
		    transaction->operation.steps[i].type == step->type &&
		    transaction->bound[i].program == bound->program &&
		    (transaction->bound[i].link == bound->link || !transaction->bound[i].link))
			return true;
	return false;
}

/* Takes the entry that the library bound the step to, which may be the state before or after a
 * foreign change. */
static void take_bound(struct transaction *transaction, struct api_bound *bound)
{
	const cgswap_step *step = cgswap_replace_get_step(
		transaction->replace, cgswap_replace_get_length(transaction->replace) - 1);

	bound->program = cgswap_step_get_old_id(step);
	bound->link = cgswap_step_get_link_id(step);
}

static void note_moved(struct transaction *transaction, const struct api_state *before)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++)
		transaction->bound[i].moved |= was_moved(before, &transaction->operation.steps[i]);
}

static bool add_step(struct transaction *transaction, const struct api_step *step)
{
	struct api_operation *operation = &transaction->operation;
	struct api_bound bound = { 0 }, later_bound = { 0 };
	struct api_state before = world.state;
	struct api_causes want = { { 0 } };
	struct api_result result = { 0, 0 };
	bool fired = false;
	enum cgswap_cause got;

	api_want_add(&want, &before, step, &bound);
	got = (enum cgswap_cause)call_add(transaction, step);
	if (operation->moment == API_IN_ADD)
		fired = api_disarm(&result);
	api_leave();
	if (fired) {
		operation->moment = API_NEVER;
		if (!api_foreign_note(&world.state, &operation->foreign, &result))
			return api_fail("foreign change in add: errno %d", result.errnum);
		api_want_add(&want, &world.state, step, &later_bound);
		if (step->revision == API_WRONG_REVISION) {
			struct api_step right = *step;

			/* the change may have led to this revision */
			right.revision = API_RIGHT_REVISION;
			api_want_add(&want, &world.state, &right, &later_bound);
		}
		/* the entry may have come, or gone again, while the step was bound to it */
		api_add_cause(&want, CGSWAP_CAUSE_NONE);
		/* its own entries were read before, and those of the ancestors later */
		if (!before.chains[step->cgroup][step->type].count)
			api_add_cause(&want, CGSWAP_CAUSE_CHAIN_EMPTY);
		api_want_race(&want, &operation->foreign);
		if (step->revision)
			api_add_cause(&want, CGSWAP_CAUSE_REVISION_CHANGED);
	}
	if ((bound.program && same_entry(transaction, step, &bound)) ||
	    (operation->verify_off && api_missing_capabilities(operation->privilege)))
		api_add_cause(&want, CGSWAP_CAUSE_BAD_ARGUMENT);
	if (!api_state_matches(&world.state))
		return api_fail("add: %s, and the chain is another", api_cause_text(got));
	if (!api_state_take_revisions(&world.state) && !fired && operation->dry_run)
		return api_fail("add: %s, and the revision is another", api_cause_text(got));
	if (fired)
		note_moved(transaction, &before);
	if (!api_judge_cause(operation, "add", got, &want, fired))
		return false;
	if (!got) {
		unsigned at = operation->step_count;

		if (!bound.program || fired)
			bound = later_bound.program ? later_bound : bound;
		take_bound(transaction, &bound);
		/* where a probe was refused, the commit looks again first */
		bound.perhaps_moved = fired || before.chains[step->cgroup][step->type].count ==
						       KERNEL_CHAIN_MAX;
		transaction->bound[at] = bound;
		operation->steps[at] = *step;
		operation->step_count++;
	}
	api_enter(operation);
	return true;
}

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
 * same flag, unless the step was given another.
 */
static bool note_raced_preorder(struct transaction *transaction)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++) {
		const struct api_step *step = &transaction->operation.steps[i];
		const struct rules_chain *chain = &world.state.chains[step->cgroup][step->type];

		if (step->preorder)
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

/* All states that a foreign change in the middle of a commit can lead to. */
static void raced_candidates(const struct transaction *transaction, bool committed,
			     const struct api_result *result)
{
	const struct api_foreign *foreign = &transaction->operation.foreign;
	unsigned count = transaction->operation.step_count;

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
	}
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

static bool play_commit(struct transaction *transaction, enum cgswap_cause checked,
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
		raced_candidates(transaction, !got, &result);
		if (!api_foreign_note(&later, &operation->foreign, &result))
			later = world.state;
		api_want_commit(&want, &later, operation, perhaps, &after);
		api_want_race(&want, &operation->foreign);
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
	if (!got && moved && operation->disabled)
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

static bool is_out(const struct transaction *transaction)
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

static bool play_rollback(struct transaction *transaction)
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
		note_moved(transaction, &restored);
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

static bool play_transaction(struct transaction *transaction, const struct api_operation *given)
{
	struct api_operation *operation = &transaction->operation;
	struct api_causes want = { { 0 } };
	enum cgswap_cause checked, committed;
	struct api_state after;

	for (unsigned i = 0; i < given->step_count; i++)
		if (!add_step(transaction, &given->steps[i]))
			return false;
	if (!operation->step_count)
		return true;
	if (!act_on(transaction, API_AFTER_DRY))
		return false;
	api_want_commit(&want, &world.state, operation, transaction->bound, &after);
	checked = api_cause_of(cgswap_replace_check(transaction->replace), true, "check");
	api_leave();
	if (!api_judge_untouched("check", checked) ||
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
	if (!play_commit(transaction, checked, "commit", &committed))
		return false;
	if (committed) {
		/* the same question again, in the same state */
		checked = CGSWAP_CAUSE_UNEXPLAINED;
		return play_commit(transaction, checked, "second commit", &committed);
	}
	if (!act_on(transaction, API_AFTER_COMMIT) || !play_rollback(transaction))
		return false;
	if (!is_out(transaction))
		return true;
	for (unsigned i = 0; i < operation->step_count; i++)
		transaction->bound[i].perhaps_moved |= transaction->bound[i].moved;
	return play_commit(transaction, CGSWAP_CAUSE_UNEXPLAINED, "commit again", &committed);
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

bool api_play(const struct api_operation *operation)
{
	struct api_result result;

	api_failure.kind[0] = api_failure.text[0] = '\0';
	api_candidates_clear();
	api_world_mend();
	switch (operation->kind) {
	case API_FOREIGN:
		result = api_foreign_do(&operation->foreign);
		if (!api_foreign_note(&world.state, &operation->foreign, &result) ||
		    !api_state_matches(&world.state))
			return api_fail("the kernel does not obey the rules: errno %d",
					result.errnum);
		api_state_take_revisions(&world.state);
		return true;
	case API_ATTACH:
	case API_DETACH:
		return api_play_change(operation);
	default:
		return play_replace(operation);
	}
}
