/* SPDX-License-Identifier: BSD-2-Clause */
/* The transaction as an object: its life, and what can be read of its steps. */
#include "replace/replace.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/opts.h"

enum { DEFAULT_RETRIES = 3 };

void replace_free_step(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct kernel *kernel = replace->session->kernel;

	if (step->link_fd >= 0)
		kernel->ops->close(kernel, step->link_fd);
	free(step->temp_pin);
	free(step->pin);
	cgswap_chain_unref(step->chain);
	/* what was pinned when it was loaded stays pinned */
	if (step->applied)
		program_mark_used(step->new);
	program_unref(step->old);
	program_unref(step->new);
	free(step->selector);
	free(step);
}

static void replace_shut(struct handle *handle)
{
	struct cgswap_replace *replace = (struct cgswap_replace *)handle;
	struct place *place;

	for (size_t i = 0; i < replace->length; i++)
		replace_free_step(replace, replace->steps[i]);
	free(replace->steps);
	replace->steps = NULL;
	replace->length = 0;
	while ((place = replace->places)) {
		replace->places = place->next;
		cgroup_unref(place->cgroup);
		snapshot_free(&place->now);
		free(place);
	}
	snapshot_free(&replace->found);
	load_cache_free(&replace->load_cache);
	dropped_maps_free(replace->dropped_lists);
	replace->dropped_lists = NULL;
	probe_programs_free(&replace->probe_programs, replace->session->kernel);
}

static void replace_free(struct handle *handle)
{
	struct cgswap_replace *replace = (struct cgswap_replace *)handle;

	session_release(replace->session, handle);
	free(replace);
}

static enum cgswap_status replace_make(cgswap_replace **out, cgswap_session *session,
				       const struct cgswap_replace_opts *given)
{
	struct cgswap_replace_opts opts;
	struct cgswap_replace *replace;
	enum cgswap_status status;

	if (!out)
		return error_bad_argument("out is NULL");
	status = opts_take(&opts, sizeof(opts), sizeof(opts), given);
	if (status)
		return status;
	if ((unsigned)opts.verify > CGSWAP_VERIFY_OFF)
		return error_bad_argument("opts.verify is %d; wanted CGSWAP_VERIFY_...",
					  (int)opts.verify);
	if (opts.retries < -1)
		return error_bad_argument("opts.retries is %d; wanted a number, or -1 for none",
					  (int)opts.retries);
	replace = calloc(1, sizeof(*replace));
	if (!replace)
		return error_no_memory();
	handle_init(&replace->handle, replace_shut, replace_free);
	replace->session = session;
	replace->verify = opts.verify != CGSWAP_VERIFY_OFF;
	replace->retries = opts.retries ? opts.retries : DEFAULT_RETRIES;
	if (replace->retries < 0)
		replace->retries = 0;
	replace->guarded = session_feature(session, CGSWAP_FEATURE_EXPECTED_REVISION);
	session_adopt(session, &replace->handle);
	if (snapshot_reserve(&replace->found)) {
		cgswap_replace_unref(replace);
		return error_no_memory();
	}
	*out = replace;
	return CGSWAP_OK;
}

enum cgswap_status cgswap_replace_new(cgswap_replace **out, cgswap_session *session,
				      const struct cgswap_replace_opts *opts)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = session_enter(session, "new replace");
	return status ? status : session_leave(session, replace_make(out, session, opts));
}

cgswap_replace *cgswap_replace_ref(cgswap_replace *replace)
{
	if (replace)
		handle_ref(&replace->handle);
	return replace;
}

void cgswap_replace_unref(cgswap_replace *replace)
{
	if (replace)
		handle_unref(&replace->handle);
}

enum cgswap_status cgswap_replace_close(cgswap_replace *replace)
{
	return handle_close(replace ? &replace->handle : NULL, "close replace");
}

void cgswap_replace_cancel(cgswap_replace *replace)
{
	if (replace)
		atomic_store(&replace->cancelled, true);
}

size_t cgswap_replace_get_length(const cgswap_replace *replace)
{
	return replace && handle_is_open(&replace->handle) ? replace->length : 0;
}

const cgswap_step *cgswap_replace_get_step(const cgswap_replace *replace, size_t index)
{
	return index < cgswap_replace_get_length(replace) ? replace->steps[index] : NULL;
}

cgswap_chain *cgswap_step_get_chain(const cgswap_step *step)
{
	return step ? step->chain : NULL;
}

size_t cgswap_step_get_position(const cgswap_step *step)
{
	if (!step)
		return 0;
	return step->unread || (step->position_unknown && !step->position_found)
		       ? CGSWAP_POSITION_UNKNOWN
		       : step->position;
}

uint32_t cgswap_step_get_old_id(const cgswap_step *step)
{
	return step ? step->old->info.id : 0;
}

uint32_t cgswap_step_get_new_id(const cgswap_step *step)
{
	return step ? step->new->info.id : 0;
}

enum cgswap_step_state cgswap_step_get_state(const cgswap_step *step)
{
	return step ? step->state : (enum cgswap_step_state)0;
}

bool cgswap_step_get_verified(const cgswap_step *step)
{
	return step && step->verified;
}

enum cgswap_cause cgswap_step_get_cause(const cgswap_step *step)
{
	return step ? step->cause : CGSWAP_CAUSE_NONE;
}

uint32_t cgswap_step_get_link_id(const cgswap_step *step)
{
	return step ? step->link_id : 0;
}

enum cgswap_guard cgswap_step_get_guard(const cgswap_step *step)
{
	return step ? step->guard : CGSWAP_GUARD_NOT_DONE;
}

uint64_t cgswap_step_get_revision(const cgswap_step *step)
{
	return step ? step->revision : 0;
}

size_t cgswap_step_get_map_count(const cgswap_step *step)
{
	return step ? step->new->info.map_count : 0;
}

uint32_t cgswap_step_get_map_id(const cgswap_step *step, size_t index)
{
	return index < cgswap_step_get_map_count(step) ? step->new->info.map_ids[index] : 0;
}

const char *cgswap_step_get_map_name(const cgswap_step *step, size_t index)
{
	const struct program_map *map = step ? program_map_at(step->new, index) : NULL;

	return map ? map->name : "";
}

bool cgswap_step_get_map_kept(const cgswap_step *step, size_t index)
{
	uint32_t id = cgswap_step_get_map_id(step, index);

	return id && program_uses_map(step->old, id);
}

const char *cgswap_step_get_map_reason(const cgswap_step *step, size_t index)
{
	const struct program_map *map = step ? program_map_at(step->new, index) : NULL;

	if (!map)
		return "";
	if (cgswap_step_get_map_kept(step, index))
		return PROGRAM_MAP_SAME;
	return map->reused ? "another program's map" : map->reason;
}

size_t cgswap_step_get_dropped_map_count(const cgswap_step *step)
{
	return step ? step->dropped_maps->count : 0;
}

uint32_t cgswap_step_get_dropped_map_id(const cgswap_step *step, size_t index)
{
	const struct dropped_map *map = step ? dropped_maps_at(step->dropped_maps, index) : NULL;

	return map ? map->id : 0;
}

const char *cgswap_step_get_dropped_map_name(const cgswap_step *step, size_t index)
{
	const struct dropped_map *map = step ? dropped_maps_at(step->dropped_maps, index) : NULL;

	return map ? map->name : "";
}
