/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/map_spec.h"

#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "kernel/kernel.h"

enum {
	/* flags of a descriptor, which the kernel does not store with the map */
	FLAGS_OF_DESCRIPTOR = 1 << 3 | 1 << 4,
	FLAG_LIST_PER_CPU = 1 << 1, /* BPF_F_NO_COMMON_LRU */
	FLAG_READ_ONLY_PROGRAM = 1 << 7,
	FLAG_MMAPABLE = 1 << 10,

	TYPE_STRUCT_OPS = 26
};

struct map_spec map_spec_of_object_map(const struct bpf_map *map)
{
	return (struct map_spec){ .type = bpf_map__type(map),
				  .key_size = bpf_map__key_size(map),
				  .value_size = bpf_map__value_size(map),
				  .max_entries = bpf_map__max_entries(map),
				  .flags = bpf_map__map_flags(map) };
}

struct map_spec map_spec_of_kernel_map(const struct kernel_map *info)
{
	return (struct map_spec){ .type = info->type,
				  .key_size = info->key_size,
				  .value_size = info->value_size,
				  .max_entries = info->max_entries,
				  .flags = info->flags };
}

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

/* Returns the flags that two maps must have in common. */
static uint32_t map_spec_flags(const struct map_spec *spec, enum map_kind kind)
{
	uint32_t flags = spec->flags & ~(uint32_t)FLAGS_OF_DESCRIPTOR;

	/* libbpf sets this flag if it can mmap the variables; their layout is compared instead */
	if (kind == MAP_GLOBALS)
		flags &= ~(uint32_t)FLAG_MMAPABLE;
	/* the kernel always sets this flag */
	if (spec->type == BPF_MAP_TYPE_DEVMAP || spec->type == BPF_MAP_TYPE_DEVMAP_HASH)
		flags &= ~(uint32_t)FLAG_READ_ONLY_PROGRAM;
	return flags;
}

bool map_spec_depends_on_cpus(const struct map_spec *spec)
{
	return (spec->type == BPF_MAP_TYPE_LRU_HASH ||
		spec->type == BPF_MAP_TYPE_LRU_PERCPU_HASH) &&
	       spec->flags & FLAG_LIST_PER_CPU;
}

/*
 * Returns max_entries of the created map: the kernel gives the list of each CPU the same number.
 * The kernel computes in 32 bits, and so does this function.
 */
static uint32_t map_spec_max_entries(const struct map_spec *spec, uint32_t cpus)
{
	uint32_t wanted = spec->max_entries, rounded;

	if (!cpus || !map_spec_depends_on_cpus(spec))
		return wanted;
	rounded = (wanted + cpus - 1) / cpus * cpus;
	return rounded < wanted ? wanted / cpus * cpus : rounded;
}

/* The loader of an object sets a number that the source leaves open. */
static bool map_spec_fits(uint32_t wanted, uint32_t found)
{
	return !wanted || wanted == found;
}

bool map_spec_compatible(const struct map_spec *wanted, enum map_kind kind,
			 const struct map_spec *found, uint32_t cpus)
{
	return wanted->type == found->type && map_spec_fits(wanted->key_size, found->key_size) &&
	       map_spec_fits(wanted->value_size, found->value_size) &&
	       map_spec_flags(wanted, kind) == map_spec_flags(found, kind) &&
	       map_spec_fits(map_spec_max_entries(wanted, cpus), map_spec_max_entries(found, cpus));
}

const char *map_spec_text(char *text, const struct map_spec *spec)
{
	const char *type = libbpf_bpf_map_type_str((enum bpf_map_type)spec->type);
	int length;

	length = type ? snprintf(text, MAP_SPEC_TEXT_SIZE, "%s", type)
		      : snprintf(text, MAP_SPEC_TEXT_SIZE, "type %u", spec->type);
	length += snprintf(text + length, MAP_SPEC_TEXT_SIZE - length, " (key %uB, value %uB",
			   spec->key_size, spec->value_size);
	if (spec->max_entries)
		length += snprintf(text + length, MAP_SPEC_TEXT_SIZE - length, ", max_entries %u",
				   spec->max_entries);
	if (spec->flags)
		length += snprintf(text + length, MAP_SPEC_TEXT_SIZE - length, ", flags 0x%x",
				   spec->flags);
	snprintf(text + length, MAP_SPEC_TEXT_SIZE - length, ")");
	return text;
}

/* A struct_ops is bound to the object that registered it. */
bool map_spec_is_unshared(const struct map_spec *spec)
{
	return spec->type == TYPE_STRUCT_OPS;
}

bool map_spec_holds_programs(const struct map_spec *spec)
{
	return spec->type == BPF_MAP_TYPE_PROG_ARRAY;
}

bool map_spec_holds_maps(const struct map_spec *spec)
{
	return spec->type == BPF_MAP_TYPE_ARRAY_OF_MAPS || spec->type == BPF_MAP_TYPE_HASH_OF_MAPS;
}
