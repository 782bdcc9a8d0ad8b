/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constants are read safely from hostile BTF: types that refer to missing types or to themselves,
 * members outside of their struct, structs that nest without end, variables outside of their section. No
 * damage of a byte leads to a read or write outside of it.
 */
#include "object/constant.h"
#include "object/btf_check.h"
#include "load/constant_pair.h"
#include "../lib/tap.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 16 };

/* A section with one variable, in memory of exactly this size. */
struct section {
	struct btf *btf;
	unsigned char *bytes;
	struct constants constants;
};

static struct section section_new(int (*add_type)(struct btf *), uint32_t offset, uint32_t size)
{
	struct section section = { .btf = btf__new_empty(), .bytes = malloc(SIZE) };
	int variable = btf__add_var(section.btf, "x", BTF_VAR_GLOBAL_ALLOCATED, add_type(section.btf));
	int datasec = btf__add_datasec(section.btf, ".rodata", SIZE);

	if (variable < 0 || datasec < 0 || btf__add_datasec_var_info(section.btf, variable, offset, size))
		bail_out("no section");
	for (int i = 0; i < SIZE; i++)
		section.bytes[i] = (unsigned char)(0xf0 + i);
	if (constants_add(&section.constants, section.btf, (uint32_t)datasec, section.bytes, SIZE, 7))
		bail_out("no memory");
	return section;
}

static void section_free(struct section *section)
{
	constants_free(&section->constants);
	btf__free(section->btf);
	free(section->bytes);
}

/* The names and values of all constants, in one line. */
static void reads_as(int (*add_type)(struct btf *), uint32_t offset, uint32_t size, const char *wanted,
		     const char *name)
{
	struct section section = section_new(add_type, offset, size);
	char all[512] = "";

	for (size_t i = 0; i < section.constants.count; i++) {
		char *value = constant_text(&section.constants.items[i]);

		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s=%s", i ? " " : "",
			 section.constants.items[i].name, value);
		free(value);
	}
	is_str(all, wanted, "%s", name);
	section_free(&section);
}

static int number(struct btf *btf)
{
	return btf__add_int(btf, "unsigned int", 4, 0);
}

static int plain(struct btf *btf)
{
	return btf__add_const(btf, number(btf));
}

static int volatile_const(struct btf *btf)
{
	return btf__add_volatile(btf, plain(btf));
}

static int const_volatile(struct btf *btf)
{
	return btf__add_const(btf, btf__add_volatile(btf, number(btf)));
}

static int below_typedefs(struct btf *btf)
{
	return btf__add_typedef(btf, "a", btf__add_typedef(btf, "b", const_volatile(btf)));
}

static int on_elements(struct btf *btf)
{
	return btf__add_array(btf, number(btf), const_volatile(btf), 2);
}

static int below_elements(struct btf *btf)
{
	return btf__add_array(btf, number(btf), btf__add_typedef(btf, "a", on_elements(btf)), 2);
}

/* The target of a pointer is not the constant. */
static int pointer(struct btf *btf)
{
	return btf__add_ptr(btf, const_volatile(btf));
}

static int volatile_pointer(struct btf *btf)
{
	return btf__add_volatile(btf, pointer(btf));
}

static int nowhere(struct btf *btf)
{
	return btf__add_volatile(btf, 1000);
}

static int itself(struct btf *btf)
{
	return btf__add_volatile(btf, 1);
}

static int const_itself(struct btf *btf)
{
	return btf__add_const(btf, 1);
}

static int array_of_itself(struct btf *btf)
{
	return btf__add_array(btf, 1, 1, 4);
}

static int members(struct btf *btf)
{
	int four = number(btf), one = btf__add_int(btf, "unsigned char", 1, 0), inner, id;

	inner = btf__add_union(btf, "", 4);
	btf__add_field(btf, "whole", four, 0, 0);
	btf__add_field(btf, "first", one, 0, 0);
	id = btf__add_struct(btf, "outer", 16);
	btf__add_field(btf, "low", four, 0, 3);
	btf__add_field(btf, "high", four, 3, 9);
	btf__add_field(btf, "", inner, 32, 0);
	btf__add_field(btf, "deep", inner, 64, 0);
	return btf__add_volatile(btf, id);
}

/* A struct whose member is at this bit, of a type and, for a bit-field, of a number of bits. */
static int member_at(struct btf *btf, int type, uint32_t bit, uint8_t bits)
{
	int id = btf__add_struct(btf, "s", 16);
	struct btf_type *changed;

	btf__add_field(btf, "m", type, 0, bits);
	changed = (struct btf_type *)btf__type_by_id(btf, id);
	btf_members(changed)->offset = btf_kflag(changed) ? (uint32_t)bits << 24 | bit : bit;
	return btf__add_volatile(btf, id);
}

static int past_the_end(struct btf *btf)
{
	return member_at(btf, number(btf), 97, 0);
}

static int odd_bit(struct btf *btf)
{
	return member_at(btf, number(btf), 3, 0);
}

static int bits_past_the_end(struct btf *btf)
{
	return member_at(btf, number(btf), 126, 5);
}

static int many_bits(struct btf *btf)
{
	return member_at(btf, number(btf), 0, 65);
}

static int bits_of_nothing(struct btf *btf)
{
	return member_at(btf, 0, 0, 4);
}

static int member_nowhere(struct btf *btf)
{
	return member_at(btf, 1000, 0, 0);
}

static int holds_itself(struct btf *btf)
{
	return member_at(btf, 1, 0, 0);
}

static int holds_variable(struct btf *btf)
{
	return member_at(btf, 3, 0, 0);
}

/* 40 members of 40 members ... each, 10 levels deep. */
static int wide(struct btf *btf)
{
	int id = number(btf);

	for (int level = 0; level < 10; level++) {
		int inner = id;

		id = btf__add_struct(btf, "s", 16);
		for (int i = 0; i < 40; i++)
			btf__add_field(btf, "m", inner, 0, 0);
	}
	return btf__add_volatile(btf, id);
}

/* A name that is longer than those that are shown. */
static int long_member(struct btf *btf)
{
	char name[2000];
	int id = number(btf);

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (int level = 0; level < 3; level++) {
		int inner = id;

		id = btf__add_struct(btf, "s", 16);
		btf__add_field(btf, name, inner, 0, 0);
	}
	return btf__add_volatile(btf, id);
}

static void types(void)
{
	static const char whole[] = "x=f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

	reads_as(number, 0, 4, "", "a variable without qualifiers");
	reads_as(plain, 0, 4, "", "a const one");
	reads_as(const_volatile, 0, 4, "x=4092785136", "const volatile");
	reads_as(volatile_const, 0, 4, "x=4092785136", "volatile const");
	reads_as(below_typedefs, 0, 4, "x=4092785136", "below typedefs");
	reads_as(on_elements, 0, 8, "x=f0f1f2f3f4f5f6f7", "on the elements of an array");
	reads_as(below_elements, 0, 16, whole, "on the elements of its elements, below a typedef");
	reads_as(pointer, 0, 8, "", "on the target of a pointer");
	reads_as(volatile_pointer, 0, 8, "x=f0f1f2f3f4f5f6f7", "on a pointer");
	reads_as(const_volatile, 12, 4, "x=4294901244", "at the end of the section");
	reads_as(const_volatile, 13, 4, "", "one byte past the end");
	reads_as(const_volatile, 0xfffffffe, 4, "", "far outside of the section");
	reads_as(const_volatile, 8, 0xfffffffc, "", "a size that overflows");
	reads_as(const_volatile, 0, 0, "", "a size of 0");
	reads_as(const_volatile, 0, 2, "x=f0f1", "a size smaller than its type");
	reads_as(nowhere, 0, 4, "x=f0f1f2f3", "a missing type");
	reads_as(itself, 0, 4, "x=f0f1f2f3", "a volatile type that refers to itself");
	reads_as(const_itself, 0, 4, "", "a const type that refers to itself");
	reads_as(array_of_itself, 0, 4, "", "an array of itself");
	reads_as(members, 0, 16,
		 "x.low=0 x.high=62 x.whole=4160157172 x.first=244 x.deep.whole=4227529208 x.deep.first=248",
		 "members, bit-fields and unions");
	reads_as(members, 0, 15, "x=f0f1f2f3f4f5f6f7f8f9fafbfcfdfe", "a struct larger than its variable");
	reads_as(past_the_end, 0, 16, whole, "a member past the end of its struct");
	reads_as(odd_bit, 0, 16, whole, "a member within a byte");
	reads_as(bits_past_the_end, 0, 16, whole, "a bit-field past the end of its struct");
	reads_as(many_bits, 0, 16, whole, "a bit-field of 65 bits");
	reads_as(bits_of_nothing, 0, 16, whole, "a bit-field of no type");
	reads_as(member_nowhere, 0, 16, whole, "a member of a missing type");
	reads_as(holds_itself, 0, 16, whole, "a struct that holds itself");
	reads_as(holds_variable, 0, 16, "x.m=f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", "a struct that holds a variable");
	reads_as(wide, 0, 16, whole, "a struct of 40 to the power of 10 members");
	reads_as(long_member, 0, 16, whole, "members with long names");
}

/* Setting a bit-field to each value changes no other bit. */
static void bit_fields(void)
{
	struct section section = section_new(members, 0, 16);
	const struct constant *low = &section.constants.items[0], *high = &section.constants.items[1];
	char expected[CONSTANT_EXPECTED_SIZE], value[16];
	int bad = 0;

	for (unsigned i = 0; i < 512; i++) {
		snprintf(value, sizeof(value), "%u", i);
		bad += !constant_parse(high, section.bytes, value, false, expected) ||
		       constant_get_bits(high) != i || constant_get_bits(low) != 0 || section.bytes[1] >> 4 != 0xf ||
		       section.bytes[2] != 0xf2;
	}
	is_int(bad, 0, "a bit-field has all its values, and no other bit changes");
	ok(!constant_parse(high, section.bytes, "512", false, expected) && constant_get_bits(high) == 511,
	   "a value out of range changes nothing: %s", expected);
	ok(!constant_parse(high, section.bytes, "hex:01", false, expected), "it takes no bytes");
	section_free(&section);
}

/* Two BTFs of the same types in another order. */
static int members_later(struct btf *btf)
{
	btf__add_float(btf, "double", 8);
	return members(btf);
}

static void same_types(void)
{
	struct section one = section_new(members, 0, 16), other = section_new(members_later, 0, 16),
		       array = section_new(on_elements, 0, 8), single = section_new(const_volatile, 0, 4);
	int same = 0;

	for (size_t i = 0; i < one.constants.count; i++)
		same += constant_same_type(&one.constants.items[i], &other.constants.items[i]) &&
			constant_same_value(&one.constants.items[i], &other.constants.items[i]);
	is_int(same, 6, "all members are the same in another BTF");
	ok(!constant_same_type(&one.constants.items[0], &one.constants.items[1]), "other bits are another type");
	ok(!constant_same_type(&array.constants.items[0], &single.constants.items[0]), "so is another size");
	other.bytes[0] ^= 1;
	ok(!constant_same_value(&one.constants.items[0], &other.constants.items[0]) &&
		   constant_same_value(&one.constants.items[1], &other.constants.items[1]),
	   "a bit belongs to one bit-field");
	section_free(&one);
	section_free(&other);
	section_free(&array);
	section_free(&single);
}

static void use_all(const struct constants *constants, unsigned char *bytes, const struct constants *others)
{
	static const char *const values[] = { "1", "-1", "true", "text", "hex:00", "hex:00000000", "" };
	struct constant_pair *pairs = calloc(constants->count + 1, sizeof(*pairs));
	struct constant_pair *back = calloc(others->count + 1, sizeof(*back));
	char expected[CONSTANT_EXPECTED_SIZE];

	if (!pairs || !back || constant_pair_all(pairs, constants, back, others))
		bail_out("no memory");
	for (size_t i = 0; i < constants->count; i++) {
		const struct constant *one = &constants->items[i];

		free(constant_text(one));
		constant_is_zero(one);
		if (pairs[i].other && constant_same_type(one, pairs[i].other) &&
		    !constant_same_value(one, pairs[i].other))
			constant_copy(one, bytes, pairs[i].other);
		for (size_t j = 0; j < sizeof(values) / sizeof(*values); j++)
			constant_parse(one, bytes, values[j], j % 2, expected);
	}
	free(pairs);
	free(back);
}

/* Changes each byte of the BTF of a section in many ways. What passes the check can be read. */
static void damage(void)
{
	static const unsigned char masks[] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x40, 0x80, 0xff };
	struct section section = section_new(members, 0, 16);
	unsigned read = 0, refused = 0;
	const unsigned char *raw;
	uint32_t size;

	raw = btf__raw_data(section.btf, &size);
	for (size_t i = 0; i < size * sizeof(masks); i++) {
		unsigned char *damaged = malloc(size), *bytes = malloc(SIZE);
		struct constants constants = { 0 };
		struct btf *btf = NULL;
		char fault[128];

		memcpy(damaged, raw, size);
		memcpy(bytes, section.bytes, SIZE);
		damaged[i / sizeof(masks)] ^= masks[i % sizeof(masks)];
		if (!btf_check(damaged, size, fault, sizeof(fault)))
			btf = btf__new(damaged, size);
		if (btf && btf__type_cnt(btf) > 1) {
			for (uint32_t id = 1; id < btf__type_cnt(btf); id++)
				constants_add(&constants, btf, id, bytes, SIZE, 0);
			use_all(&constants, bytes, &section.constants);
			read++;
		} else {
			refused++;
		}
		constants_free(&constants);
		btf__free(btf);
		free(damaged);
		free(bytes);
	}
	ok(read > 100 && refused > 100, "%u damaged ones were read, and %u refused", read, refused);
	section_free(&section);
}

static void pairs(void)
{
	struct constant named[] = { { .name = (char *)"a.b.c" }, { .name = (char *)"same" }, { .name = (char *)"d" },
				    { .name = (char *)"same" } };
	struct constant others[] = { { .name = (char *)"same" }, { .name = (char *)"a.b" }, { .name = (char *)"d.e" },
				     { .name = (char *)"same" },  { .name = (char *)"f" } };
	struct constants ones = { .count = 4, .items = named }, twos = { .count = 5, .items = others };
	struct constant_pair pair[4], back[5];

	is_int(constant_pair_all(pair, &ones, back, &twos), 0, "constants are paired");
	ok(pair[1].other == &others[0] && pair[3].other == &others[3] && back[3].other == &named[3],
	   "those of one name in their order");
	ok(!pair[0].other && pair[0].divided && back[1].divided, "a member and a variable of the name of its struct");
	ok(!pair[2].other && pair[2].divided && back[2].divided, "and the other way round");
	ok(!back[4].other && !back[4].divided, "one of another name");
}

/* Constants of one name with these values, one of each character. */
static struct section alike(const char *values)
{
	struct section section = { .btf = btf__new_empty(), .bytes = malloc(SIZE) };
	int type = volatile_const(section.btf), variables[SIZE], datasec;
	uint32_t count = (uint32_t)strlen(values), size = (uint32_t)btf__resolve_size(section.btf, (uint32_t)type);

	for (uint32_t i = 0; i < count; i++)
		variables[i] = btf__add_var(section.btf, "deny", BTF_VAR_STATIC, type);
	datasec = btf__add_datasec(section.btf, ".rodata", SIZE);
	memset(section.bytes, 0, SIZE);
	for (uint32_t i = 0; i < count; i++) {
		section.bytes[i * size] = (unsigned char)values[i];
		if (btf__add_datasec_var_info(section.btf, variables[i], i * size, size))
			bail_out("no section");
	}
	if (constants_add(&section.constants, section.btf, (uint32_t)datasec, section.bytes, SIZE, 0))
		bail_out("no memory");
	return section;
}

static void ambiguous(const char *ours, const char *theirs, bool wanted)
{
	struct section a = alike(ours), b = alike(theirs);
	struct constant_pair new[SIZE], old[SIZE];
	bool as_wanted = true;

	if (constant_pair_all(new, &a.constants, old, &b.constants))
		bail_out("no memory");
	for (size_t i = 0; i < a.constants.count; i++)
		as_wanted &= new[i].other && new[i].ambiguous == wanted;
	for (size_t i = 0; i < b.constants.count; i++)
		as_wanted &= old[i].other && old[i].ambiguous == wanted;
	ok(as_wanted, "new %s and old %s are %s", ours, theirs, wanted ? "ambiguous" : "paired");
	section_free(&a);
	section_free(&b);
}

/* Those of one name are not paired by their order, which the linker may change. */
static void names_alike(void)
{
	struct constant_pair pairs[SIZE];
	struct section old = alike("01"), was = alike("00"), other = alike("000");

	ambiguous("0", "1", false);
	ambiguous("00", "01", true);
	ambiguous("01", "01", true);
	ambiguous("0", "01", true);
	ambiguous("00", "1", true);
	ambiguous("11", "1", false);
	ambiguous("01", "11", false);
	ambiguous("0", "11", false);
	if (constant_pair_origin(pairs, &old.constants, &was.constants))
		bail_out("no memory");
	ok(pairs[0].other == &was.constants.items[0] && pairs[1].other == &was.constants.items[1],
	   "those of the file that the program came from are in its order");
	if (constant_pair_origin(pairs, &old.constants, &other.constants))
		bail_out("no memory");
	ok(!pairs[0].other && !pairs[1].other, "another number is another file");
	section_free(&old);
	section_free(&was);
	section_free(&other);
}

int main(void)
{
	types();
	bit_fields();
	same_types();
	damage();
	pairs();
	names_alike();
	return done_testing();
}
