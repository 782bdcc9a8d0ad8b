/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variables of two BTFs are compared down to the members of structs. BTF that refers to missing
 * types, to itself or nests endlessly does no harm there, nor in declarations of maps.
 */
#include "object/map_def.h"
#include "object/btf_layout.h"
#include "../lib/tap.h"

#include <bpf/btf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

/* Adds types, the last one for the variable. Returns its id. */
typedef int (*type_fn)(struct btf *btf);

static struct btf *btf_of(type_fn add, const char *name, uint32_t offset, uint32_t size, int *section)
{
	struct btf *btf = btf__new_empty();
	int type = add(btf);
	int variable = btf__add_var(btf, name, BTF_VAR_GLOBAL_ALLOCATED, type);

	*section = btf__add_datasec(btf, ".bss", 64);
	if (variable < 0 || *section < 0 ||
	    btf__add_datasec_var_info(btf, variable, offset, size))
		bail_out("no BTF");
	return btf;
}

struct side {
	type_fn add;
	const char *name;
	uint32_t offset, size;
};

static void compare(struct side a, struct side b, const char *how, const char *name)
{
	struct btf_layout_difference difference;
	int section, old_section;
	struct btf *old = btf_of(a.add, a.name, a.offset, a.size, &old_section);
	struct btf *now = btf_of(b.add, b.name, b.offset, b.size, &section);
	bool same = btf_layout_same(old, old_section, now, section, &difference);

	is_str(same ? "same" : difference.how, how, "%s", name);
	btf__free(old);
	btf__free(now);
}

static void compare_types(type_fn a, type_fn b, bool same, const char *name)
{
	compare((struct side){ a, "x", 0, 8 }, (struct side){ b, "x", 0, 8 },
		same ? "same" : "has another type", name);
}

static int u64(struct btf *btf)
{
	return btf__add_int(btf, "unsigned long long", 8, 0);
}

static int ulong_(struct btf *btf)
{
	return btf__add_int(btf, "unsigned long", 8, 0);
}

static int s64(struct btf *btf)
{
	return btf__add_int(btf, "long long", 8, BTF_INT_SIGNED);
}

static int alias(struct btf *btf)
{
	int type = u64(btf);

	type = btf__add_typedef(btf, "__u64", type);
	return btf__add_volatile(btf, btf__add_const(btf, type));
}

static int pair_of(struct btf *btf, const char *first, const char *second, uint32_t bits)
{
	int type = btf__add_int(btf, "unsigned int", 4, 0);
	int made = btf__add_struct(btf, "pair", 8);

	btf__add_field(btf, first, type, 0, 0);
	btf__add_field(btf, second, type, 32, bits);
	return made;
}

static int pair(struct btf *btf)
{
	return pair_of(btf, "a", "b", 0);
}

static int swapped_pair(struct btf *btf)
{
	return pair_of(btf, "b", "a", 0);
}

static int bit_pair(struct btf *btf)
{
	return pair_of(btf, "a", "b", 3);
}

static int array_of(struct btf *btf, uint32_t count)
{
	int index = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);

	return btf__add_array(btf, index, pair(btf), count);
}

static int two_pairs(struct btf *btf)
{
	return array_of(btf, 2);
}

static int three_pairs(struct btf *btf)
{
	return array_of(btf, 3);
}

static int state_of(struct btf *btf, int open, bool more)
{
	int made = btf__add_enum(btf, "state", 4);

	btf__add_enum_value(btf, "NEW", 0);
	btf__add_enum_value(btf, "OPEN", open);
	if (more)
		btf__add_enum_value(btf, "CLOSED", 9);
	return made;
}

static int states(struct btf *btf)
{
	return state_of(btf, 1, false);
}

static int more_states(struct btf *btf)
{
	return state_of(btf, 1, true);
}

static int other_states(struct btf *btf)
{
	return state_of(btf, 2, false);
}

static int wide_state_of(struct btf *btf, uint64_t open)
{
	int made = btf__add_enum64(btf, "wide_state", 8, false);

	btf__add_enum64_value(btf, "NEW", 0);
	btf__add_enum64_value(btf, "OPEN", open);
	return made;
}

static int wide_states(struct btf *btf)
{
	return wide_state_of(btf, 1ULL << 40);
}

static int other_wide_states(struct btf *btf)
{
	return wide_state_of(btf, 1ULL << 41);
}

static int to_u64(struct btf *btf)
{
	return btf__add_ptr(btf, u64(btf));
}

static int to_pair(struct btf *btf)
{
	return btf__add_ptr(btf, pair(btf));
}

/* A list refers to itself through a pointer, which is valid. */
static int list(struct btf *btf)
{
	int made = btf__add_struct(btf, "list", 8);

	btf__add_field(btf, "next", made + 1, 0, 0);
	btf__add_ptr(btf, made);
	return made;
}

/* ---- hostile --------------------------------------------------------------------------------- */

static int nowhere(struct btf *btf)
{
	(void)btf;
	return 100000;
}

static int const_of_itself(struct btf *btf)
{
	return btf__add_const(btf, (int)btf__type_cnt(btf));
}

static int struct_of_itself(struct btf *btf)
{
	int made = btf__add_struct(btf, "worm", 8);

	btf__add_field(btf, "tail", made, 0, 0);
	return made;
}

/* Each level contains the one below twice: 2^30 members. */
static int tree(struct btf *btf)
{
	int made = u64(btf);

	for (int i = 0; i < 30; i++) {
		int level = btf__add_struct(btf, "level", 8);

		btf__add_field(btf, "left", made, 0, 0);
		btf__add_field(btf, "right", made, 0, 0);
		made = level;
	}
	return made;
}

static int function(struct btf *btf)
{
	return btf__add_func_proto(btf, u64(btf));
}

static void check_hostile(void)
{
	compare_types(nowhere, nowhere, false, "a missing type");
	compare_types(const_of_itself, const_of_itself, false, "a const of itself");
	compare_types(struct_of_itself, struct_of_itself, false, "a struct in itself");
	compare_types(tree, tree, false, "2^30 members");
	compare_types(function, function, false, "the type of a function");
}

/* ---- declarations ---------------------------------------------------------------------------- */

static int number(struct btf *btf, uint32_t value)
{
	int type = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);

	return btf__add_ptr(btf, btf__add_array(btf, type, type, value));
}

/* struct { __uint(type, HASH); __uint(max_entries, 16); __type(key, u32); __type(value, u64); } */
static int hash_map(struct btf *btf)
{
	int type = number(btf, BPF_MAP_TYPE_HASH), entries = number(btf, 16);
	int key = btf__add_ptr(btf, btf__add_int(btf, "unsigned int", 4, 0));
	int value = btf__add_ptr(btf, u64(btf)), made = btf__add_struct(btf, NULL, 32);

	btf__add_field(btf, "type", type, 0, 0);
	btf__add_field(btf, "max_entries", entries, 64, 0);
	btf__add_field(btf, "key", key, 128, 0);
	btf__add_field(btf, "value", value, 192, 0);
	return made;
}

/* Declares its own type as that of its inner maps. */
static int map_of_itself(struct btf *btf)
{
	int index = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int made = btf__add_struct(btf, NULL, 8);

	btf__add_field(btf, "values", made + 2, 0, 0);
	btf__add_ptr(btf, made);
	btf__add_array(btf, index, made + 1, 0);
	return made;
}

static bool declare(struct map_def *out, type_fn add, int section_type)
{
	struct btf *btf = btf__new_empty();
	int type = add(btf), variable = btf__add_var(btf, "hits", BTF_VAR_GLOBAL_ALLOCATED, type);
	struct map_defs all;
	bool good;

	if (btf__add_datasec(btf, ".maps", 64) < 0 ||
	    btf__add_datasec_var_info(btf, section_type ? section_type : variable, 0, 32))
		bail_out("no BTF");
	all = map_defs_of(btf);
	is_int((long long)map_def_count(&all), 1, "one map is declared");
	good = map_def_read(out, &all, 0);
	out->name = NULL;
	ok(!map_def_read(&(struct map_def){ 0 }, &all, 1), "a second map is not found");
	btf__free(btf);
	return good;
}

static void check_declarations(void)
{
	struct btf *empty = btf__new_empty();
	struct map_defs none = map_defs_of(empty);
	struct map_def map;

	ok(declare(&map, hash_map, 0), "a hash map");
	ok(map.spec.type == BPF_MAP_TYPE_HASH && map.spec.max_entries == 16 &&
		   map.spec.key_size == 4 && map.spec.value_size == 8 && !map.has_inner,
	   "type, entries and sizes are read");
	ok(declare(&map, map_of_itself, 0), "a map of maps like itself");
	ok(map.has_inner, "it has inner maps, and the recursion ends");
	ok(!declare(&map, nowhere, 0), "a map of a missing type");
	ok(!declare(&map, u64, 0), "a map that is a number");
	ok(!declare(&map, u64, 1), "a variable that is a number, not a map");
	ok(!declare(&map, u64, 5000), "a map section that refers to a missing type");
	is_int((long long)map_def_count(&none), 0, "BTF without declarations");
	btf__free(empty);
}

int main(void)
{
	struct side x = { u64, "x", 8, 8 };

	compare(x, x, "same", "the same variable");
	compare(x, (struct side){ u64, "y", 8, 8 }, "is gone", "another variable");
	compare(x, (struct side){ u64, "x", 16, 8 }, "has moved", "another offset");
	compare(x, (struct side){ u64, "x", 8, 4 }, "has another size", "another size");
	compare_types(u64, ulong_, true, "integers of the same width and sign");
	compare_types(u64, s64, false, "integers of different sign");
	compare_types(u64, alias, true, "typedef, const and volatile do not matter");
	compare_types(pair, pair, true, "structs of the same members");
	compare_types(pair, swapped_pair, false, "members in another order");
	compare_types(pair, bit_pair, false, "a member that became a bit field");
	compare_types(two_pairs, two_pairs, true, "equal arrays");
	compare_types(two_pairs, three_pairs, false, "a longer array");
	compare_types(states, states, true, "equal enums");
	compare_types(states, more_states, true, "an enum with one more value");
	compare_types(states, other_states, false, "an enum with another number for a value");
	compare_types(wide_states, wide_states, true, "an equal enum of 64 bits");
	compare_types(wide_states, other_wide_states, false,
		      "an enum of 64 bits with another number");
	compare_types(to_u64, to_pair, true, "the target of a pointer does not matter");
	compare_types(to_u64, u64, false, "a pointer that became a number");
	compare_types(list, list, true, "an equal list");
	check_hostile();
	check_declarations();
	return done_testing();
}
