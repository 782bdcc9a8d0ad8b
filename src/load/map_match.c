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

enum map_kind map_section_kind(const char *section)
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
static uint32_t significant_flags(const struct map_spec *shape, enum map_kind kind)
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

bool map_spec_depends_on_cpus(const struct map_spec *shape)
{
	return (shape->type == BPF_MAP_TYPE_LRU_HASH ||
		shape->type == BPF_MAP_TYPE_LRU_PERCPU_HASH) &&
	       shape->flags & FLAG_LIST_PER_CPU;
}

/*
 * As many as there are once the map is made: the kernel gives the list of each CPU the same number.
 * In its own arithmetic, of 32 bits.
 */
static uint32_t effective_max_entries(const struct map_spec *shape, uint32_t cpus)
{
	uint32_t wanted = shape->max_entries, more;

	if (!cpus || !map_spec_depends_on_cpus(shape))
		return wanted;
	more = (wanted + cpus - 1) / cpus * cpus;
	return more < wanted ? wanted / cpus * cpus : more;
}

bool map_spec_compatible(const struct map_spec *wanted, enum map_kind kind,
			 const struct map_spec *found, uint32_t cpus)
{
	/* libbpf makes it as large as the machine has CPUs, when it load_cache it */
	bool open = wanted->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !wanted->max_entries;

	return wanted->type == found->type && wanted->key_size == found->key_size &&
	       wanted->value_size == found->value_size &&
	       significant_flags(wanted, kind) == significant_flags(found, kind) &&
	       (open || effective_max_entries(wanted, cpus) == effective_max_entries(found, cpus));
}

const char *map_spec_text(char *text, const struct map_spec *shape)
{
	const char *type = libbpf_bpf_map_type_str((enum bpf_map_type)shape->type);
	int length;

	length = type ? snprintf(text, MAP_SPEC_TEXT_SIZE, "%s", type)
		      : snprintf(text, MAP_SPEC_TEXT_SIZE, "type %u", shape->type);
	length += snprintf(text + length, MAP_SPEC_TEXT_SIZE - length, " %u/%u", shape->key_size,
			   shape->value_size);
	if (shape->max_entries)
		length += snprintf(text + length, MAP_SPEC_TEXT_SIZE - length, " x %u",
				   shape->max_entries);
	if (shape->flags)
		snprintf(text + length, MAP_SPEC_TEXT_SIZE - length, " flags 0x%x", shape->flags);
	return text;
}

/*
 * The contents of a program array go with the last descriptor of it, and a slot filled for the new
 * program would be seen by the old one; a struct_ops is bound to the object that registered it.
 */
bool map_spec_is_unshared(const struct map_spec *shape)
{
	return shape->type == BPF_MAP_TYPE_PROG_ARRAY || shape->type == TYPE_STRUCT_OPS;
}

/* Whether an old map may be meant by a map of the object, as far as the names tell. */
static bool may_match(const struct map_view *map, const struct map_view *old)
{
	if (map->kind != old->kind)
		return false;
	if (old->naming == MAP_NAME_WHOLE)
		return strcmp(map->name, old->name) == 0;
	/* only what fills its room was cut */
	return strlen(map->name) >= NAME_LENGTH && strncmp(map->name, old->name, NAME_LENGTH) == 0;
}

/* Of the old map, both who made it and who used it last may have variables that others do not. */
static bool has_same_variables(const struct map_view *map, const struct map_view *old,
			       struct btf_layout_difference *difference)
{
	return btf_layout_same(old->btf, old->section, map->btf, map->section, difference) &&
	       (!old->user_btf || btf_layout_same(old->user_btf, old->user_section, map->btf,
						  map->section, difference));
}

static struct map_match match_verdict(const struct map_view *map, const struct map_view *old,
				      size_t index, uint32_t cpus)
{
	struct map_match match = { .verdict = MAP_SAME, .old = index };

	if (!map_spec_compatible(&map->shape, map->kind, &old->shape, cpus)) {
		match.verdict = MAP_INCOMPATIBLE;
		/* one variable more is told better than so many bytes */
		if (map->kind == MAP_GLOBALS && map->btf && old->btf)
			has_same_variables(map, old, &match.difference);
	} else if (map->inner && old->inner &&
		   !map_spec_compatible(map->inner, MAP_ORDINARY, old->inner, cpus)) {
		match.verdict = MAP_INCOMPATIBLE;
		match.inner = true;
	} else if (map->kind == MAP_GLOBALS && (!map->btf || !old->btf)) {
		match.verdict = MAP_UNKNOWN;
	} else if (map->kind == MAP_GLOBALS && !has_same_variables(map, old, &match.difference)) {
		match.verdict = MAP_INCOMPATIBLE;
	}
	return match;
}

static struct map_match match_map(const struct map_view *map, const struct map_view *olds,
				  size_t old_count, uint32_t cpus)
{
	struct map_match match = { .verdict = MAP_NO_MATCH };
	size_t named = 0, last = 0, count = 0;

	if (map->kind == MAP_READ_ONLY)
		return (struct map_match){ .verdict = MAP_IS_READ_ONLY };
	if (map_spec_is_unshared(&map->shape))
		return (struct map_match){ .verdict = MAP_UNSHARED };
	for (size_t i = 0; i < old_count; i++) {
		if (!may_match(map, &olds[i]))
			continue;
		last = i;
		count++;
		if (olds[i].naming == MAP_NAME_WHOLE) {
			match = match_verdict(map, &olds[i], i, cpus);
			named++;
		}
	}
	if (named == 1 || !count)
		return match;
	/* what begins alike may be another map, even where nothing else does and it would fit */
	return (struct map_match){ .verdict = MAP_AMBIGUOUS, .old = last };
}

void map_match(struct map_match *out, const struct map_view *maps, size_t count,
	       const struct map_view *olds, size_t old_count, uint32_t cpus)
{
	for (size_t i = 0; i < count; i++)
		out[i] = match_map(&maps[i], olds, old_count, cpus);
}
