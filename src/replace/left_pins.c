/* SPDX-License-Identifier: BSD-2-Clause */
#include "replace/left_pins.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "journal/journal.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "program/pin_walk.h"

enum { MOST_PINS = 1000, ENOUGH = 1 };

struct pinned {
	struct pinned *next;
	bool of_map;
	uint32_t id;
	char path[];
};

struct pin_list {
	struct pinned *first, **end;
};

/* ---- the list -------------------------------------------------------------------------------- */

struct pin_list_reading {
	struct kernel *kernel;
	struct pin_list *list;
	size_t left; /* pins that may still be opened */
};

static int pin_list_add(struct pin_list *list, const char *path, bool of_map, uint32_t id)
{
	struct pinned *pinned = malloc(sizeof(*pinned) + strlen(path) + 1);

	if (!pinned)
		return -ENOMEM;
	pinned->next = NULL;
	pinned->of_map = of_map;
	pinned->id = id;
	strcpy(pinned->path, path);
	*list->end = pinned;
	list->end = &pinned->next;
	return 0;
}

/* Adds what is open; a link is not of interest, and an unreadable pin cannot be. */
static int pin_list_add_open(const struct pin_list_reading *reading, const char *path, int fd)
{
	struct kernel *kernel = reading->kernel;
	enum kernel_kind kind = kernel->ops->kind(kernel, fd);
	struct kernel_program program;
	struct kernel_map map;

	if (kind == KERNEL_IS_PROGRAM && !kernel->ops->program_info(kernel, fd, &program))
		return pin_list_add(reading->list, path, false, program.id);
	if (kind == KERNEL_IS_MAP && !kernel->ops->map_info(kernel, fd, &map))
		return pin_list_add(reading->list, path, true, map.id);
	return 0;
}

static int pin_list_visit(const char *path, void *user)
{
	struct pin_list_reading *reading = user;
	struct kernel *kernel = reading->kernel;
	int err, fd;

	/* those of transactions go with them, and are not for people to move */
	if (journal_has_pin(path))
		return 0;
	if (!reading->left--)
		return ENOUGH;
	fd = kernel->ops->pin_open(kernel, path);
	if (fd < 0)
		return error_is_exhaustion(fd) ? fd : 0;
	err = pin_list_add_open(reading, path, fd);
	kernel->ops->close(kernel, fd);
	return err;
}

enum cgswap_status pin_list_read(struct pin_list **list, struct kernel *kernel, const char *bpffs,
				 bool all)
{
	struct pin_list_reading reading = { .kernel = kernel, .left = all ? SIZE_MAX : MOST_PINS };
	const struct pin_walk walk = { .kernel = kernel, .pin = pin_list_visit, .user = &reading };
	int result = 0;

	if (*list)
		return CGSWAP_OK;
	reading.list = calloc(1, sizeof(*reading.list));
	if (!reading.list)
		return error_no_memory();
	reading.list->end = &reading.list->first;
	if (*bpffs)
		result = pin_walk(&walk, bpffs);
	if (result >= 0) {
		*list = reading.list;
		return CGSWAP_OK;
	}
	pin_list_free(reading.list);
	return error_from_errno(kernel, CAPABILITY_TO_LOAD, -result,
				"the pins below '%.400s'{path} cannot be read", bpffs);
}

void pin_list_free(struct pin_list *list)
{
	struct pinned *pinned;

	while (list && (pinned = list->first)) {
		list->first = pinned->next;
		free(pinned);
	}
	free(list);
}

/* ---- the pins of a step ---------------------------------------------------------------------- */

struct left_pins_search {
	const struct program *old;
	const struct dropped_maps *dropped;
	const struct program *const *news;
	size_t count;
	const char *moved;
};

static bool left_pins_is_used(const struct left_pins_search *search, uint32_t map_id)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->news[i] && program_uses_map(search->news[i], map_id))
			return true;
	return false;
}

/* True if a map of a new program takes this pin, together with the swap. */
static bool left_pins_is_taken(const struct left_pins_search *search, const struct pinned *pinned)
{
	for (size_t i = 0; i < search->count; i++) {
		const struct map_claim *claim = search->news[i] ? search->news[i]->claims : NULL;

		for (; claim; claim = claim->next)
			if (map_claim_replaced(claim) == pinned->id &&
			    strcmp(map_claim_path(claim), pinned->path) == 0)
				return true;
	}
	return false;
}

static bool left_pins_has(const struct left_pins_search *search, const struct pinned *pinned)
{
	if (!pinned->of_map)
		return pinned->id == search->old->info.id &&
		       (!search->moved || strcmp(search->moved, pinned->path) != 0);
	for (size_t i = 0; i < search->dropped->count; i++)
		if (search->dropped->maps[i].id == pinned->id)
			return !left_pins_is_used(search, pinned->id) &&
			       !left_pins_is_taken(search, pinned);
	return false;
}

enum cgswap_status left_pins_find(struct left_pins **out, const struct pin_list *list,
				  const struct program *old, const struct dropped_maps *dropped,
				  const struct program *const *news, size_t count,
				  const char *moved)
{
	const struct left_pins_search search = { old, dropped, news, count, moved };
	const struct pinned *pinned;
	size_t found = 0;

	*out = NULL;
	for (pinned = list->first; pinned; pinned = pinned->next)
		found += left_pins_has(&search, pinned);
	if (!found)
		return CGSWAP_OK;
	*out = calloc(1, sizeof(**out) + found * sizeof((*out)->pins[0]));
	if (!*out)
		return error_no_memory();
	for (pinned = list->first; pinned; pinned = pinned->next)
		if (left_pins_has(&search, pinned))
			(*out)->pins[(*out)->count++] = (struct left_pin){
				pinned->of_map ? pinned->id : 0, pinned->path
			};
	return CGSWAP_OK;
}
