/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of a recursive request: each is bound to its entry, and gets its new program. */
#include "replace/recursive_look.h"

#include <stdio.h>

#include "load/load_cache.h"

enum cgswap_status look_check_cancelled(const struct look *look, const char *path)
{
	if (!atomic_load_explicit(&look->replace->cancelled, memory_order_relaxed))
		return CGSWAP_OK;
	error_set(CGSWAP_CAUSE_CANCELLED, 0,
		  "cgswap_replace_cancel() stopped the search at '%s'{cgroup}", path);
	error_remedy("search again");
	return CGSWAP_E_UNHEALTHY;
}

static enum cgswap_status look_bind(const struct look *look, struct found_chain *found)
{
	const struct recursive_request *request = look->request;
	struct cgswap_replace *replace = look->replace;
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.preorder = request->preorder,
		.maps = request->maps,
		.allow_unguarded = request->allow_unguarded,
	};
	enum cgswap_status status;
	char selector[24];

	snprintf(selector, sizeof(selector), "id:%u", found->old->id);
	status = replace_new_swap(&found->step, replace, found->chain, selector, NULL, &opts);
	if (!status)
		found->step->asked.ignore_gone = true;
	return status;
}

static enum cgswap_status look_load(const struct look *look, struct found_chain *found)
{
	const struct recursive_request *request = look->request;
	struct cgswap_replace *replace = look->replace;
	const struct load_opts opts = {
		.maps = request->maps,
		.constants = request->constants,
		.map_choices = (const char *const *)request->map_choices,
		.constant_choices = (const char *const *)request->constant_choices,
		.old_object = request->old_object,
		.recorded = replace_recorded_origin,
		.recorded_user = replace,
		.records = replace->keeps_journal,
	};

	if (request->new) {
		found->new = program_ref(request->new);
		return CGSWAP_OK;
	}
	return load_cache_open(&found->new, &found->step->constants, &replace->load_cache,
			       replace->session, request->source, request->type,
			       found->step->target.old, &opts);
}

static enum cgswap_status look_prepare(const struct look *look, struct found_chain *found)
{
	enum cgswap_status status = cgroup_hold(found->chain->cgroup);

	if (status)
		return status;
	status = look_bind(look, found);
	if (!status)
		status = look_load(look, found);
	if (!status)
		status = replace_prepare_step(look->replace, found->step, found->new);
	if (!status)
		status = replace_compare_constants(look->replace, found->step, found->new);
	cgroup_release(found->chain->cgroup);
	return status;
}

void look_drop(struct found_chain *found)
{
	if (found->step && !cgroup_hold(found->chain->cgroup)) {
		replace_refuse_step(found->step, CGSWAP_E_ARGUMENT);
		cgroup_release(found->chain->cgroup);
	} else if (found->step) {
		replace_free_step(found->step);
	}
	program_unref(found->new);
	cgswap_chain_unref(found->chain);
	*found = (struct found_chain){ 0 };
}

/* True if the chain does not hold the old program any more. */
static bool look_has_left(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_CGROUP_GONE || cause == CGSWAP_CAUSE_CHAIN_EMPTY ||
	       cause == CGSWAP_CAUSE_NOT_ATTACHED || cause == CGSWAP_CAUSE_LOST_RACE ||
	       cause == CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR ||
	       cause == CGSWAP_CAUSE_PROGRAM_NOT_FOUND;
}

/* ---- refusals -------------------------------------------------------------------------------- */

enum { REFUSED_SHOWN = 4 }; /* beside the first */

enum cgswap_status look_count_refused(struct look *look, const char *path,
				      enum cgswap_status status)
{
	enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

	if (!cgswap_cause_get_per_cgroup(cause))
		return status;
	if (!look->refused++) {
		look->status = status;
		error_save(&look->why);
		error_clear();
		return CGSWAP_OK;
	}
	if (look->refused == 2)
		error_text_add(&look->why.text, "; also refused:");
	if (look->refused <= 1 + REFUSED_SHOWN)
		error_text_add(&look->why.text, "%s '%s'{candidate} (%s)",
			       look->refused > 2 ? "," : "", path, cgswap_cause_get_name(cause));
	error_clear();
	return CGSWAP_OK;
}

enum cgswap_status look_end_refused(struct look *look)
{
	if (!look->refused)
		return CGSWAP_OK;
	if (look->refused > 1 + REFUSED_SHOWN)
		error_text_add(&look->why.text, " and %zu{count} more",
			       look->refused - 1 - REFUSED_SHOWN);
	error_restore(&look->why);
	return look->status;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static enum cgswap_status look_prepare_one(struct look *look, struct found_chain *found)
{
	const char *path = found->chain->cgroup->path;
	enum cgswap_status status = look_check_cancelled(look, path);

	if (!status)
		status = look_prepare(look, found);
	if (!status)
		return CGSWAP_OK;
	if (look_has_left(cgswap_error_get_cause(cgswap_last_error()))) {
		error_clear();
		status = CGSWAP_OK;
	} else {
		status = look_count_refused(look, path, status);
	}
	look_drop(found);
	return status;
}

enum cgswap_status look_prepare_all(struct look *look)
{
	for (size_t i = 0; i < look->count; i++) {
		enum cgswap_status status = look_prepare_one(look, &look->found[i]);

		if (status)
			return status;
	}
	return look_end_refused(look);
}
