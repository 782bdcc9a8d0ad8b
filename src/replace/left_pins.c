/* SPDX-License-Identifier: BSD-2-Clause */
#include "replace/left_pins.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "program/pin_walk.h"

enum { MOST_NAMES = 1000 };

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

static int pin_list_add(const char *path, enum kernel_kind kind, uint32_t id, void *user)
{
	struct pinned *pinned = malloc(sizeof(*pinned) + strlen(path) + 1);
	struct pin_list *list = user;

	if (!pinned)
		return -ENOMEM;
	pinned->next = NULL;
	pinned->of_map = kind == KERNEL_IS_MAP;
	pinned->id = id;
	strcpy(pinned->path, path);
	*list->end = pinned;
	list->end = &pinned->next;
	return 0;
}

enum cgswap_status pin_list_read(struct pin_list **list, struct kernel *kernel, const char *bpffs,
				 bool all)
{
	struct pin_list *read;
	int err;

	if (*list)
		return CGSWAP_OK;
	read = calloc(1, sizeof(*read));
	if (!read)
		return error_no_memory();
	read->end = &read->first;
	err = pin_walk(kernel, bpffs, all ? SIZE_MAX : MOST_NAMES, pin_list_add, read);
	if (!err) {
		*list = read;
		return CGSWAP_OK;
	}
	pin_list_free(read);
	return error_from_errno(kernel, CAPABILITY_TO_LOAD, -err,
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
