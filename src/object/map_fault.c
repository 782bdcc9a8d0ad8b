/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Applies the rules of the map types to a declaration. They are asked only after the kernel has
 * rejected a map: a kernel may accept more.
 */
#include "object/map_fault.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <unistd.h>

#include "object/map_rule.h"

static bool map_is_ring(uint32_t type)
{
	return type == BPF_MAP_TYPE_RINGBUF || type == MAP_TYPE_USER_RINGBUF;
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
	long long least = min == MAP_SIZE_ANY ? 1 : min, most = UINT32_MAX;

	if (max != MAP_SIZE_ANY)
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

static void map_fault_no_entries(struct map_fault *out, const struct map_declared *map)
{
	bool ring = map_is_ring(map->spec.type);

	if (ring)
		FAULT_WHAT(out, "a ring buffer needs its size in bytes as max_entries");
	else
		FAULT_WHAT(out, "it has no max_entries, which its loader may set");
	if (ring)
		FAULT_REMEDY(out,
			     "declare __uint(max_entries, BYTES), a power of two and at least a "
			     "page, or use --map %.60s=new,max_entries=BYTES",
			     map->name);
	else
		FAULT_REMEDY(out,
			     "use --map %.60s=new,max_entries=N, or declare __uint(max_entries, N)",
			     map->name);
}

static bool map_fault_entries(struct map_fault *out, const struct map_rule *rule,
			      const struct map_declared *map)
{
	if (rule->entries == MAP_ENTRIES_NEEDED && !map->spec.max_entries) {
		map_fault_no_entries(out, map);
	} else if (rule->entries == MAP_ENTRIES_NONE && map->spec.max_entries) {
		FAULT_WHAT(out, "it has max_entries %u, and this type of map has no max_entries",
			   map->spec.max_entries);
		FAULT_REMEDY(out, "remove max_entries from the declaration");
	} else {
		return false;
	}
	return true;
}

/* A stack is an array of addresses, or of offsets in files. */
static bool map_fault_stack(struct map_fault *out, const struct map_spec *spec)
{
	unsigned each = spec->flags & MAP_STACK_BUILD_ID ? sizeof(struct bpf_stack_build_id)
							 : sizeof(uint64_t);

	if (spec->type != BPF_MAP_TYPE_STACK_TRACE || spec->value_size % each == 0)
		return false;
	FAULT_WHAT(out,
		   "it has a value of %u bytes, and this type of map needs a multiple of %u bytes",
		   spec->value_size, each);
	FAULT_REMEDY(out, "declare __uint(value_size, %u * DEPTH)", each);
	return true;
}

/* Flags of which a map can have one only. */
static bool map_fault_both(struct map_fault *out, uint32_t flags, uint32_t one, uint32_t other)
{
	if (!(flags & one) || !(flags & other))
		return false;
	FAULT_WHAT(out, "it has both of the flags %s and %s", map_flag_name(one),
		   map_flag_name(other));
	FAULT_REMEDY(out, "remove one of the two from map_flags");
	return true;
}

static bool map_fault_flags(struct map_fault *out, const struct map_rule *rule,
			    const struct map_spec *spec)
{
	const char *missing = map_flag_name(rule->needed & ~spec->flags);
	const char *wrong = map_flag_name(spec->flags & ~rule->flags & ~rule->needed);

	if (missing) {
		FAULT_WHAT(out, "this type of map needs the flag %s", missing);
		FAULT_REMEDY(out, "declare __uint(map_flags, %s)", missing);
		return true;
	}
	if (wrong) {
		FAULT_WHAT(out, "%s cannot have the flag %s",
			   map_is_lru(spec->type) ? "an LRU map" : "this type of map", wrong);
		FAULT_REMEDY(out, "remove %s from map_flags", wrong);
		return true;
	}
	return map_fault_both(out, spec->flags, MAP_RDONLY, MAP_WRONLY) ||
	       map_fault_both(out, spec->flags, MAP_RDONLY_PROG, MAP_WRONLY_PROG) ||
	       map_fault_both(out, spec->flags, MAP_NO_COMMON_LRU, MAP_NUMA_NODE);
}

/* The member map_extra means something to two types only. */
static bool map_fault_extra(struct map_fault *out, const struct map_declared *map)
{
	unsigned long long extra = map->extra;

	if (map->spec.type == BPF_MAP_TYPE_BLOOM_FILTER && extra > 15) {
		FAULT_WHAT(out,
			   "its map_extra is %llu, and a bloom filter has at most 15 hash "
			   "functions",
			   extra);
	} else if (map->spec.type == MAP_TYPE_ARENA && extra % (unsigned)getpagesize()) {
		FAULT_WHAT(out, "its map_extra is 0x%llx, and an arena begins with a page", extra);
	} else if (extra && map->spec.type != BPF_MAP_TYPE_BLOOM_FILTER &&
		   map->spec.type != MAP_TYPE_ARENA) {
		FAULT_WHAT(out, "its map_extra is %llu, and this type of map has no map_extra",
			   extra);
	} else {
		return false;
	}
	FAULT_REMEDY(out, "correct map_extra, or remove it from the declaration");
	return true;
}

/* The kernel rejects these as inner maps. */
static bool map_can_be_inner(uint32_t type)
{
	return type != BPF_MAP_TYPE_PROG_ARRAY && type != BPF_MAP_TYPE_CGROUP_STORAGE &&
	       type != BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE && type != BPF_MAP_TYPE_ARRAY_OF_MAPS &&
	       type != BPF_MAP_TYPE_HASH_OF_MAPS;
}

/* A map of maps is made after the pattern of an inner map, which is created first. */
static bool map_fault_inner(struct map_fault *out, const struct map_declared *map)
{
	struct map_fault inner;

	if (!map_spec_holds_maps(&map->spec))
		return false;
	if (!map->inner) {
		FAULT_WHAT(out, "it declares no inner map, which this type of map needs");
		FAULT_REMEDY(out, "declare the inner map with __array(values, struct { ... })");
		return true;
	}
	if (!map_can_be_inner(map->inner->type)) {
		FAULT_WHAT(out, "no map of maps can hold inner maps of this type");
		FAULT_REMEDY(out, "declare an inner map of another type");
		return true;
	}
	map_fault_find(&inner,
		       &(struct map_declared){ .spec = *map->inner, .typed = true, .name = "" });
	if (!*inner.what)
		return false;
	FAULT_WHAT(out, "of its inner map: %.170s", inner.what);
	FAULT_REMEDY(out, "correct the declaration of the inner map, in __array(values, ...)");
	return true;
}

/* The last rule: nothing else is wrong, and only the machine tells which nodes there are. */
static bool map_fault_node(struct map_fault *out, const struct map_declared *map)
{
	if (!(map->spec.flags & MAP_NUMA_NODE))
		return false;
	FAULT_WHAT(out, "it is to be on NUMA node %u, which this machine does not have or not use",
		   map->numa_node);
	FAULT_REMEDY(out, "declare another numa_node, or remove BPF_F_NUMA_NODE from map_flags");
	return true;
}

void map_fault_find(struct map_fault *out, const struct map_declared *map)
{
	const struct map_spec *spec = &map->spec;
	const struct map_rule *rule = map_rule_of(spec->type);

	*out = (struct map_fault){ 0 };
	if (!rule || map_fault_size(out, "key", spec->key_size, rule->key_min, rule->key_max) ||
	    map_fault_size(out, "value", spec->value_size, rule->value_min, rule->value_max) ||
	    map_fault_stack(out, spec) || map_fault_entries(out, rule, map))
		return;
	if (rule->typed && !map->typed) {
		FAULT_WHAT(out, "this type of map needs BTF of its key and value");
		FAULT_REMEDY(out, "declare __type(key, int) and __type(value, TYPE), and compile "
				  "with -g");
		return;
	}
	if (!map_fault_flags(out, rule, spec) && !map_fault_extra(out, map) &&
	    !map_fault_inner(out, map))
		map_fault_node(out, map);
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
