/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/map_match.h"

#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "kernel/kernel.h"

enum {
	NAME_LENGTH = KERNEL_NAME_SIZE - 1,

	/* flags of a descriptor, which the kernel does not keep with the map */
	FLAGS_OF_DESCRIPTOR = 1 << 3 | 1 << 4,
	FLAG_LIST_PER_CPU = 1 << 1, /* BPF_F_NO_COMMON_LRU */
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

bool heir_depends_on_cpus(const struct map_shape *shape)
{
	return (shape->type == BPF_MAP_TYPE_LRU_HASH ||
		shape->type == BPF_MAP_TYPE_LRU_PERCPU_HASH) &&
	       shape->flags & FLAG_LIST_PER_CPU;
}

/*
 * As many as there are once the map is made: the kernel gives the list of each CPU the same number.
 * In its own arithmetic, of 32 bits.
 */
static uint32_t entries_made(const struct map_shape *shape, uint32_t cpus)
{
	uint32_t wanted = shape->max_entries, more;

	if (!cpus || !heir_depends_on_cpus(shape))
		return wanted;
	more = (wanted + cpus - 1) / cpus * cpus;
	return more < wanted ? wanted / cpus * cpus : more;
}

bool heir_fits(const struct map_shape *wanted, enum map_kind kind, const struct map_shape *found,
	       uint32_t cpus)
{
	/* libbpf makes it as large as the machine has CPUs, when it loads it */
	bool open = wanted->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !wanted->max_entries;

	return wanted->type == found->type && wanted->key_size == found->key_size &&
	       wanted->value_size == found->value_size &&
	       telling_flags(wanted, kind) == telling_flags(found, kind) &&
	       (open || entries_made(wanted, cpus) == entries_made(found, cpus));
}

const char *heir_shape(char *text, const struct map_shape *shape)
{
	const char *type = libbpf_bpf_map_type_str((enum bpf_map_type)shape->type);
	int length;

	length = type ? snprintf(text, MAP_SHAPE_TEXT, "%s", type)
		      : snprintf(text, MAP_SHAPE_TEXT, "type %u", shape->type);
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
	return strlen(map->name) >= NAME_LENGTH && strncmp(map->name, old->name, NAME_LENGTH) == 0;
}

/* Of the old map, both who made it and who used it last may have variables that others do not. */
static bool has_same_variables(const struct heir_map *map, const struct heir_map *old,
			       struct layout_difference *difference)
{
	return layout_same(old->btf, old->section, map->btf, map->section, difference) &&
	       (!old->user_btf ||
		layout_same(old->user_btf, old->user_section, map->btf, map->section, difference));
}

static struct heir_match judge(const struct heir_map *map, const struct heir_map *old, size_t index,
			       uint32_t cpus)
{
	struct heir_match match = { .verdict = HEIR_SAME, .old = index };

	if (!heir_fits(&map->shape, map->kind, &old->shape, cpus)) {
		match.verdict = HEIR_CHANGED;
		/* one variable more is told better than so many bytes */
		if (map->kind == MAP_GLOBALS && map->btf && old->btf)
			has_same_variables(map, old, &match.difference);
	} else if (map->inner && old->inner &&
		   !heir_fits(map->inner, MAP_ORDINARY, old->inner, cpus)) {
		match.verdict = HEIR_CHANGED;
		match.inner = true;
	} else if (map->kind == MAP_GLOBALS && (!map->btf || !old->btf)) {
		match.verdict = HEIR_UNKNOWN;
	} else if (map->kind == MAP_GLOBALS && !has_same_variables(map, old, &match.difference)) {
		match.verdict = HEIR_CHANGED;
	}
	return match;
}

static struct heir_match match_one(const struct heir_map *map, const struct heir_map *olds,
				   size_t old_count, uint32_t cpus)
{
	struct heir_match match = { .verdict = HEIR_NONE };
	size_t named = 0, last = 0, count = 0;

	if (map->kind == MAP_READ_ONLY)
		return (struct heir_match){ .verdict = HEIR_READ_ONLY };
	if (heir_is_unshared(&map->shape))
		return (struct heir_match){ .verdict = HEIR_UNSHARED };
	for (size_t i = 0; i < old_count; i++) {
		if (!may_be(map, &olds[i]))
			continue;
		last = i;
		count++;
		if (olds[i].naming == MAP_NAME_WHOLE) {
			match = judge(map, &olds[i], i, cpus);
			named++;
		}
	}
	if (named == 1 || !count)
		return match;
	/* what begins alike may be another map, even where nothing else does and it would fit */
	return (struct heir_match){ .verdict = HEIR_AMBIGUOUS, .old = last };
}

void heir_match(struct heir_match *out, const struct heir_map *maps, size_t count,
		const struct heir_map *olds, size_t old_count, uint32_t cpus)
{
	for (size_t i = 0; i < count; i++)
		out[i] = match_one(&maps[i], olds, old_count, cpus);
}
