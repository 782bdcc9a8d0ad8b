/* SPDX-License-Identifier: BSD-2-Clause */
/* A step and its place: where the old program stands, and the chain's revision. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "explain/explain.h"
#include "replace/replace.h"

enum { TRIES = 4, MODES = KERNEL_OVERRIDE | KERNEL_MULTI };

/* An id that could not be had is nobody's. */
static bool is_same_cgroup(const struct cgroup *a, const struct cgroup *b)
{
	return a == b || (a->id && a->id == b->id);
}

static struct place *find_place(struct cgswap_replace *replace, const struct cgswap_chain *chain)
{
	struct place *place = replace->places;

	while (place &&
	       (place->type != chain->type || !is_same_cgroup(place->cgroup, chain->cgroup)))
		place = place->next;
	return place;
}

/* A chain in multi mode has no more entries than a place has room for. */
static void take_snapshot(struct place *place, const struct snapshot *now)
{
	place->now.count = now->count < place->now.capacity ? now->count : place->now.capacity;
	if (now->count)
		memcpy(place->now.ids, now->ids, place->now.count * sizeof(*now->ids));
	place->now.mode = now->mode;
	place->now.revision = now->revision;
}

/* The place for the chain's snapshot; one that moved meanwhile has its earlier steps look again. */
static struct place *place_for(struct cgswap_replace *replace, const struct cgswap_chain *chain)
{
	struct place *place = find_place(replace, chain);

	if (place) {
		if (place->now.revision != chain->now.revision ||
		    !snapshot_same_list(&place->now, &chain->now))
			place->looks++;
		place->foreign += place->now.revision != chain->now.revision;
		take_snapshot(place, &chain->now);
		return place;
	}
	place = calloc(1, sizeof(*place));
	if (!place || snapshot_reserve(&place->now)) {
		free(place);
		return NULL;
	}
	take_snapshot(place, &chain->now);
	place->cgroup = cgroup_ref(chain->cgroup);
	place->type = chain->type;
	place->next = replace->places;
	replace->places = place;
	return place;
}

static enum cgswap_status error_lost(const struct cgswap_step *step)
{
	const struct place *place = step->place;

	return explain_lost(place->cgroup, place->type, &place->now, step->selector,
			    step->old->info.id, ENOENT);
}

/* What a link holds it tells by itself. */
static enum cgswap_status check_step_link(const struct cgswap_replace *replace,
					  const struct cgswap_step *step)
{
	struct kernel *kernel = replace->session->kernel;
	struct change change = replace_change(replace, step);
	struct kernel_link link;

	if (kernel->ops->link_info(kernel, step->link_fd, &link))
		return CGSWAP_OK;
	if (!link.cgroup_id)
		return explain_refusal(&change, ENOLINK);
	return link.program_id == step->old->info.id ? CGSWAP_OK : explain_refusal(&change, EPERM);
}

/* Where the old program stands now. */
static enum cgswap_status find_again(const struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct snapshot *now = &step->place->now;
	enum cgswap_status status = CGSWAP_OK;

	if (step->method == STEP_LINK)
		status = check_step_link(replace, step);
	if (status)
		return status;
	step->position = snapshot_find(now, step->old->info.id);
	if (step->position == now->count) {
		step->position = 0;
		return error_lost(step);
	}
	step->position_unknown = snapshot_occurrences(now, step->old->info.id) > 1;
	step->position_found = false;
	if (step->method == STEP_OVERWRITE ? now->mode == (step->flags_old & MODES)
					   : (now->mode & KERNEL_MULTI))
		return CGSWAP_OK;
	return explain_mode(step->place->cgroup, step->place->type, now->mode,
			    step->method == STEP_OVERWRITE ? step->flags_old : KERNEL_MULTI);
}

enum cgswap_status replace_look_again(struct cgswap_replace *replace, struct cgswap_step *step,
				      bool *moved)
{
	struct place *place = step->place;
	uint64_t before = place->now.revision;
	enum cgswap_status status;
	int err;

	*moved = false;
	err = snapshot_read(&place->now, replace->session, place->cgroup->fd, place->type->number,
			    0);
	place->looks++;
	place->foreign += !err && place->now.revision != before;
	if (err)
		return explain_query(replace->session, place->cgroup, place->type, -err);
	status = find_again(replace, step);
	if (status)
		return status;
	err = replace_detect_preorder(replace, step);
	*moved = err == -ESTALE;
	return err && !*moved ? replace_error_preorder(replace, step, err) : CGSWAP_OK;
}

/* The same entry cannot go twice. */
static enum cgswap_status check_earlier(const struct cgswap_replace *replace,
					const struct cgswap_step *step)
{
	for (size_t i = 0; i < replace->length; i++) {
		const struct cgswap_step *earlier = replace->steps[i];

		if (earlier->place != step->place || earlier->old->info.id != step->old->info.id ||
		    earlier->link_id != step->link_id)
			continue;
		return error_bad_argument("%s in %s of %s is replaced by step %zu already",
					  step->selector, step->place->type->short_name,
					  step->place->cgroup->path, i);
	}
	return CGSWAP_OK;
}

/* The old program is not there; the kernel may have more to say, if both programs are known. */
static enum cgswap_status error_old_absent(const struct cgswap_step *step, const char *old,
					   const struct program *program, enum cgswap_status status)
{
	struct cgswap_chain *chain = step->chain;
	struct program *named = program ? chain_named_program(chain, old) : NULL;

	if (named)
		status = chain_error_absent(
			&(struct change){ .kind = CHANGE_REPLACE,
					  .session = chain->session,
					  .cgroup = chain->cgroup,
					  .type = chain->type,
					  .program = program,
					  .old = named,
					  .named = step->selector,
					  .flags = replace_flags(step->requested_preorder),
					  .revision = step->expected_revision },
			status);
	program_unref(named);
	return status;
}

static enum cgswap_status error_unguarded(const struct cgswap_step *step)
{
	const struct cgswap_chain *chain = step->chain;

	error_set(
		CGSWAP_CAUSE_KERNEL_LACKS_FEATURE, 0,
		"%s of %s is in %s mode, where the kernel overwrites whatever is there: %s does without "
		"revisions, which came with %s",
		chain->type->short_name, chain->cgroup->path,
		cgswap_mode_get_name(snapshot_mode(&chain->now)),
		chain->session->disable_features ? "this session" : "this kernel",
		cgswap_feature_get_kernel(CGSWAP_FEATURE_EXPECTED_REVISION));
	error_remedy("say allow_unguarded, if nobody else changes it meanwhile");
	return CGSWAP_E_UNSUPPORTED;
}

/* How it is to be done, by how the old program was attached; and whether this kernel can. */
static enum cgswap_status choose_method(const struct cgswap_replace *replace,
					struct cgswap_step *step)
{
	struct cgswap_session *session = replace->session;
	enum cgswap_status status;
	const struct snapshot *now = &step->chain->now;

	if (step->link_fd >= 0) {
		step->method = STEP_LINK;
		if (step->requested_preorder)
			return error_bad_argument(
				"link %u, which holds %s, keeps the preorder that it "
				"was made with: nothing can be said of it anew",
				step->link_id, step->selector);
		return session_check_feature(session, CGSWAP_FEATURE_LINK);
	}
	if (step->unread || (now->mode & KERNEL_MULTI)) {
		step->method = STEP_PLAIN;
		return session_check_feature(session, CGSWAP_FEATURE_REPLACE);
	}
	step->method = STEP_OVERWRITE;
	if ((replace->guarded && now->revision) || step->allow_unguarded)
		return CGSWAP_OK;
	/* not to know whether the kernel has it is not to know that it has not */
	status = session_check_feature(session, CGSWAP_FEATURE_EXPECTED_REVISION);
	if (status && status != CGSWAP_E_UNSUPPORTED)
		return status;
	return error_unguarded(step);
}

/* The step takes what was resolved. */
static void step_take_resolved(struct cgswap_step *step, struct resolved *resolved)
{
	step->old = resolved->program;
	step->link_fd = resolved->link_fd;
	step->link_id = resolved->link_id;
	step->position = resolved->position;
	step->position_unknown = resolved->position_unknown;
	step->unread = resolved->unread;
}

static void step_return_resolved(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct kernel *kernel = replace->session->kernel;

	program_unref(step->old);
	step->old = NULL;
	if (step->link_fd >= 0)
		kernel->ops->close(kernel, step->link_fd);
	step->link_fd = -1;
}

static enum cgswap_status bind_once(struct cgswap_replace *replace, struct cgswap_step *step,
				    const char *old, const struct program *program, bool *moved)
{
	struct cgswap_chain *chain = step->chain;
	enum cgswap_status status;
	struct resolved resolved;
	int err;

	*moved = false;
	step_return_resolved(replace, step);
	status = chain_resolve(&resolved, chain, old, step->expected_revision, !replace->verify);
	if (status)
		return error_old_absent(step, old, program, status);
	step_take_resolved(step, &resolved);
	status = choose_method(replace, step);
	if (status)
		return status;
	step->place = place_for(replace, chain);
	if (!step->place)
		return error_no_memory();
	step->foreign = step->place->foreign;
	step->swaps = step->place->swaps;
	status = check_earlier(replace, step);
	if (status)
		return status;
	if (step->unread)
		return replace_preorder_unread(replace, step);
	err = replace_detect_preorder(replace, step);
	*moved = err == -ESTALE;
	return err && !*moved ? replace_error_preorder(replace, step, err) : CGSWAP_OK;
}

enum cgswap_status replace_bind(struct cgswap_replace *replace, struct cgswap_step *step,
				const char *old, const struct program *program)
{
	struct cgswap_chain *chain = step->chain;
	enum cgswap_status status = CGSWAP_OK;
	bool moved = true;

	/* what could not be asked is asked again */
	replace->guarded = session_feature(replace->session, CGSWAP_FEATURE_EXPECTED_REVISION);
	for (int i = 0; i < TRIES + replace->retries && moved && !status; i++)
		status = bind_once(replace, step, old, program, &moved);
	if (status)
		return status;
	if (moved)
		return error_set(CGSWAP_CAUSE_LOST_RACE, ESTALE,
				 "%s of %s kept changing while it was looked at",
				 chain->type->short_name, chain->cgroup->path);
	/* a probe that got in and off again has moved the chain on */
	if (!step->unread && step->place->now.revision != chain->now.revision)
		return chain_read(chain);
	return CGSWAP_OK;
}
