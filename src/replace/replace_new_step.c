/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a step. All costly work happens here, so that a commit need not do it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "base/string_list.h"
#include "load/constant_choice.h"
#include "load/constant_loaded.h"
#include "load/map_choice.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "replace/replace_pin.h"
#include "replace/replace_request.h"

enum cgswap_status replace_reserve(struct cgswap_replace *replace, size_t more)
{
	size_t capacity = replace->capacity ? replace->capacity : 4;
	struct cgswap_step **steps;

	if (replace->length + more <= replace->capacity)
		return replace_groups_reserve(&replace->groups, more);
	while (capacity < replace->length + more)
		capacity *= 2;
	steps = realloc(replace->steps, capacity * sizeof(*steps));
	if (!steps)
		return error_no_memory();
	replace->steps = steps;
	replace->capacity = capacity;
	return replace_groups_reserve(&replace->groups, more);
}

static bool step_has_pin(const void *item, const void *key)
{
	const struct cgswap_step *step = item;

	return strcmp(step->asked.pin, key) == 0;
}

enum cgswap_status replace_check_opts(const struct cgswap_step_opts *opts)
{
	enum cgswap_status status = opts_check_preorder(opts->preorder);

	if (!status)
		status = opts_check_maps(opts->maps);
	if (!status)
		status = opts_check_constants(opts->constants);
	if (!status)
		status = opts_check_reserved(opts->reserved);
	if (!status)
		status = map_choices_check(opts->map_choices);
	return status ? status : constant_choices_check(opts->constant_choices);
}

/* These choose between the maps and constants of two programs, one of which is to be loaded. */
static enum cgswap_status check_step_loads(const struct cgswap_step_opts *opts)
{
	if (opts->maps)
		return error_bad_argument(
			"opts.maps applies to objects, and this program is already loaded");
	if (string_list_count(opts->map_choices))
		return error_bad_argument(
			"opts.map_choices applies to objects, and this program is already loaded");
	if (opts->constants || opts->old_object || string_list_count(opts->constant_choices))
		return error_bad_argument(
			"opts.constants, constant_choices and old_object apply to objects, and "
			"this program is already loaded");
	return CGSWAP_OK;
}

enum cgswap_status replace_check_addable(struct cgswap_replace *replace,
					 const struct cgswap_chain *chain, const char *pin)
{
	const struct cgswap_step *same_pin = NULL;

	if (pin)
		same_pin = hash_index_find(&replace->pins, hash_text(pin), step_has_pin, pin);
	if (same_pin)
		return error_bad_argument("'%.400s'{pin} is already the pin of step %zu{step}", pin,
					  same_pin->index);
	if (!replace->committing && replace_is_committed(replace))
		return error_bad_argument(
			"the replace is already committed; roll it back, or create a new one");
	if (replace->session != chain->session)
		return error_bad_argument("the replace and the chain belong to different sessions");
	return chain_check_changeable(chain);
}

static enum cgswap_status check_step_opts(struct cgswap_replace *replace,
					  const struct cgswap_chain *chain,
					  const struct cgswap_step_opts *opts, bool from_source)
{
	enum cgswap_status status = replace_check_opts(opts);

	if (!status && (opts->match || opts->any_tag))
		return error_bad_argument(
			"opts.match and any_tag apply to cgswap_replace_add_recursive() only");
	if (!status && !from_source)
		status = check_step_loads(opts);
	if (!status)
		status = replace_check_addable(replace, chain, opts->pin);
	if (!status)
		status = chain_check_cgroup(chain, opts->expected_cgroup_id);
	if (!status && opts->expected_revision)
		status = chain_check_revisions(chain);
	if (!status && opts->preorder == CGSWAP_PREORDER_YES)
		status = session_check_feature(chain->session, CGSWAP_FEATURE_PREORDER);
	return status;
}

enum cgswap_status replace_refuse_step(struct cgswap_step *step, enum cgswap_status status)
{
	struct cgswap_error why;

	if (step->target.probe_attached) {
		error_save(&why);
		chain_read_after(step->asked.chain);
		error_restore(&why);
	}
	replace_free_step(step);
	return status;
}

enum cgswap_status replace_make_step(struct cgswap_step **out, struct cgswap_replace *replace,
				     struct cgswap_chain *chain, enum step_kind kind,
				     const char *selector, const char *pin)
{
	enum cgswap_status status = replace_reserve(replace, 1);
	struct cgswap_step *step;

	if (status)
		return status;
	step = calloc(1, sizeof(*step));
	if (!step)
		return error_no_memory();
	step->asked.kind = kind;
	step->asked.chain = cgswap_chain_ref(chain);
	step->target.link.fd = -1;
	step->target.made_link = -1;
	step->result.state = CGSWAP_STEP_PLANNED;
	step->asked.selector = selector ? strdup(selector) : NULL; /* which binding refuses */
	if (selector && !step->asked.selector)
		status = error_no_memory();
	if (!status)
		status = replace_name_pin(step, pin);
	if (status)
		replace_free_step(step);
	else
		*out = step;
	return status;
}

enum cgswap_status replace_new_swap(struct cgswap_step **out, struct cgswap_replace *replace,
				    struct cgswap_chain *chain, const char *old,
				    const struct program *program,
				    const struct cgswap_step_opts *given)
{
	struct cgswap_step_opts opts;
	enum cgswap_status status;
	struct cgswap_step *step;

	status = opts_take(&opts, sizeof(opts), OPTS_FIRST_STEP, given);
	if (!status)
		status = check_step_opts(replace, chain, &opts, !program);
	if (!status)
		status = replace_make_step(&step, replace, chain, STEP_SWAPS, old, opts.pin);
	if (status)
		return status;
	step->asked.allow_unguarded = opts.allow_unguarded;
	step->asked.preorder = opts.preorder;
	step->asked.maps = opts.maps;
	step->asked.expected_revision = opts.expected_revision;
	status = string_list_copy(&step->asked.map_choices, opts.map_choices);
	if (!status)
		status = replace_bind(replace, step, program);
	if (!status)
		status = replace_forecast_pin(replace, step);
	if (status)
		return replace_refuse_step(step, status);
	*out = step;
	return CGSWAP_OK;
}

/* The part of a swap that needs both programs. */
static enum cgswap_status complete_swap(struct cgswap_replace *replace, struct cgswap_step *step,
					struct program *program)
{
	enum cgswap_status status = replace_hold(step);

	if (status)
		return status;
	status = program_open(program);
	if (!status)
		status = replace_check_link_safety(replace, step, program);
	replace_release(step);
	if (!status)
		status = dropped_maps_read(&step->dropped_maps, &replace->dropped_maps,
					   step->target.old, program);
	return status;
}

static enum cgswap_status complete_programs(struct cgswap_replace *replace,
					    struct cgswap_step *step, struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	if (step->target.old)
		status = program_table_add(&replace->programs, step->target.old);
	if (!status && program)
		status = program_table_add(&replace->programs, program);
	if (!status)
		status = replace_keep_open(replace, step);
	if (!status && program)
		program_read_maps(program);
	if (!status && step->target.old)
		program_shelf_add(&replace->shelf, step->target.old);
	if (!status && program)
		program_shelf_add(&replace->shelf, program);
	return status;
}

enum cgswap_status replace_prepare_step(struct cgswap_replace *replace, struct cgswap_step *step,
					struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	if (step->asked.kind == STEP_SWAPS)
		status = complete_swap(replace, step, program);
	if (!status && step->asked.kind == STEP_SWAPS)
		replace_journal_warn(replace, step);
	if (!status && step->asked.pin && hash_index_reserve(&replace->pins, 1))
		status = error_no_memory();
	if (!status)
		status = complete_programs(replace, step, program);
	if (program)
		program_close_maps(program);
	if (step->target.old)
		program_close_maps(step->target.old);
	return status;
}

enum cgswap_status replace_find_left_pins(struct cgswap_replace *replace, struct cgswap_step *step,
					  const struct program *const *news, size_t count,
					  enum cgswap_map_policy maps)
{
	bool required = maps == CGSWAP_MAPS_REQUIRE;
	struct pin_list **list = required ? &replace->all_pins : &replace->some_pins;
	enum cgswap_status status = pin_list_read(list, replace->session->kernel,
						  replace->session->bpffs, required);

	if (!status)
		status = left_pins_find(&step->left_pins, *list, step->target.old,
					step->dropped_maps, news, count, step->asked.pin);
	if (!status && required && step->left_pins)
		return replace_error_pin_left(step, &step->left_pins->pins[0]);
	return status;
}

/*
 * A chain has a program plainly once at most: if an earlier step attaches the old program of this
 * one, a plain replace would hit the entry of that step. A link of which we do not know holds the
 * entry that this step means, or the entry is gone by then.
 */
static bool add_is_taken(const struct cgswap_step *step)
{
	const struct cgswap_step *earlier = step->target.chain->steps;
	const struct program *old = step->target.old;

	if (!old || step->target.unread || step->target.method != STEP_PLAIN)
		return false;
	for (; earlier; earlier = earlier->next_in_chain)
		if (earlier->target.method == STEP_PLAIN && earlier->new &&
		    earlier->new->info.id == old->info.id &&
		    !(earlier->target.old && earlier->target.old->info.id == old->info.id))
			return true;
	return false;
}

void replace_append_step(struct cgswap_replace *replace, struct cgswap_step *step,
			 struct program *program)
{
	step->new = program ? program_ref(program) : NULL;
	step->index = replace->length;
	step->target.taken = add_is_taken(step);
	replace->steps[replace->length++] = step;
	chain_state_add_step(step->target.chain, step);
	if (step->asked.kind == STEP_SWAPS)
		replace_groups_add(&replace->groups, step->target.old, step->new,
				   step->constants && !step->constants->compared);
	if (step->asked.pin)
		hash_index_add(&replace->pins, hash_text(step->asked.pin), step);
}

enum cgswap_status replace_complete_step(struct cgswap_replace *replace, struct cgswap_step *step,
					 struct program *program)
{
	enum cgswap_status status = replace_prepare_step(replace, step, program);

	if (status)
		return replace_refuse_step(step, status);
	replace_append_step(replace, step, program);
	return CGSWAP_OK;
}

enum cgswap_status replace_compare_constants(struct cgswap_replace *replace,
					     struct cgswap_step *step, struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	if (step->constants || !step->dropped_maps->read_only)
		return CGSWAP_OK;
	if (replace->compared_pair != step->dropped_maps) {
		constant_report_unref(replace->compared);
		replace->compared_pair = NULL;
		status = constant_compare_loaded(&replace->compared, step->target.old, program,
						 &replace->load_cache.btfs);
		program_close_maps(program);
		program_close_maps(step->target.old);
	}
	if (status)
		return status;
	replace->compared_pair = step->dropped_maps;
	if (replace->compared)
		step->constants = constant_report_ref(replace->compared);
	return CGSWAP_OK;
}

void replace_take_constants(struct cgswap_step *step, struct constant_report *report)
{
	if (report && (!report->old_id || report->old_id == step->target.old->info.id))
		step->constants = constant_report_ref(report);
}
