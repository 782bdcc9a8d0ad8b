/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgswap_replace_add_recursive(): a swap in each cgroup below one that holds the old program. The
 * first look finds the chains, and reads no more than their programs; then the steps are bound and
 * loaded, and at last added, all or none.
 */
#include "replace/replace_recursive.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "replace/recursive_request.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

/* A chain that holds the old program, and its step, once that is made. */
struct found_chain {
	cgswap_chain *chain;
	const struct holder_program *old;
	struct cgswap_step *step;
	struct program *new;
};

/* One search for a request. */
struct look {
	struct cgswap_replace *replace;
	struct recursive_request *request;
	size_t top_length; /* the length of the path of the request's cgroup */
	struct found_chain *found;
	size_t count, capacity;
	size_t seen; /* chains that hold the program, also those that have a step */
	enum cgswap_status status;
	struct cgswap_error why; /* if status is an error */
	size_t refused;          /* chains; why is the error of the first */
};

/* ---- the search ------------------------------------------------------------------------------ */

/*
 * A pattern without a slash is compared with the name of the cgroup, any other with its path below
 * the top. The top itself has its own name only.
 */
static bool look_matches(const struct look *look, const char *path)
{
	const char *pattern = look->request->match, *name = strrchr(path, '/');

	if (!pattern)
		return true;
	if (!strchr(pattern, '/'))
		return fnmatch(pattern, name ? name + 1 : path, 0) == 0;
	if (strlen(path) <= look->top_length)
		return false;
	path += look->top_length;
	return fnmatch(pattern, path + strspn(path, "/"), FNM_PATHNAME) == 0;
}

static enum cgswap_status look_keep(struct look *look, cgswap_chain *chain,
				    const struct holder_program *old)
{
	if (look->count == look->capacity) {
		size_t capacity = look->capacity ? look->capacity * 2 : 16;
		struct found_chain *found = realloc(look->found, capacity * sizeof(*found));

		if (!found)
			return error_no_memory();
		look->found = found;
		look->capacity = capacity;
	}
	look->found[look->count++] = (struct found_chain){ .chain = chain, .old = old };
	return CGSWAP_OK;
}

/* Takes the chain if it holds the old program; else the caller drops it. */
static enum cgswap_status look_at_chain(struct look *look, cgswap_chain *chain, bool *taken)
{
	struct chain_states *chains = &look->replace->chains;
	const struct holder_program *old;
	enum cgswap_status status;

	status = chain_holders_find(&old, &look->request->holders, chain);
	if (status || !old)
		return status;
	look->seen++;
	if (chain_state_has_step_for(chains, chain, old->id))
		return CGSWAP_OK;
	status = look_keep(look, chain, old);
	*taken = !status;
	return status;
}

/* A cgroup that was removed meanwhile holds nothing. */
static enum cgswap_status look_at_cgroup(struct look *look, const char *path)
{
	struct cgswap_session *session = look->replace->session;
	enum cgswap_status status;
	cgswap_chain *chain;
	bool taken = false;

	status = chain_open(&chain, session, path, look->request->type);
	if (status == CGSWAP_E_NOT_FOUND) {
		error_clear();
		return CGSWAP_OK;
	}
	if (status)
		return status;
	/* a chain that may not be read is an error here */
	status = cgroup_hold(chain->cgroup);
	if (!status && !chain->read)
		status = chain_read(chain);
	if (!status)
		status = look_at_chain(look, chain, &taken);
	cgroup_release(chain->cgroup);
	if (!taken)
		cgswap_chain_unref(chain);
	return status;
}

static enum cgswap_status look_check_cancelled(const struct look *look, const char *path)
{
	if (!atomic_load_explicit(&look->replace->cancelled, memory_order_relaxed))
		return CGSWAP_OK;
	error_set(CGSWAP_CAUSE_CANCELLED, 0,
		  "cgswap_replace_cancel() stopped the search at '%s'{cgroup}", path);
	error_remedy("search again");
	return CGSWAP_E_UNHEALTHY;
}

static int look_visit(const char *path, void *user)
{
	struct look *look = user;

	if (!look->top_length)
		look->top_length = strlen(path);
	look->status = look_check_cancelled(look, path);
	if (!look->status && look_matches(look, path))
		look->status = look_at_cgroup(look, path);
	if (look->status)
		error_save(&look->why);
	return look->status;
}

static enum cgswap_status look_search(struct look *look)
{
	enum cgswap_status status = cgroup_walk_below(look->replace->session, look->request->cgroup,
						      look_visit, look);

	if (!look->status)
		return status;
	error_restore(&look->why);
	return look->status;
}

static enum cgswap_status look_error_nothing(const struct look *look)
{
	const struct recursive_request *request = look->request;
	const char *match = request->match ? " that matches the pattern" : "";

	error_set(CGSWAP_CAUSE_NOT_ATTACHED, 0,
		  "no cgroup%s in '%s'{cgroup} holds '%.200s'{selector} in %s{attach_type}", match,
		  request->cgroup, request->holders.selector, request->type->short_name);
	error_remedy("`cgswap tree CGROUP` lists what is attached there");
	return CGSWAP_E_NOT_ATTACHED;
}

/* ---- tags ------------------------------------------------------------------------------------ */

struct tag_count {
	const struct holder_program *program;
	size_t count;
};

enum { TAGS_SHOWN = 6 };

/* Counts the cgroups of each tag, up to those that the message shows. Returns the number of tags.
 */
static size_t tags_count(struct tag_count *tags, const struct look *look)
{
	size_t known = 0;

	for (size_t i = 0; i < look->count; i++) {
		const struct holder_program *old = look->found[i].old;
		size_t at = 0;

		while (at < known && strcmp(tags[at].program->tag, old->tag))
			at++;
		if (at == TAGS_SHOWN)
			continue;
		if (at == known)
			tags[known++] = (struct tag_count){ .program = old };
		tags[at].count++;
	}
	return known;
}

static enum cgswap_status look_error_tags(const struct look *look)
{
	const struct recursive_request *request = look->request;
	struct tag_count tags[TAGS_SHOWN];
	size_t known = tags_count(tags, look);
	struct error_text text;
	char candidate[64];

	error_text_clear(&text);
	error_text_add(&text,
		       "'%.200s'{selector} in %s{attach_type} below '%s'{cgroup} is not the same "
		       "program everywhere: ",
		       request->holders.selector, request->type->short_name, request->cgroup);
	for (size_t i = 0; i < known; i++) {
		snprintf(candidate, sizeof(candidate), "tag:%s", tags[i].program->tag);
		error_text_add(&text, "%s%s{candidate} (id %u{program_id}) in %zu{count}",
			       i ? ", " : "", candidate, tags[i].program->id, tags[i].count);
	}
	if (known == 1)
		error_text_add(&text, "; before it was tag:%s{candidate}", request->tag);
	return error_set_text(CGSWAP_CAUSE_TAGS_DIFFER, 0, &text);
}

static enum cgswap_status look_check_tags(struct look *look)
{
	struct recursive_request *request = look->request;

	if (!*request->tag && look->count)
		memcpy(request->tag, look->found[0].old->tag, sizeof(request->tag));
	for (size_t i = 0; !request->any_tag && i < look->count; i++)
		if (strcmp(look->found[i].old->tag, request->tag))
			return look_error_tags(look);
	return CGSWAP_OK;
}

/* ---- the steps ------------------------------------------------------------------------------- */

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
	cgroup_release(found->chain->cgroup);
	return status;
}

/* Frees a step that is not added. The last error stays. */
static void look_refuse(struct found_chain *found)
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

/* Adds a chain that is refused to the error of the first one. */
static void look_count_refused(struct look *look, const char *path, enum cgswap_status status)
{
	enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());
	enum { SHOWN = 4 };

	if (!look->refused++) {
		look->status = status;
		error_save(&look->why);
		return;
	}
	if (look->refused == 2)
		error_text_add(&look->why.text, "; also refused:");
	if (look->refused <= 1 + SHOWN)
		error_text_add(&look->why.text, "%s '%s'{candidate} (%s)",
			       look->refused > 2 ? "," : "", path, cgswap_cause_get_name(cause));
	error_clear();
}

static bool look_must_stop(enum cgswap_status status)
{
	return status == CGSWAP_E_NO_MEMORY || status == CGSWAP_E_SYSTEM ||
	       status == CGSWAP_E_NOT_FOUND || status == CGSWAP_E_UNHEALTHY ||
	       status == CGSWAP_E_PERMISSION || status == CGSWAP_E_REJECTED ||
	       status == CGSWAP_E_ARGUMENT;
}

/* Prepares a step for each chain. Those that have changed since the search are left out. */
static enum cgswap_status look_prepare_all(struct look *look)
{
	for (size_t i = 0; i < look->count; i++) {
		struct found_chain *found = &look->found[i];
		const char *path = found->chain->cgroup->path;
		enum cgswap_status status = look_check_cancelled(look, path);

		if (!status)
			status = look_prepare(look, found);
		if (!status)
			continue;
		if (look_has_left(cgswap_error_get_cause(cgswap_last_error())))
			error_clear();
		else if (look_must_stop(status) && !look->refused)
			return status;
		else
			look_count_refused(look, path, status);
		look_refuse(found);
	}
	if (!look->refused)
		return CGSWAP_OK;
	if (look->refused > 5)
		error_text_add(&look->why.text, " and %zu{count} more", look->refused - 5);
	error_restore(&look->why);
	return look->status;
}

static enum cgswap_status look_append_all(struct look *look)
{
	struct cgswap_replace *replace = look->replace;
	struct recursive_request *request = look->request;
	enum cgswap_status status = replace_reserve(replace, look->count);

	for (size_t i = 0; i < look->count && !status; i++)
		if (look->found[i].step)
			status = chain_holders_exclude(&request->holders,
						       look->found[i].new->info.id);
	for (size_t i = 0; i < look->count && !status; i++) {
		struct found_chain *found = &look->found[i];

		if (!found->step)
			continue;
		replace_append_step(replace, found->step, found->new);
		found->step = NULL;
	}
	return status;
}

/* must_find: it is an error if there is none. */
static enum cgswap_status look_and_add(struct cgswap_replace *replace,
				       struct recursive_request *request, bool must_find)
{
	struct look look = { .replace = replace, .request = request };
	enum cgswap_status status;
	struct cgswap_error why;

	status = look_search(&look);
	if (!status)
		status = look_check_tags(&look);
	if (!status)
		status = look_prepare_all(&look);
	if (!status)
		status = look_append_all(&look);
	if (!status && must_find && !look.seen)
		status = look_error_nothing(&look);
	error_save(&why);
	for (size_t i = 0; i < look.count; i++)
		if (look.found[i].chain)
			look_refuse(&look.found[i]);
	error_restore(&why);
	free(look.found);
	return status;
}

enum cgswap_status replace_look_again(struct cgswap_replace *replace)
{
	struct recursive_request *request;
	enum cgswap_status status;

	for (request = replace->requests; request; request = request->next) {
		status = look_and_add(replace, request, false);
		if (status)
			return status;
	}
	return CGSWAP_OK;
}

/* ---- the call ---------------------------------------------------------------------------------
 */

static enum cgswap_status add_recursive_in(cgswap_replace *replace, const char *cgroup,
					   const char *attach_type, const char *old,
					   const char *source,
					   const struct cgswap_recursive_opts *given)
{
	struct recursive_request *request = calloc(1, sizeof(*request));
	struct cgswap_recursive_opts opts;
	enum cgswap_status status;

	if (!request)
		return error_no_memory();
	status = opts_take(&opts, sizeof(opts), OPTS_FIRST_RECURSIVE, given);
	if (!status && replace_is_committed(replace))
		status = replace_error_committed();
	if (!status)
		status = recursive_check_opts(&opts);
	if (!status)
		status = recursive_request_fill(request, replace->session, cgroup, attach_type, old,
						source, &opts);
	if (!status)
		status = look_and_add(replace, request, true);
	if (status) {
		recursive_request_free(request);
		return status;
	}
	request->next = replace->requests;
	replace->requests = request;
	return CGSWAP_OK;
}

enum cgswap_status cgswap_replace_add_recursive(cgswap_replace *replace, const char *cgroup,
						const char *attach_type, const char *old,
						const char *source,
						const struct cgswap_recursive_opts *opts)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "replace");

	if (status)
		return status;
	status = add_recursive_in(replace, cgroup, attach_type, old, source, opts);
	if (status)
		replace_remedy_files(replace);
	/* a cancel that came during the search has had its effect */
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_CANCELLED)
		atomic_store(&replace->cancelled, false);
	return handle_leave(&replace->handle, status);
}
