/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/constant.h"

#include <bpf/btf.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "object/btf_layout.h"
#include "object/btf_util.h"

/* Limits for hostile BTF, which may nest endlessly. */
enum { DEEPEST = 16, DEEPEST_TYPE = 32, MOST_MEMBERS = 8192 };

static const char SECTION[] = ".rodata", METADATA[] = "bpf_metadata_";

/* One variable while its members are added. */
struct constant_walk {
	struct constants *constants;
	struct constant variable; /* the base of all its members */
	char name[CONSTANT_NAME_SIZE];
	bool whole;    /* it cannot be divided into its members */
	int no_memory; /* -ENOMEM */
};

bool constants_are_in(const char *section)
{
	size_t length = sizeof(SECTION) - 1;

	return strncmp(section, SECTION, length) == 0 &&
	       (!section[length] || section[length] == '.');
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The qualifier may be below typedefs and on the elements of arrays. */
static bool constant_is_volatile(const struct btf *btf, uint32_t id)
{
	for (int depth = 0; depth < DEEPEST_TYPE; depth++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (!type)
			return false;
		if (btf_is_volatile(type))
			return true;
		if (btf_is_array(type))
			id = btf_array(type)->type;
		else if (btf_is_mod(type) || btf_is_typedef(type) || btf_is_type_tag(type))
			id = type->type;
		else
			return false;
	}
	return false;
}

static int constants_append(struct constants *constants, const struct constant *constant,
			    const char *name)
{
	char *copy;

	if (constants->count == constants->capacity) {
		size_t capacity = constants->capacity ? 2 * constants->capacity : 16;
		struct constant *items = realloc(constants->items, capacity * sizeof(*items));

		if (!items)
			return -ENOMEM;
		constants->items = items;
		constants->capacity = capacity;
	}
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	constants->items[constants->count] = *constant;
	constants->items[constants->count++].name = copy;
	return 0;
}

static void constants_cut(struct constants *constants, size_t count)
{
	while (constants->count > count)
		free(constants->items[--constants->count].name);
}

static void constant_walk_append(struct constant_walk *walk, const struct constant *constant)
{
	if (constants_append(walk->constants, constant, walk->name))
		walk->no_memory = -ENOMEM;
}

/* Appends a part of the name. A name that does not fit is not divided. */
static bool constant_walk_enter(struct constant_walk *walk, size_t length, const char *member)
{
	size_t added = strlen(member);

	if (!added) /* an anonymous struct or union */
		return true;
	if (length + 1 + added >= sizeof(walk->name))
		return false;
	walk->name[length] = '.';
	memcpy(walk->name + length + 1, member, added + 1);
	return true;
}

/* A bit-field of a struct whose first byte is at offset. */
static bool constant_walk_bits(struct constant_walk *walk, uint32_t type, uint32_t offset,
			       uint32_t bit, uint32_t bits)
{
	struct constant constant = walk->variable;
	const struct btf_type *bare = btf_skip_modifiers(constant.btf, type);

	if (!bare || !(btf_is_int(bare) || btf_is_any_enum(bare)) || bits > 64)
		return false;
	constant.type = type;
	constant.offset = offset + bit / 8;
	constant.first_bit = bit % 8;
	constant.bits = (uint8_t)bits;
	constant.size = (constant.first_bit + bits + 7) / 8;
	constant_walk_append(walk, &constant);
	return true;
}

static bool constant_walk_struct(struct constant_walk *walk, const struct btf_type *type,
				 uint32_t offset, int depth);

/* A member that has bytes of its own. */
static bool constant_walk_bytes(struct constant_walk *walk, uint32_t id, uint32_t offset,
				uint32_t left, int depth)
{
	const struct btf_type *type = btf_skip_modifiers(walk->variable.btf, id);
	struct constant constant = walk->variable;
	int64_t size = btf__resolve_size(constant.btf, id);

	if (!type || size < 0 || size > left)
		return false;
	if (btf_is_composite(type))
		return constant_walk_struct(walk, type, offset, depth + 1);
	/* an older form of bit-field */
	if (btf_is_int(type) && (btf_int_offset(type) || btf_int_bits(type) != 8 * type->size))
		return false;
	constant.type = id;
	constant.offset = offset;
	constant.size = (uint32_t)size;
	if (size)
		constant_walk_append(walk, &constant);
	return true;
}

static bool constant_walk_member(struct constant_walk *walk, const struct btf_type *type,
				 uint32_t index, uint32_t offset, int depth)
{
	const struct btf_member *member = &btf_members(type)[index];
	uint32_t bit = btf_member_bit_offset(type, index);
	uint32_t bits = btf_member_bitfield_size(type, index);
	size_t length = strlen(walk->name);
	bool done;

	if (walk->constants->members >= MOST_MEMBERS ||
	    !constant_walk_enter(walk, length, btf_name(walk->variable.btf, member->name_off)))
		return false;
	walk->constants->members++;
	if ((uint64_t)bit + bits > 8 * (uint64_t)type->size)
		return false;
	if (bits)
		done = constant_walk_bits(walk, member->type, offset, bit, bits);
	else
		done = bit % 8 == 0 && constant_walk_bytes(walk, member->type, offset + bit / 8,
							   type->size - bit / 8, depth);
	walk->name[length] = '\0';
	return done;
}

/* Returns false if the struct cannot be divided. The caller knows that it is within the section. */
static bool constant_walk_struct(struct constant_walk *walk, const struct btf_type *type,
				 uint32_t offset, int depth)
{
	if (depth > DEEPEST)
		return false;
	for (uint32_t i = 0; i < btf_vlen(type); i++)
		if (!constant_walk_member(walk, type, i, offset, depth) || walk->no_memory)
			return false;
	return true;
}

static int constants_add_variable(struct constants *constants, const struct constant *variable,
				  const char *name)
{
	const struct btf_type *type = btf_skip_modifiers(variable->btf, variable->type);
	struct constant_walk walk = { .constants = constants, .variable = *variable };
	size_t before = constants->count;

	strncpy(walk.name, name, sizeof(walk.name) - 1);
	/* a variable that is longer than its struct ends in a flexible array */
	if (type && btf_is_composite(type) && type->size == variable->size) {
		if (constant_walk_struct(&walk, type, variable->offset, 0) || walk.no_memory)
			return walk.no_memory;
		constants_cut(constants, before);
		memset(walk.name, 0, sizeof(walk.name));
		strncpy(walk.name, name, sizeof(walk.name) - 1);
	}
	return constants_append(constants, variable, walk.name);
}

int constants_add(struct constants *constants, const struct btf *btf, uint32_t datasec,
		  const void *bytes, size_t size, size_t map)
{
	const struct btf_type *section = btf__type_by_id(btf, datasec);
	const struct btf_var_secinfo *info;
	int err = 0;

	if (!section || !btf_is_datasec(section) ||
	    !constants_are_in(btf_name(btf, section->name_off)))
		return 0;
	info = btf_var_secinfos(section);
	for (uint32_t i = 0; i < btf_vlen(section) && !err; i++, info++) {
		const struct btf_type *variable = btf__type_by_id(btf, info->type);
		const char *name;

		if (!variable || !btf_is_var(variable) || !info->size || info->offset > size ||
		    info->size > size - info->offset || !constant_is_volatile(btf, variable->type))
			continue;
		name = btf_name(btf, variable->name_off);
		if (strncmp(name, METADATA, sizeof(METADATA) - 1) == 0)
			continue;
		err = constants_add_variable(constants,
					     &(struct constant){ .btf = btf,
								 .type = variable->type,
								 .section = bytes,
								 .map = map,
								 .offset = info->offset,
								 .size = info->size },
					     name);
	}
	return err;
}

void constants_free(struct constants *constants)
{
	constants_cut(constants, 0);
	free(constants->items);
	*constants = (struct constants){ 0 };
}

/* ---- comparing and copying ------------------------------------------------------------------- */

/* The number of a bit of the section, from the first bit that a bit-field may have. */
static unsigned constant_bit_mask(unsigned bit)
{
#if __BYTE_ORDER == __LITTLE_ENDIAN
	return 1U << bit % 8;
#else
	return 0x80U >> bit % 8;
#endif
}

/* Returns the position in the value of the bit-field's bit with this index in memory. */
static unsigned constant_bit_rank(const struct constant *constant, unsigned index)
{
#if __BYTE_ORDER == __LITTLE_ENDIAN
	(void)constant;
	return index;
#else
	return constant->bits - 1 - index;
#endif
}

uint64_t constant_get_bits(const struct constant *constant)
{
	const unsigned char *bytes = constant->section + constant->offset;
	uint64_t value = 0;

	for (unsigned i = 0; i < constant->bits; i++) {
		unsigned bit = constant->first_bit + i;

		if (bytes[bit / 8] & constant_bit_mask(bit))
			value |= UINT64_C(1) << constant_bit_rank(constant, i);
	}
	return value;
}

void constant_set_bits(const struct constant *constant, unsigned char *section, uint64_t value)
{
	unsigned char *bytes = section + constant->offset;

	for (unsigned i = 0; i < constant->bits; i++) {
		unsigned bit = constant->first_bit + i, mask = constant_bit_mask(bit);

		if (value >> constant_bit_rank(constant, i) & 1)
			bytes[bit / 8] |= (unsigned char)mask;
		else
			bytes[bit / 8] &= (unsigned char)~mask;
	}
}

bool constant_same_type(const struct constant *a, const struct constant *b)
{
	return a->size == b->size && a->bits == b->bits &&
	       btf_layout_same_types(a->btf, a->type, b->btf, b->type);
}

bool constant_same_value(const struct constant *a, const struct constant *b)
{
	if (a->bits)
		return constant_get_bits(a) == constant_get_bits(b);
	return !a->size || memcmp(a->section + a->offset, b->section + b->offset, a->size) == 0;
}

bool constant_same(const struct constant *a, const struct constant *b)
{
	return constant_same_type(a, b) && constant_same_value(a, b);
}

bool constant_is_zero(const struct constant *constant)
{
	if (constant->bits)
		return !constant_get_bits(constant);
	for (uint32_t i = 0; i < constant->size; i++)
		if (constant->section[constant->offset + i])
			return false;
	return true;
}

void constant_copy(const struct constant *to, unsigned char *section, const struct constant *from)
{
	if (to->bits)
		constant_set_bits(to, section, constant_get_bits(from));
	else
		memcpy(section + to->offset, from->section + from->offset, to->size);
}
