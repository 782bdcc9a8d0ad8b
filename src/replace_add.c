/* SPDX-License-Identifier: BSD-2-Clause */
/* Adding a step: whatever is costly happens here, so that a commit need not do it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "explain.h"
#include "options.h"
#include "replace.h"

static const char ADD[] = "replace";

enum { TRIES = 4 };

static struct place *find_place(struct cgswap_replace *replace, const struct cgswap_chain *chain)
{
	struct place *place = replace->places;

	while (place && (place->type != chain->type || place->cgroup->id != chain->cgroup->id))
		place = place->next;
	return place;
}

static int take_snapshot(struct place *place, const struct snapshot *now)
{
	if (now->count > place->now.room && now->count > KERNEL_CHAIN_MAX)
		return -E2BIG;
	memcpy(place->now.ids, now->ids, now->count * sizeof(*now->ids));
	place->now.count = now->count;
	place->now.mode = now->mode;
	place->now.revision = now->revision;
	return 0;
}

/* The place for the chain's snapshot; one that moved meanwhile has its earlier steps look again. */
static struct place *place_for(struct cgswap_replace *replace, const struct cgswap_chain *chain)
{
	struct place *place = find_place(replace, chain);

	if (place) {
		if (place->now.revision != chain->now.revision || !chain->now.revision)
			place->looks++;
		return take_snapshot(place, &chain->now) ? NULL : place;
	}
	place = calloc(1, sizeof(*place));
	if (!place || snapshot_reserve(&place->now) || take_snapshot(place, &chain->now)) {
		if (place)
			snapshot_free(&place->now);
		free(place);
		return NULL;
	}
	place->cgroup = cgroup_ref(chain->cgroup);
	place->type = chain->type;
	place->next = replace->places;
	replace->places = place;
	return place;
}

static enum cgswap_status refuse_unknown_preorder(const struct cgswap_step *step)
{
	return error_set(CGSWAP_CAUSE_PREORDER_WOULD_CHANGE, 0, ADD,
			 "whether %s in %s of %s is preorder cannot be found out here, and a replace "
			 "would take it away",
			 step->named, step->place->type->short_name, step->place->cgroup->path);
}

/*
 * Settles the preorder of the program that is to go. -ESTALE: look again. A chain that refuses the
 * witness as it will refuse the replace leaves it unsettled: the commit looks again, or is told why.
 */
static int settle(struct cgswap_replace *replace, struct cgswap_step *step, int fd)
{
	enum cgswap_preorder answer;
	int err;

	step->look = step->place->looks;
	step->settled = true;
	if (step->preorder_given)
		return 0;
	err = preorder_settle(&answer, replace->session, &replace->witnesses,
			      step->place->cgroup, step->place->type, &step->place->now, step->position, fd);
	if (err == -E2BIG || err == -EPERM) {
		step->settled = false;
		return 0;
	}
	if (err)
		return err;
	if (answer == CGSWAP_PREORDER_DEFAULT)
		return -ENODATA;
	step->flags &= ~(uint32_t)KERNEL_PREORDER;
	if (answer == CGSWAP_PREORDER_YES)
		step->flags |= KERNEL_PREORDER;
	return 0;
}

/* What settle() could not do, but for a chain that moved. */
static enum cgswap_status refuse_settle(const struct cgswap_step *step, int err)
{
	const struct place *place = step->place;

	switch (err) {
	case -ENODATA:
		return refuse_unknown_preorder(step);
	case -ENOENT:
		return explain_held(place->cgroup, place->type, step->named, 0, ADD);
	case -ENOMEM:
		return error_no_memory(ADD);
	default:
		return error_set(CGSWAP_CAUSE_UNEXPLAINED, -err, ADD,
				 "whether %s in %s of %s is preorder cannot be asked: %s",
				 step->named, place->type->short_name, place->cgroup->path,
				 cgswap_errno_get_name(-err));
	}
}

enum cgswap_status replace_look_again(struct cgswap_replace *replace, struct cgswap_step *step,
				      enum replace_direction direction)
{
	const struct program *from = direction == REPLACE_FORWARD ? step->old : step->new;
	struct place *place = step->place;
	int err;

	for (int i = 0; i < TRIES; i++) {
		err = snapshot_read(&place->now, replace->session, place->cgroup->fd,
				    place->type->number, 0);
		place->looks++;
		if (err)
			return explain_query(replace->session, place->cgroup, place->type, -err,
					     ADD);
		step->position = snapshot_find(&place->now, from->info.id);
		if (step->position == place->now.count) {
			step->position = 0;
			return explain_lost(place->cgroup, place->type, &place->now, step->named,
					    from->info.id, ENOENT, ADD);
		}
		err = settle(replace, step, from->fd);
		if (err != -ESTALE)
			return err ? refuse_settle(step, err) : CGSWAP_OK;
	}
	return error_set(CGSWAP_CAUSE_LOST_RACE, ESTALE, ADD,
			 "%s of %s kept changing; looked at it %d times", place->type->short_name,
			 place->cgroup->path, TRIES);
}

static enum cgswap_status make_room(struct cgswap_replace *replace)
{
	size_t room = replace->room ? replace->room * 2 : 4;
	struct cgswap_step **steps;

	if (replace->length < replace->room)
		return CGSWAP_OK;
	steps = realloc(replace->steps, room * sizeof(*steps));
	if (!steps)
		return error_no_memory(ADD);
	replace->steps = steps;
	replace->room = room;
	return CGSWAP_OK;
}

static enum cgswap_status check_options(const struct cgswap_replace *replace,
					const struct cgswap_chain *chain,
					const struct cgswap_step_opts *opts)
{
	enum cgswap_status status;

	if ((unsigned)opts->preorder > CGSWAP_PREORDER_YES)
		return error_bad_argument(ADD, "opts.preorder is %d; wanted CGSWAP_PREORDER_...",
					  (int)opts->preorder);
	if (opts->reserved)
		return error_bad_argument(ADD, "opts.reserved is %u; wanted 0", opts->reserved);
	for (size_t i = 0; i < replace->length; i++)
		if (replace->steps[i]->state == CGSWAP_STEP_DONE)
			return error_bad_argument(ADD, "the replace is committed; roll it back, or "
						       "make a new one");
	if (replace->session != chain->session)
		return error_bad_argument(ADD, "replace and chain belong to different sessions");
	status = chain_require_changeable(chain, ADD);
	if (!status)
		status = chain_require(chain->session, CGSWAP_FEATURE_REPLACE, ADD);
	if (!status && opts->expected_revision)
		status = chain_require(chain->session, CGSWAP_FEATURE_EXPECTED_REVISION, ADD);
	if (!status && opts->preorder == CGSWAP_PREORDER_YES)
		status = chain_require(chain->session, CGSWAP_FEATURE_PREORDER, ADD);
	return status;
}

/* Binds the old program: until its preorder was settled for the very chain that was read. */
static enum cgswap_status bind(struct cgswap_replace *replace, struct cgswap_step *step,
			       const char *old)
{
	struct cgswap_chain *chain = step->chain;
	enum cgswap_status status;
	int err = -ESTALE;

	for (int i = 0; i < TRIES && err == -ESTALE; i++) {
		program_unref(step->old);
		step->old = NULL;
		status = chain_bind(&step->old, chain, old, step->expected_revision, &step->position,
				    ADD);
		if (status)
			return status;
		if (!(chain->now.mode & KERNEL_MULTI))
			return explain_mode(chain->cgroup, chain->type, chain->now.mode,
					    KERNEL_MULTI, ADD);
		step->place = place_for(replace, chain);
		if (!step->place)
			return error_no_memory(ADD);
		err = settle(replace, step, step->old->fd);
	}
	if (err == -ESTALE)
		return error_set(CGSWAP_CAUSE_LOST_RACE, ESTALE, ADD,
				 "%s of %s kept changing; looked at it %d times",
				 chain->type->short_name, chain->cgroup->path, TRIES);
	if (err)
		return refuse_settle(step, err);
	/* a witness that got in and off again has moved the chain on */
	if (step->place->now.revision != chain->now.revision)
		return chain_read(chain, ADD);
	return CGSWAP_OK;
}

static void forget_step(struct cgswap_step *step)
{
	program_unref(step->old);
	free(step->named);
	free(step);
}

/* A step that knows what is to go, and not yet what is to come. */
static enum cgswap_status plan(struct cgswap_step **out, struct cgswap_replace *replace,
			       struct cgswap_chain *chain, const char *old,
			       const struct cgswap_step_opts *given)
{
	struct cgswap_step_opts opts;
	enum cgswap_status status;
	struct cgswap_step *step;

	status = options_take(&opts, sizeof(opts), sizeof(opts), given, ADD);
	if (!status)
		status = check_options(replace, chain, &opts);
	if (!status)
		status = make_room(replace);
	if (status)
		return status;
	step = calloc(1, sizeof(*step));
	if (!step)
		return error_no_memory(ADD);
	step->named = strdup(old ? old : "");
	step->flags = KERNEL_MULTI | KERNEL_REPLACE;
	step->preorder_given = opts.preorder != CGSWAP_PREORDER_DEFAULT;
	if (opts.preorder == CGSWAP_PREORDER_YES)
		step->flags |= KERNEL_PREORDER;
	step->expected_revision = opts.expected_revision;
	step->state = CGSWAP_STEP_PLANNED;
	step->chain = chain;
	status = step->named ? bind(replace, step, old) : error_no_memory(ADD);
	if (status) {
		forget_step(step);
		return status;
	}
	*out = step;
	return CGSWAP_OK;
}

static void keep(struct cgswap_replace *replace, struct cgswap_step *step, struct program *program)
{
	program_learn_maps(program);
	step->new = program_ref(program);
	cgswap_chain_ref(step->chain);
	replace->steps[replace->length++] = step;
}

/* A witness that only a refused step needed goes with it. */
static void drop_witness(struct cgswap_replace *replace, const struct cgswap_chain *chain, bool had)
{
	if (!had)
		witnesses_drop(&replace->witnesses, replace->session->kernel, chain->type);
}

static enum cgswap_status enter(cgswap_replace *replace, cgswap_chain *chain)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, ADD);

	if (status)
		return status;
	status = handle_join(chain ? &chain->handle : NULL, ADD);
	return status ? handle_leave(&replace->handle, status) : CGSWAP_OK;
}

static enum cgswap_status leave(cgswap_replace *replace, cgswap_chain *chain,
				enum cgswap_status status)
{
	handle_leave(&chain->handle, status);
	return handle_leave(&replace->handle, status);
}

enum cgswap_status cgswap_replace_add(cgswap_replace *replace, cgswap_chain *chain, const char *old,
				      cgswap_program *program, const struct cgswap_step_opts *opts)
{
	enum cgswap_status status = enter(replace, chain);
	struct cgswap_step *step;
	bool had_witness;

	if (status)
		return status;
	status = handle_join(program ? &program->handle : NULL, ADD);
	if (status)
		return leave(replace, chain, status);
	had_witness = witnesses_has(&replace->witnesses, chain->type);
	status = plan(&step, replace, chain, old, opts);
	if (status)
		drop_witness(replace, chain, had_witness);
	else
		keep(replace, step, program->program);
	handle_leave(&program->handle, status);
	return leave(replace, chain, status);
}

enum cgswap_status cgswap_replace_add_source(cgswap_replace *replace, cgswap_chain *chain,
					     const char *old, const char *source,
					     const struct cgswap_step_opts *opts)
{
	enum cgswap_status status = enter(replace, chain);
	struct program *program;
	struct cgswap_step *step;
	bool had_witness;

	if (status)
		return status;
	had_witness = witnesses_has(&replace->witnesses, chain->type);
	status = plan(&step, replace, chain, old, opts);
	if (status)
		goto refused;
	/* loading is dear, so it comes when it is known to be of use */
	status = program_from_source(&program, replace->session, source, chain->type, ADD);
	if (status) {
		forget_step(step);
		goto refused;
	}
	keep(replace, step, program);
	program_unref(program);
	return leave(replace, chain, CGSWAP_OK);

refused:
	drop_witness(replace, chain, had_witness);
	return leave(replace, chain, status);
}
