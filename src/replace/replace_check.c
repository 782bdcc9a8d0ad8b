/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks for each step if a commit would succeed, and changes nothing. */
#include "base/error.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "replace/replace_pin.h"
#include "replace/replace_request.h"

/* The link of a step's entry; one that an attach will create has no id yet. */
static uint32_t earlier_link(const struct cgswap_step *step)
{
	if (step->asked.kind == STEP_ATTACHES && step->target.method == STEP_LINK)
		return UINT32_MAX;
	return step->target.link_id;
}

/* Lists the earlier steps in the chain of a step, which is checked as if they were done. */
static size_t earlier_swaps(struct change_swap *out, const struct cgswap_step *step)
{
	const struct cgswap_step *earlier = step->target.chain->steps;
	size_t count = 0;

	for (; earlier != step && count < KERNEL_CHAIN_MAX; earlier = earlier->next_in_chain)
		out[count++] = (struct change_swap){
			earlier->target.old ? earlier->target.old->info.id : 0,
			earlier->new ? earlier->new->info.id : 0,
			earlier_link(earlier),
		};
	return count;
}

/* A program has one plain entry at most, which is the step's as long as others change nothing. */
static bool is_still_as_bound(const struct cgswap_step *step)
{
	const struct step_target *target = &step->target;

	return step->asked.kind == STEP_SWAPS && target->is_plain &&
	       target->external_changes == target->chain->external_changes;
}

static enum cgswap_status check_step(struct cgswap_replace *replace, struct cgswap_step *step,
				     struct change_facts *facts)
{
	struct change_swap earlier[KERNEL_CHAIN_MAX];
	enum cgswap_status status;
	struct change change;

	status = replace_forecast_pin(replace, step);
	if (!status)
		status = replace_hold(step);
	if (status)
		return status;
	change = replace_change(replace, step);
	change.facts = facts;
	change.old_is_plain = is_still_as_bound(step);
	step->result.uncertain = false;
	change.uncertain = &step->result.uncertain;
	change.earlier = earlier;
	change.earlier_count = earlier_swaps(earlier, step);
	/* without retries, the first attempt is at the revision that was read */
	if (!replace->retries && change.kind != CHANGE_LINK_UPDATE && replace_is_current(step))
		change.only_revision = replace_guard_revision(replace, step);
	status = explain_forecast(&change);
	if (!status)
		status = replace_forecast_preorder(replace, step);
	replace_release(step);
	return status;
}

static enum cgswap_status check_maps(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status = replace_check_array(replace, step);

	return status || !step->new ? status : program_check_use(step->new);
}

/*
 * Each step keeps its own cause; the first refusal stays the last error. The maps of all steps come
 * first, as in a commit.
 */
enum cgswap_status replace_check(struct cgswap_replace *replace)
{
	enum cgswap_status first = CGSWAP_OK, status;
	struct change_facts facts = { 0 };
	struct cgswap_error kept;

	if (replace_is_committed(replace))
		return replace_error_committed();
	for (size_t i = 0; i < replace->length; i++)
		if (replace->steps[i]->result.state == CGSWAP_STEP_GONE)
			replace->steps[i]->result.state = CGSWAP_STEP_PLANNED;
	for (size_t i = 0; i < 2 * replace->length; i++) {
		bool maps = i < replace->length;
		size_t index = i % replace->length;
		struct cgswap_step *step = replace->steps[index];

		if (!maps && (step->result.cause || step->result.state == CGSWAP_STEP_GONE))
			continue;
		if (replace->run.active) {
			status = replace_check_cancelled(replace);
			if (status)
				return status;
		}
		status = maps ? check_maps(replace, step) : check_step(replace, step, &facts);
		step->result.cause = status ? cgswap_error_get_cause(cgswap_last_error())
					    : CGSWAP_CAUSE_NONE;
		if (status && replace_step_is_gone(replace, step)) {
			replace_count_gone(replace, step);
			continue;
		}
		replace->run.refused += status != CGSWAP_OK;
		if (status || !maps)
			replace_tell(replace, status ? CGSWAP_EVENT_REFUSED : CGSWAP_EVENT_CHECKED,
				     step);
		if (!status || first)
			continue;
		first = status;
		error_save(&kept);
	}
	if (first)
		error_restore(&kept);
	return first;
}

enum cgswap_status cgswap_replace_check(cgswap_replace *replace)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "replace");

	return status ? status : handle_leave(&replace->handle, replace_check(replace));
}
