/* SPDX-License-Identifier: BSD-2-Clause */
#include "play.h"

#include "kernel/attach_type.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static uint64_t revision_for(const struct state *state, const struct operation *operation)
{
	uint64_t right = 1;

	if (operation->target.kind == REF_CGROUP && operation->target.index < CGROUPS &&
	    operation->attach_type < TYPES)
		right = state->views[operation->target.index][operation->attach_type].revision;
	switch (operation->revision) {
	case REVISION_RIGHT:
		return right;
	case REVISION_STALE:
		return right - 1;
	case REVISION_FUTURE:
		return right + 1;
	default:
		return 0;
	}
}

static void count(struct tally *tally, const struct operation *operation, int result)
{
	if (!tally)
		return;
	if (result >= 0)
		tally->done[operation->kind]++;
	else if (-result < (int)(sizeof(tally->refused) / sizeof(tally->refused[0])))
		tally->refused[-result]++;
}

static bool is_real(uint32_t attach_type)
{
	return attach_type != ATTACH_LSM_CGROUP && attach_type_by_number(attach_type);
}

static bool compare_target(struct state *state, const struct fixture *fixture, struct ref target,
			  uint32_t attach_type)
{
	if (target.kind != REF_CGROUP || target.index >= CGROUPS || !is_real(attach_type))
		return true;
	return compare_chain(state, fixture, target.index, attach_type);
}

static bool play_link(struct fixture *fixture, struct state *state, const struct operation *operation,
		      int result)
{
	unsigned index = operation->link.index;
	struct ref cgroup;
	struct slot *slot;

	if (operation->link.kind != REF_LINK)
		return true;
	slot = &state->slots[index];
	if (operation->kind == OP_LINK_CREATE)
		*slot = (struct slot){
			.open = result == 0,
			.cgroup = operation->target.index,
			.attach_type = operation->attach_type,
		};
	if (!slot->open)
		return true;
	cgroup = (struct ref){ REF_CGROUP, slot->cgroup };
	return compare_link(state, fixture, index) && compare_target(state, fixture, cgroup, slot->attach_type);
}

/*
 * Another process that walks the machine's links holds each for a moment, so a closed link may stay
 * attached until that process releases it.
 */
static bool close_link(struct fixture *fixture, struct state *state, const struct operation *operation)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct slot *slot = &state->slots[operation->link.index];
	struct ref cgroup = { REF_CGROUP, slot->cgroup };

	side_do(&fixture->live, fixture, operation, 0);
	side_do(&fixture->model, fixture, operation, 0);
	if (!slot->open)
		return true;
	slot->open = false;
	for (int ms = 0; !compare_target(state, fixture, cgroup, slot->attach_type); ms++) {
		if (ms == RETRY_MS)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

static bool recreate(struct fixture *fixture, struct state *state, unsigned cgroup)
{
	fixture_recreate(fixture, cgroup);
	for (unsigned i = 0; i < LINKS; i++)
		if (state->slots[i].open && state->slots[i].cgroup == cgroup)
			state->slots[i].cgroup = GONE;
	for (unsigned i = 0; i < LINKS; i++)
		if (!compare_link(state, fixture, i))
			return false;
	return compare_all(state, fixture, fixture->attach_types, fixture->type_info_count);
}

static bool reload(struct fixture *fixture, struct state *state, unsigned index)
{
	uint32_t was = fixture->model.program_ids[index];

	fixture_reload(fixture, index);
	return compare_lifetime(state, fixture, was);
}

bool play(struct fixture *fixture, struct state *state, const struct operation *operation,
	  struct tally *tally)
{
	struct operation closing = { .kind = OP_LINK_CLOSE };
	int live, model;

	state->difference[0] = '\0';
	switch (operation->kind) {
	case OP_RECREATE:
		count(tally, operation, 0);
		return recreate(fixture, state, operation->target.index);
	case OP_RELOAD:
		count(tally, operation, 0);
		return reload(fixture, state, operation->program.index);
	case OP_LINK_CLOSE:
		count(tally, operation, 0);
		return close_link(fixture, state, operation);
	case OP_LINK_CREATE:
		closing.link = operation->link;
		if (!close_link(fixture, state, &closing))
			return false;
		break;
	case OP_QUERY:
		if (!compare_query(state, fixture, operation, &live))
			return false;
		count(tally, operation, live);
		return true;
	default:
		break;
	}
	live = side_do(&fixture->live, fixture, operation, revision_for(state, operation));
	model = side_do(&fixture->model, fixture, operation, revision_for(state, operation));
	count(tally, operation, live);
	return compare_results(state, live, model) && play_link(fixture, state, operation, live) &&
	       compare_target(state, fixture, operation->target, operation->attach_type);
}

size_t play_list(struct fixture *fixture, struct state *state, const struct list *list)
{
	fixture_reset(fixture);
	state_reset(state, fixture);
	for (size_t i = 0; i < list->count; i++) {
		if (!play(fixture, state, &list->operations[i], NULL))
			return i;
		/* an effective order further down may have changed */
		if (!compare_all(state, fixture, &list->operations[i].attach_type,
				 is_real(list->operations[i].attach_type)))
			return i;
	}
	return list->count;
}

/* ---- reducing -------------------------------------------------------------------------------- */

static struct list without(const struct list *list, size_t first, size_t count)
{
	struct list shorter = *list;

	memmove(&shorter.operations[first], &shorter.operations[first + count],
		(list->count - first - count) * sizeof(list->operations[0]));
	shorter.count -= count;
	return shorter;
}

/* Takes a shorter list if it still shows a difference, without the operations after that. */
static bool take(struct list *list, const struct list *candidate, struct fixture *fixture,
		 struct state *state)
{
	size_t at = play_list(fixture, state, candidate);

	if (at == candidate->count)
		return false;
	*list = *candidate;
	list->count = at + 1;
	return true;
}

static void cut_operations(struct list *list, struct fixture *fixture, struct state *state)
{
	for (size_t part = list->count / 2; part; part /= 2)
		for (size_t first = 0; first + part < list->count;) {
			struct list candidate = without(list, first, part);

			if (!take(list, &candidate, fixture, state))
				first += part;
		}
}

/* Simplifies one detail of an operation. Returns false if it has no such detail. */
static bool simplify(struct operation *operation, unsigned detail)
{
	switch (detail) {
	case 0:
		operation->revision = REVISION_NONE;
		return true;
	case 1:
		operation->anchor = (struct ref){ REF_NONE, 0 };
		return true;
	case 2:
		operation->replaced = (struct ref){ REF_NONE, 0 };
		return true;
	case 3:
		operation->wants_links = operation->wants_flags = false;
		return true;
	default:
		operation->flags &= ~(1U << (detail - 4));
		return detail < 36;
	}
}

static void cut_details(struct list *list, struct fixture *fixture, struct state *state)
{
	for (size_t i = 0; i < list->count; i++)
		for (unsigned detail = 0; i < list->count; detail++) {
			struct list candidate = *list;

			if (!simplify(&candidate.operations[i], detail))
				break;
			if (memcmp(&candidate.operations[i], &list->operations[i],
				   sizeof(candidate.operations[i])))
				take(list, &candidate, fixture, state);
		}
}

void shrink(struct list *list, struct fixture *fixture, struct state *state)
{
	size_t before;

	do {
		before = list->count;
		cut_operations(list, fixture, state);
		cut_details(list, fixture, state);
	} while (list->count < before);
	play_list(fixture, state, list);
}
