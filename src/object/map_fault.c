/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of map_create() and of the map types in the kernel, as far as a declaration can break
 * them. They are asked only after the kernel has rejected a map: a kernel may accept more.
 */
#include "object/map_fault.h"

#include <linux/bpf.h>
#include <stdio.h>

enum {
	ANY = -1,
	PER_CPU_VALUE_MAX = 32 * 1024, /* the kernel's PCPU_MIN_UNIT_SIZE */
	FLAG_NO_PREALLOC = 1 << 0,
	/* the headers of the build machine may not have them all */
	TYPE_USER_RINGBUF = 31,
	TYPE_CGRP_STORAGE = 32
};

enum map_entries { ENTRIES_ANY, ENTRIES_NEEDED, ENTRIES_NONE };

struct map_rule {
	uint32_t type;
	int key_min, key_max; /* bytes; ANY: no limit, at least one byte */
	int value_min, value_max;
	enum map_entries entries;
	bool no_preallocation; /* needs BPF_F_NO_PREALLOC */
	bool typed;            /* needs BTF of key and value */
};

/* clang-format off */
static const struct map_rule rules[] = {
	{ BPF_MAP_TYPE_HASH, ANY, ANY, ANY, ANY, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_ARRAY, 4, 4, ANY, ANY, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 4, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 4, 4, ENTRIES_ANY, false, false },
	{ BPF_MAP_TYPE_PERCPU_HASH, ANY, ANY, 1, PER_CPU_VALUE_MAX, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_PERCPU_ARRAY, 4, 4, 1, PER_CPU_VALUE_MAX, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_STACK_TRACE, 4, 4, 8, ANY, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 4, 4, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_LRU_HASH, ANY, ANY, ANY, ANY, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_LRU_PERCPU_HASH, ANY, ANY, 1, PER_CPU_VALUE_MAX, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_LPM_TRIE, 5, 260, ANY, ANY, ENTRIES_NEEDED, true, false },
	{ BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 4, 4, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_HASH_OF_MAPS, ANY, ANY, 4, 4, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_SOCKMAP, 4, 4, 4, 8, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_SOCKHASH, ANY, ANY, 4, 8, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_CGROUP_STORAGE, 8, 16, 1, 4096, ENTRIES_NONE, false, false },
	{ BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, 8, 16, 1, PER_CPU_VALUE_MAX, ENTRIES_NONE, false, false },
	{ BPF_MAP_TYPE_QUEUE, 0, 0, ANY, ANY, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_STACK, 0, 0, ANY, ANY, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_BLOOM_FILTER, 0, 0, ANY, ANY, ENTRIES_NEEDED, false, false },
	{ BPF_MAP_TYPE_SK_STORAGE, 4, 4, ANY, ANY, ENTRIES_NONE, true, true },
	{ BPF_MAP_TYPE_INODE_STORAGE, 4, 4, ANY, ANY, ENTRIES_NONE, true, true },
	{ BPF_MAP_TYPE_TASK_STORAGE, 4, 4, ANY, ANY, ENTRIES_NONE, true, true },
	{ TYPE_CGRP_STORAGE, 4, 4, ANY, ANY, ENTRIES_NONE, true, true },
	{ BPF_MAP_TYPE_RINGBUF, 0, 0, 0, 0, ENTRIES_NEEDED, false, false },
	{ TYPE_USER_RINGBUF, 0, 0, 0, 0, ENTRIES_NEEDED, false, false },
};
/* clang-format on */

static const struct map_rule *map_rule_of(uint32_t type)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].type == type)
			return &rules[i];
	return NULL;
}

static bool map_is_ring(uint32_t type)
{
	return type == BPF_MAP_TYPE_RINGBUF || type == TYPE_USER_RINGBUF;
}

static bool map_is_lru(uint32_t type)
{
	return type == BPF_MAP_TYPE_LRU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

#define FAULT_WHAT(out, ...)   snprintf((out)->what, sizeof((out)->what), __VA_ARGS__)
#define FAULT_REMEDY(out, ...) snprintf((out)->remedy, sizeof((out)->remedy), __VA_ARGS__)

/* Returns true if the size breaks the rule. */
static bool map_fault_size(struct map_fault *out, const char *what, uint32_t size, int min, int max)
{
	long long least = min == ANY ? 1 : min, most = UINT32_MAX;

	if (max != ANY)
		most = max;
	if (size >= least && size <= most)
		return false;
	if (most == 0)
		FAULT_WHAT(out, "it has a %s of %u bytes, and this type of map has none", what,
			   size);
	else if (size == 0)
		FAULT_WHAT(out, "it has no %s, which this type of map needs", what);
	else if (least == most)
		FAULT_WHAT(out, "it has a %s of %u bytes, and this type of map needs %lld bytes",
			   what, size, least);
	else if (size < least)
		FAULT_WHAT(
			out,
			"it has a %s of %u bytes, and this type of map needs at least %lld bytes",
			what, size, least);
	else
		FAULT_WHAT(out,
			   "it has a %s of %u bytes, and this type of map has at most %lld bytes",
			   what, size, most);
	if (most == 0)
		FAULT_REMEDY(out, "remove the %s from the declaration", what);
	else
		FAULT_REMEDY(out, "declare the %s with __type(%s, TYPE) or __uint(%s_size, BYTES)",
			     what, what, what);
	return true;
}

static void map_fault_no_entries(struct map_fault *out, const struct map_spec *spec,
				 const char *name)
{
	if (map_is_ring(spec->type)) {
		FAULT_WHAT(out, "a ring buffer needs its size in bytes as max_entries");
		FAULT_REMEDY(out,
			     "declare __uint(max_entries, BYTES), a power of two and at least a "
			     "page, or use --map %.60s=new,max_entries=BYTES",
			     name);
		return;
	}
	FAULT_WHAT(out, "it has no max_entries, which its loader may set");
	FAULT_REMEDY(out, "use --map %.60s=new,max_entries=N, or declare __uint(max_entries, N)",
		     name);
}

static void map_fault_flags(struct map_fault *out, const struct map_rule *rule,
			    const struct map_spec *spec)
{
	if (rule->no_preallocation && !(spec->flags & FLAG_NO_PREALLOC)) {
		FAULT_WHAT(out, "this type of map needs the flag BPF_F_NO_PREALLOC");
		FAULT_REMEDY(out, "declare __uint(map_flags, BPF_F_NO_PREALLOC)");
	} else if (map_is_lru(spec->type) && spec->flags & FLAG_NO_PREALLOC) {
		FAULT_WHAT(out, "an LRU map cannot have the flag BPF_F_NO_PREALLOC");
		FAULT_REMEDY(out, "remove BPF_F_NO_PREALLOC from map_flags");
	}
}

void map_fault_find(struct map_fault *out, const struct map_spec *spec, bool typed,
		    const char *name)
{
	const struct map_rule *rule = map_rule_of(spec->type);

	*out = (struct map_fault){ 0 };
	if (!rule)
		return;
	if (map_fault_size(out, "key", spec->key_size, rule->key_min, rule->key_max) ||
	    map_fault_size(out, "value", spec->value_size, rule->value_min, rule->value_max))
		return;
	if (rule->entries == ENTRIES_NEEDED && !spec->max_entries) {
		map_fault_no_entries(out, spec, name);
	} else if (rule->entries == ENTRIES_NONE && spec->max_entries) {
		FAULT_WHAT(out, "it has max_entries %u, and this type of map has no max_entries",
			   spec->max_entries);
		FAULT_REMEDY(out, "remove max_entries from the declaration");
	} else if (rule->typed && !typed) {
		FAULT_WHAT(out, "this type of map needs BTF of its key and value");
		FAULT_REMEDY(out, "declare __type(key, int) and __type(value, TYPE), and compile "
				  "with -g");
	} else {
		map_fault_flags(out, rule, spec);
	}
}

void map_fault_find_size(struct map_fault *out, const struct map_spec *spec)
{
	unsigned long long each = (unsigned long long)spec->key_size + spec->value_size;

	*out = (struct map_fault){ 0 };
	if (map_is_ring(spec->type))
		each = 1;
	FAULT_WHAT(out, "it is too large: %u entries of %llu bytes", spec->max_entries, each);
	FAULT_REMEDY(out,
		     "declare fewer entries, a smaller value, or BPF_F_NO_PREALLOC for a hash");
}
