/* SPDX-License-Identifier: BSD-2-Clause */
#include "play.h"

#include "kernel/attach_type.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static uint64_t revision_for(const struct book *book, const struct operation *operation)
{
	uint64_t right = 1;

	if (operation->target.kind == REF_CGROUP && operation->target.index < CGROUPS &&
	    operation->hook < TYPES)
		right = book->views[operation->target.index][operation->hook].revision;
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

static bool is_real(uint32_t hook)
{
	return hook != ATTACH_LSM_CGROUP && attach_type_by_number(hook);
}

static bool compare_place(struct book *book, const struct fixture *fixture, struct ref target,
			  uint32_t hook)
{
	if (target.kind != REF_CGROUP || target.index >= CGROUPS || !is_real(hook))
		return true;
	return compare_chain(book, fixture, target.index, hook);
}

static bool play_link(struct fixture *fixture, struct book *book, const struct operation *operation,
		      int result)
{
	unsigned index = operation->link.index;
	struct ref cgroup;
	struct slot *slot;

	if (operation->link.kind != REF_LINK)
		return true;
	slot = &book->slots[index];
	if (operation->kind == OP_LINK_CREATE)
		*slot = (struct slot){
			.open = result == 0,
			.cgroup = operation->target.index,
			.hook = operation->hook,
		};
	if (!slot->open)
		return true;
	cgroup = (struct ref){ REF_CGROUP, slot->cgroup };
	return compare_link(book, fixture, index) && compare_place(book, fixture, cgroup, slot->hook);
}

/*
 * Whoever walks the links of the machine holds each for a moment; closed meanwhile, it goes when
 * he lets go of it.
 */
static bool close_link(struct fixture *fixture, struct book *book, const struct operation *operation)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct slot *slot = &book->slots[operation->link.index];
	struct ref cgroup = { REF_CGROUP, slot->cgroup };

	side_do(&fixture->live, fixture, operation, 0);
	side_do(&fixture->model, fixture, operation, 0);
	if (!slot->open)
		return true;
	slot->open = false;
	for (int ms = 0; !compare_place(book, fixture, cgroup, slot->hook); ms++) {
		if (ms == LATE_MS)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

static bool recreate(struct fixture *fixture, struct book *book, unsigned cgroup)
{
	fixture_recreate(fixture, cgroup);
	for (unsigned i = 0; i < LINKS; i++)
		if (book->slots[i].open && book->slots[i].cgroup == cgroup)
			book->slots[i].cgroup = GONE;
	for (unsigned i = 0; i < LINKS; i++)
		if (!compare_link(book, fixture, i))
			return false;
	return compare_all(book, fixture, fixture->hooks, fixture->type_info_count);
}

static bool reload(struct fixture *fixture, struct book *book, unsigned place)
{
	uint32_t was = fixture->model.program_ids[place];

	fixture_reload(fixture, place);
	return compare_lifetime(book, fixture, was);
}

bool play(struct fixture *fixture, struct book *book, const struct operation *operation,
	  struct tally *tally)
{
	struct operation closing = { .kind = OP_LINK_CLOSE };
	int live, model;

	book->why[0] = '\0';
	switch (operation->kind) {
	case OP_RECREATE:
		count(tally, operation, 0);
		return recreate(fixture, book, operation->target.index);
	case OP_RELOAD:
		count(tally, operation, 0);
		return reload(fixture, book, operation->program.index);
	case OP_LINK_CLOSE:
		count(tally, operation, 0);
		return close_link(fixture, book, operation);
	case OP_LINK_CREATE:
		closing.link = operation->link;
		if (!close_link(fixture, book, &closing))
			return false;
		break;
	case OP_QUERY:
		if (!compare_query(book, fixture, operation, &live))
			return false;
		count(tally, operation, live);
		return true;
	default:
		break;
	}
	live = side_do(&fixture->live, fixture, operation, revision_for(book, operation));
	model = side_do(&fixture->model, fixture, operation, revision_for(book, operation));
	count(tally, operation, live);
	return compare_results(book, live, model) && play_link(fixture, book, operation, live) &&
	       compare_place(book, fixture, operation->target, operation->hook);
}

size_t play_list(struct fixture *fixture, struct book *book, const struct list *list)
{
	fixture_reset(fixture);
	book_reset(book, fixture);
	for (size_t i = 0; i < list->count; i++) {
		if (!play(fixture, book, &list->operations[i], NULL))
			return i;
		/* an effective order may have changed further down */
		if (!compare_all(book, fixture, &list->operations[i].hook,
				 is_real(list->operations[i].hook)))
			return i;
	}
	return list->count;
}

/* ---- cutting down ---------------------------------------------------------------------------- */

static struct list without(const struct list *list, size_t first, size_t count)
{
	struct list shorter = *list;

	memmove(&shorter.operations[first], &shorter.operations[first + count],
		(list->count - first - count) * sizeof(list->operations[0]));
	shorter.count -= count;
	return shorter;
}

/* Takes the candidate when it fails too; what comes behind the difference is not needed. */
static bool take(struct list *list, const struct list *candidate, struct fixture *fixture,
		 struct book *book)
{
	size_t at = play_list(fixture, book, candidate);

	if (at == candidate->count)
		return false;
	*list = *candidate;
	list->count = at + 1;
	return true;
}

static void cut_operations(struct list *list, struct fixture *fixture, struct book *book)
{
	for (size_t part = list->count / 2; part; part /= 2)
		for (size_t first = 0; first + part < list->count;) {
			struct list candidate = without(list, first, part);

			if (!take(list, &candidate, fixture, book))
				first += part;
		}
}

/* The ways in which an operation can be made plainer; false: no such way. */
static bool make_plainer(struct operation *operation, unsigned way)
{
	switch (way) {
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
		operation->flags &= ~(1U << (way - 4));
		return way < 36;
	}
}

static void cut_details(struct list *list, struct fixture *fixture, struct book *book)
{
	for (size_t i = 0; i < list->count; i++)
		for (unsigned way = 0; i < list->count; way++) {
			struct list candidate = *list;

			if (!make_plainer(&candidate.operations[i], way))
				break;
			if (memcmp(&candidate.operations[i], &list->operations[i],
				   sizeof(candidate.operations[i])))
				take(list, &candidate, fixture, book);
		}
}

void shrink(struct list *list, struct fixture *fixture, struct book *book)
{
	size_t before;

	do {
		before = list->count;
		cut_operations(list, fixture, book);
		cut_details(list, fixture, book);
	} while (list->count < before);
	play_list(fixture, book, list);
}
