/* SPDX-License-Identifier: BSD-2-Clause */
#include "heir.h"

#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"

enum {
	NAME_LENGTH = KERNEL_NAME_SIZE - 1,

	/* flags of a descriptor, which the kernel does not keep with the map */
	FLAGS_OF_DESCRIPTOR = 1 << 3 | 1 << 4,
	FLAG_READ_ONLY_PROGRAM = 1 << 7,
	FLAG_MMAPABLE = 1 << 10,

	TYPE_STRUCT_OPS = 26
};

enum map_kind heir_section_kind(const char *section)
{
	static const struct {
		const char *name;
		enum map_kind kind;
	} sections[] = {
		{ ".data", MAP_GLOBALS },
		{ ".bss", MAP_GLOBALS },
		{ ".rodata", MAP_READ_ONLY },
		{ ".kconfig", MAP_READ_ONLY },
	};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		size_t length = strlen(sections[i].name);

		if (strncmp(section, sections[i].name, length) == 0 &&
		    (!section[length] || section[length] == '.'))
			return sections[i].kind;
	}
	return MAP_ORDINARY;
}

/* The flags that two maps must have in common. */
static uint32_t telling_flags(const struct map_shape *shape, enum map_kind kind)
{
	uint32_t flags = shape->flags & ~(uint32_t)FLAGS_OF_DESCRIPTOR;

	/* libbpf sets it as it sees fit: its layout is what matters */
	if (kind == MAP_GLOBALS)
		flags &= ~(uint32_t)FLAG_MMAPABLE;
	/* the kernel sets it, whether asked or not */
	if (shape->type == BPF_MAP_TYPE_DEVMAP || shape->type == BPF_MAP_TYPE_DEVMAP_HASH)
		flags &= ~(uint32_t)FLAG_READ_ONLY_PROGRAM;
	return flags;
}

/* But for the number of entries, which a loader may set as it likes. */
static bool is_alike(const struct map_shape *wanted, enum map_kind kind,
		     const struct map_shape *found)
{
	return wanted->type == found->type && wanted->key_size == found->key_size &&
	       wanted->value_size == found->value_size &&
	       telling_flags(wanted, kind) == telling_flags(found, kind);
}

bool heir_fits(const struct map_shape *wanted, enum map_kind kind, const struct map_shape *found)
{
	/* libbpf makes it as large as the machine has CPUs, when it loads it */
	bool open = wanted->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !wanted->max_entries;

	return is_alike(wanted, kind, found) &&
	       (open || wanted->max_entries == found->max_entries);
}

const char *heir_shape(char *text, const struct map_shape *shape)
{
	const char *type = libbpf_bpf_map_type_str((enum bpf_map_type)shape->type);
	int length;

	length = type ? snprintf(text, MAP_SHAPE_TEXT, "%s", type) :
			snprintf(text, MAP_SHAPE_TEXT, "type %u", shape->type);
	length += snprintf(text + length, MAP_SHAPE_TEXT - length, " %u/%u", shape->key_size,
			   shape->value_size);
	if (shape->max_entries)
		length += snprintf(text + length, MAP_SHAPE_TEXT - length, " x %u",
				   shape->max_entries);
	if (shape->flags)
		snprintf(text + length, MAP_SHAPE_TEXT - length, " flags 0x%x", shape->flags);
	return text;
}

/*
 * The contents of a program array go with the last descriptor of it, and a slot filled for the new
 * program would be seen by the old one; a struct_ops is bound to the object that registered it.
 */
bool heir_is_unshared(const struct map_shape *shape)
{
	return shape->type == BPF_MAP_TYPE_PROG_ARRAY || shape->type == TYPE_STRUCT_OPS;
}

/* Whether an old map may be meant by a map of the object, as far as the names tell. */
static bool may_be(const struct heir_map *map, const struct heir_map *old)
{
	if (map->kind != old->kind)
		return false;
	if (old->naming == MAP_NAME_WHOLE)
		return strcmp(map->name, old->name) == 0;
	/* only what fills its room was cut */
	return strlen(map->name) >= NAME_LENGTH &&
	       strncmp(map->name, old->name, NAME_LENGTH) == 0;
}

/* Whether the shapes allow it that an old map is meant. */
static bool is_like(const struct heir_map *map, const struct heir_map *old)
{
	return is_alike(&map->shape, map->kind, &old->shape);
}

/* How the names of one side go with those of the other. */
struct names {
	const struct heir_map *maps, *olds;
	size_t count, old_count;
};

/* Whether the whole names settle it: an old map that says it is this one. */
static bool is_named(const struct names *names, size_t map, size_t old)
{
	return names->olds[old].naming == MAP_NAME_WHOLE && may_be(&names->maps[map],
								   &names->olds[old]);
}

static bool map_is_settled(const struct names *names, size_t map)
{
	for (size_t i = 0; i < names->old_count; i++)
		if (is_named(names, map, i))
			return true;
	return false;
}

/* How many there are on the other side that it may be; with `shaped`, that are like it as well. */
static size_t count_olds(const struct names *names, size_t map, bool shaped)
{
	size_t count = 0;

	for (size_t i = 0; i < names->old_count; i++)
		count += may_be(&names->maps[map], &names->olds[i]) &&
			 (!shaped || is_like(&names->maps[map], &names->olds[i]));
	return count;
}

static size_t count_maps(const struct names *names, size_t old, bool shaped)
{
	size_t count = 0;

	for (size_t i = 0; i < names->count; i++)
		count += may_be(&names->maps[i], &names->olds[old]) && !map_is_settled(names, i) &&
			 (!shaped || is_like(&names->maps[i], &names->olds[old]));
	return count;
}

/* Whether of all that a cut name leaves open, this is the only pair, or the only alike. */
static bool is_only_pair(const struct names *names, size_t map, size_t old)
{
	if (names->olds[old].naming == MAP_NAME_SHARED)
		return false;
	if (count_olds(names, map, false) == 1 && count_maps(names, old, false) == 1)
		return true;
	return is_like(&names->maps[map], &names->olds[old]) &&
	       count_olds(names, map, true) == 1 && count_maps(names, old, true) == 1;
}

static struct heir_match judge(const struct heir_map *map, const struct heir_map *old, size_t index)
{
	struct heir_match match = { .verdict = HEIR_SAME, .old = index };

	if (!heir_fits(&map->shape, map->kind, &old->shape)) {
		match.verdict = HEIR_CHANGED;
	} else if (map->inner && old->inner &&
		   !heir_fits(map->inner, MAP_ORDINARY, old->inner)) {
		match.verdict = HEIR_CHANGED;
		match.inner = true;
	} else if (map->kind == MAP_GLOBALS && (!map->btf || !old->btf)) {
		match.verdict = HEIR_UNKNOWN;
	} else if (map->kind == MAP_GLOBALS &&
		   !layout_same(old->btf, old->section, map->btf, map->section,
				&match.difference)) {
		match.verdict = HEIR_CHANGED;
	}
	return match;
}

static struct heir_match match_one(const struct names *names, size_t map)
{
	const struct heir_map *self = &names->maps[map];
	struct heir_match match = { .verdict = HEIR_NONE };
	size_t named = 0;

	if (self->kind == MAP_READ_ONLY)
		return (struct heir_match){ .verdict = HEIR_READ_ONLY };
	if (heir_is_unshared(&self->shape))
		return (struct heir_match){ .verdict = HEIR_UNSHARED };
	for (size_t i = 0; i < names->old_count; i++)
		if (is_named(names, map, i)) {
			match = judge(self, &names->olds[i], i);
			named++;
		}
	if (named == 1)
		return match;
	for (size_t i = 0; i < names->old_count; i++) {
		if (!may_be(self, &names->olds[i]))
			continue;
		if (!named && is_only_pair(names, map, i))
			return judge(self, &names->olds[i], i);
		match = (struct heir_match){ .verdict = HEIR_AMBIGUOUS, .old = i };
	}
	return match;
}

void heir_match(struct heir_match *out, const struct heir_map *maps, size_t count,
		const struct heir_map *olds, size_t old_count)
{
	const struct names names = { maps, olds, count, old_count };

	for (size_t i = 0; i < count; i++)
		out[i] = match_one(&names, i);
}
