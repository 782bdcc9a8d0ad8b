/* SPDX-License-Identifier: BSD-2-Clause */
/* Plays the add of a step. */
#include "api_inside.h"
#include "api_transaction.h"
#include "api_want.h"

#include <stdio.h>

static bool was_moved(const struct api_state *before, const struct api_step *step)
{
	return before->chains[step->cgroup][step->type].revision !=
		       world.state.chains[step->cgroup][step->type].revision ||
	       world.state.gone[step->cgroup] != before->gone[step->cgroup];
}

void api_transaction_note_moved(struct transaction *transaction, const struct api_state *before)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++)
		transaction->bound[i].moved |= was_moved(before, &transaction->operation.steps[i]);
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
	status = cgswap_chain_open(&chain, transaction->session, api_path(&transaction->operation, step->cgroup),
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

/* The right answers in a state. Inside a namespace the library may not know what is above it. */
static void want_add(struct api_causes *want, const struct api_operation *operation,
		     const struct api_state *state, const struct api_step *step,
		     struct api_bound *bound)
{
	struct api_state seen = api_inside_view(state);

	if (operation->inside)
		api_want_add(want, &seen, step, bound);
	api_want_add(want, state, step, bound);
}

bool api_transaction_add(struct transaction *transaction, const struct api_step *step)
{
	struct api_operation *operation = &transaction->operation;
	struct api_bound bound = { 0 }, later_bound = { 0 }, ignored;
	struct api_state before = world.state;
	struct api_causes want = { { 0 } };
	struct api_result result = { 0, 0 };
	bool fired = false;
	enum cgswap_cause got;

	want_add(&want, operation, &before, step, &bound);
	got = (enum cgswap_cause)call_add(transaction, step);
	if (operation->moment == API_IN_ADD)
		fired = api_disarm(&result);
	api_leave();
	if (fired) {
		operation->moment = API_NEVER;
		if (!api_foreign_note(&world.state, &operation->foreign, &result))
			return api_fail("foreign change in add: errno %d", result.errnum);
		want_add(&want, operation, &world.state, step, &later_bound);
		if (step->revision == API_WRONG_REVISION) {
			struct api_step right = *step;

			/* the change may have led to this revision */
			right.revision = API_RIGHT_REVISION;
			want_add(&want, operation, &world.state, &right, &later_bound);
			/* the selector may name what came with it */
			want_add(&want, operation, &before, &right, &ignored);
		}
		/* the entry was looked for before, and the kernel asked later */
		if (!bound.program)
			api_want_reason(&want, &world.state, step);
		if (api_has_cause(&want, CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR))
			api_add_cause(&want, CGSWAP_CAUSE_NOT_ATTACHED);
		else if (api_has_cause(&want, CGSWAP_CAUSE_NOT_ATTACHED))
			api_add_cause(&want, CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR);
		/* the kernel looks for the new program before the old one */
		if (bound.program && want_occurrences(&world.state.chains[step->cgroup][step->type],
						      world.programs[step->program].rules.id))
			api_add_cause(&want, CGSWAP_CAUSE_ALREADY_ATTACHED);
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
	/* while the chain was filled, a probe may have had one of the places */
	if (!api_state_matches(&world.state))
		return fired && operation->foreign.kind == FOREIGN_FILL
			       ? api_fail("end of round")
			       : api_fail("add: %s, and the chain is another", api_cause_text(got));
	if (!api_state_take_revisions(&world.state) && !fired && operation->dry_run)
		return api_fail("add: %s, and the revision is another", api_cause_text(got));
	if (fired) {
		api_transaction_note_moved(transaction, &before);
		/* the add read the chain again, which spares the earlier steps a retry */
		for (unsigned i = 0; i < operation->step_count; i++)
			transaction->bound[i].perhaps_moved = true;
	}
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
