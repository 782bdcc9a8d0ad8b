/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgswap_replace_add_recursive(): a swap in each cgroup below one that holds the old program. The
 * search finds the chains, and reads no more than their programs; then the steps are bound and
 * loaded, and at last added, all or none.
 */
#include "replace/replace_recursive.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "replace/recursive_look.h"
#include "replace/replace_errors.h"

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
static enum cgswap_status look_forgive_removed(enum cgswap_status status)
{
	enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

	if (!status ||
	    (cause != CGSWAP_CAUSE_CGROUP_NOT_FOUND && cause != CGSWAP_CAUSE_CGROUP_GONE))
		return status;
	error_clear();
	return CGSWAP_OK;
}

/* A chain that may not be read is an error here. */
static enum cgswap_status look_read_chain(struct look *look, cgswap_chain *chain, bool *taken)
{
	enum cgswap_status status = cgroup_hold(chain->cgroup);

	if (status)
		return status;
	if (!chain->read)
		status = chain_read(chain);
	if (!status)
		status = look_at_chain(look, chain, taken);
	cgroup_release(chain->cgroup);
	return status;
}

static enum cgswap_status look_at_cgroup(struct look *look, const char *path)
{
	struct cgswap_session *session = look->replace->session;
	enum cgswap_status status;
	cgswap_chain *chain;
	bool taken = false;

	status = chain_open(&chain, session, path, look->request->type);
	if (status)
		return look_forgive_removed(status);
	status = look_read_chain(look, chain, &taken);
	if (!taken)
		cgswap_chain_unref(chain);
	return look_forgive_removed(status);
}

static int look_visit(const char *path, void *user)
{
	struct look *look = user;
	enum cgswap_status status;

	if (!look->top_length)
		look->top_length = strlen(path);
	status = look_check_cancelled(look, path);
	if (!status && look_matches(look, path))
		status = look_at_cgroup(look, path);
	if (status)
		status = look_count_refused(look, path, status);
	if (status) {
		error_save(&look->stopped);
		look->stop = status;
	}
	return status;
}

static enum cgswap_status look_search(struct look *look)
{
	enum cgswap_status status = cgroup_walk_below(look->replace->session, look->request->cgroup,
						      look_visit, look);

	if (look->stop) {
		error_restore(&look->stopped);
		return look->stop;
	}
	return status ? status : look_end_refused(look);
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
		/* the transaction knows the chain by itself; ten thousand copies take memory */
		chain_forget(found->chain);
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
			look_drop(&look.found[i]);
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

static enum cgswap_status look_check_opts(const struct cgswap_step_opts *opts)
{
	if (opts->pin || opts->expected_revision || opts->expected_cgroup_id)
		return error_bad_argument(
			"opts.pin, expected_revision and expected_cgroup_id apply "
			"to one cgroup, and this call is for many");
	return replace_check_opts(opts);
}

static enum cgswap_status add_recursive_in(cgswap_replace *replace, const char *cgroup,
					   const char *attach_type, const char *old,
					   const char *source, const struct cgswap_step_opts *given)
{
	struct recursive_request *request = calloc(1, sizeof(*request));
	struct cgswap_step_opts opts;
	enum cgswap_status status;

	if (!request)
		return error_no_memory();
	status = opts_take(&opts, sizeof(opts), OPTS_FIRST_STEP, given);
	if (!status && replace_is_committed(replace))
		status = replace_error_committed();
	if (!status)
		status = look_check_opts(&opts);
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
						const struct cgswap_step_opts *opts)
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
