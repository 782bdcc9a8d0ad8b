/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps that lose contents when their last descriptor and pin go, however many programs use them:
 * the slots of a program array, the programs of a sockmap, and timers and work queues in values.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "journal/journal.h"
#include "kernel/kernel_btf.h"

enum { MAPS_NESTING_MAX = 16, MAPS_SLOT_TEXT = 24 };

static bool type_has_timer(const struct btf *btf, uint32_t id, int nesting)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	const char *name;

	while (type && (btf_is_mod(type) || btf_is_typedef(type)) && nesting-- > 0)
		type = btf__type_by_id(btf, type->type);
	if (!type || nesting <= 0)
		return false;
	if (btf_is_array(type))
		return type_has_timer(btf, btf_array(type)->type, nesting - 1);
	if (!btf_is_struct(type))
		return false;
	name = btf__name_by_offset(btf, type->name_off);
	if (name && (strcmp(name, "bpf_timer") == 0 || strcmp(name, "bpf_wq") == 0))
		return true;
	for (unsigned i = 0; i < btf_vlen(type); i++)
		if (type_has_timer(btf, btf_members(type)[i].type, nesting - 1))
			return true;
	return false;
}

bool journal_map_is_volatile(struct kernel *kernel, const struct kernel_map *map)
{
	struct btf *btf;
	bool has_timer;

	switch (map->type) {
	case BPF_MAP_TYPE_PROG_ARRAY:
	case BPF_MAP_TYPE_SOCKMAP:
	case BPF_MAP_TYPE_SOCKHASH:
		return true;
	default:
		break;
	}
	if (!map->btf_id || !map->btf_value_type_id ||
	    kernel_btf_read(&btf, kernel, map->btf_id))
		return false;
	has_timer = type_has_timer(btf, map->btf_value_type_id, MAPS_NESTING_MAX);
	btf__free(btf);
	return has_timer;
}

/* ---- slots ----------------------------------------------------------------------------------- */

/* Appends a range of slots. */
static int slots_add(char **text, size_t *length, size_t *capacity, uint32_t from, uint32_t to)
{
	char *bigger;

	if (*capacity - *length < 2 * MAPS_SLOT_TEXT) {
		bigger = realloc(*text, *capacity * 2);
		if (!bigger)
			return -ENOMEM;
		*text = bigger;
		*capacity *= 2;
	}
	*length += (size_t)sprintf(*text + *length, *length ? ",%u" : "%u", from);
	if (to > from)
		*length += (size_t)sprintf(*text + *length, "-%u", to);
	return 0;
}

int journal_map_slots(char **out, struct kernel *kernel, const struct map_fd *map)
{
	size_t length = 0, capacity = 4 * MAPS_SLOT_TEXT;
	uint32_t from = UINT32_MAX, value, slot = 0;
	int err = 0;

	*out = calloc(1, capacity);
	if (!*out)
		return -ENOMEM;
	if (map->info.type != BPF_MAP_TYPE_PROG_ARRAY)
		return 0;
	for (; slot <= map->info.max_entries && !err; slot++) {
		if (slot < map->info.max_entries)
			err = kernel->ops->map_lookup(kernel, map->fd, &slot, &value);
		else
			err = -ENOENT;
		if (!err && from == UINT32_MAX)
			from = slot;
		if (err == -ENOENT && from != UINT32_MAX) {
			err = slots_add(out, &length, &capacity, from, slot - 1);
			from = UINT32_MAX;
		} else if (err == -ENOENT) {
			err = 0;
		}
	}
	if (!err)
		return 0;
	free(*out);
	*out = NULL;
	return err;
}

/* Takes the next range of a list; false at its end, and for text that is not a list. */
static bool slots_next(const char **slots, uint64_t *from, uint64_t *to)
{
	char range[2 * MAPS_SLOT_TEXT], *dash;
	size_t length = strcspn(*slots, ",");

	if (!length || length >= sizeof(range))
		return false;
	memcpy(range, *slots, length);
	range[length] = '\0';
	*slots += length + ((*slots)[length] == ',');
	dash = strchr(range, '-');
	if (dash)
		*dash = '\0';
	if (!number_parse(range, UINT32_MAX, from))
		return false;
	*to = *from;
	return !dash || (number_parse(dash + 1, UINT32_MAX, to) && *to >= *from);
}

int64_t journal_slots_missing(const char *slots, const char *in)
{
	uint64_t from, to, there_from = 0, there_to = 0;
	bool there = slots_next(&in, &there_from, &there_to);

	while (slots_next(&slots, &from, &to)) {
		while (from <= to) {
			while (there && there_to < from)
				there = slots_next(&in, &there_from, &there_to);
			if (!there || there_from > from)
				return (int64_t)from;
			from = there_to + 1;
		}
	}
	return -1;
}
