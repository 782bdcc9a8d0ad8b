/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a section .BTF without libbpf: releases before 1.3 follow the numbers and offsets of types
 * without a check, and those after 1.7 count members in 24 bits instead of 16. The kernel would
 * reject every type that is rejected here.
 */
#include "object/btf_check.h"

#include <errno.h>
#include <limits.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DEEPEST = 32, /* the kernel's own limit for resolving types */
	LAST_KIND = BTF_KIND_ENUM64,
	STRINGS_MAX = INT_MAX /* as libbpf */
};

/* The number of members in 16 bits, the kind in 5, and the kind flag: the kernel rejects others. */
static const uint32_t INFO_BITS = 0x9f00ffff;

struct btf_checker {
	const unsigned char *types;
	uint32_t types_size, names_size;
	uint32_t *at;   /* offsets of the types; the void type 0 has none */
	uint32_t count; /* the number of types, with void */
	char *fault;    /* text of the first error */
	size_t size;
};

static bool btf_check_fail(struct btf_checker *checker, uint32_t id, const char *problem,
			   uint32_t number)
{
	snprintf(checker->fault, checker->size, "type %u %s %u", id, problem, number);
	return false;
}

/* ---- the header and the list of types -------------------------------------------------------- */

static bool btf_check_header_fail(struct btf_checker *checker, const char *problem)
{
	snprintf(checker->fault, checker->size, "%s", problem);
	return false;
}

static bool btf_check_header(struct btf_checker *checker, const unsigned char *bytes, size_t size)
{
	struct btf_header header;
	uint64_t rest = size - sizeof(header);
	const unsigned char *names;

	if (size < sizeof(header))
		return btf_check_header_fail(checker, "its header is cut off");
	memcpy(&header, bytes, sizeof(header));
	if (header.magic != BTF_MAGIC || header.version != BTF_VERSION || header.flags ||
	    header.hdr_len != sizeof(header))
		return btf_check_header_fail(checker, "it has an unknown header");
	if ((uint64_t)header.str_off + header.str_len > rest || header.type_off % 4 ||
	    (uint64_t)header.type_off + header.type_len > header.str_off)
		return btf_check_header_fail(checker, "its types or names are cut off");
	names = bytes + sizeof(header) + header.str_off;
	if (!header.str_len || header.str_len > STRINGS_MAX || names[0] ||
	    names[header.str_len - 1])
		return btf_check_header_fail(checker, "its names do not begin and end with a zero");
	checker->types = bytes + sizeof(header) + header.type_off;
	checker->types_size = header.type_len;
	checker->names_size = header.str_len;
	return true;
}

static struct btf_type btf_check_type_at(const struct btf_checker *checker, uint32_t id)
{
	struct btf_type type = { 0 };

	if (id)
		memcpy(&type, checker->types + checker->at[id], sizeof(type));
	return type;
}

static uint32_t btf_check_kind(const struct btf_type *type)
{
	return type->info >> 24 & 0x1f;
}

static uint32_t btf_check_length(const struct btf_type *type)
{
	return type->info & 0xffff;
}

/*
 * The bytes behind a type: of each element, of which there are btf_check_length(), or all of them.
 * A table, since kinds come in an order that no processor predicts.
 */
static const struct btf_check_size {
	unsigned char element, tail;
} btf_check_sizes[] = {
	[BTF_KIND_INT] = { .tail = 4 },
	[BTF_KIND_ARRAY] = { .tail = 12 },
	[BTF_KIND_STRUCT] = { 12 },
	[BTF_KIND_UNION] = { 12 },
	[BTF_KIND_ENUM] = { 8 },
	[BTF_KIND_FUNC_PROTO] = { 8 },
	[BTF_KIND_VAR] = { .tail = 4 },
	[BTF_KIND_DATASEC] = { 12 },
	[BTF_KIND_DECL_TAG] = { .tail = 4 },
	[BTF_KIND_ENUM64] = { 12 },
};

/* Fills checker->at. */
static bool btf_check_list(struct btf_checker *checker)
{
	uint32_t offset = 0;

	for (checker->count = 1; offset < checker->types_size; checker->count++) {
		uint32_t id = checker->count, left = checker->types_size - offset, size, kind;
		struct btf_type type;

		if (left < sizeof(type))
			return btf_check_fail(checker, id, "is cut off, at offset", offset);
		checker->at[id] = offset;
		type = btf_check_type_at(checker, id);
		kind = btf_check_kind(&type);
		if (type.info & ~INFO_BITS)
			return btf_check_fail(checker, id, "sets reserved bits:", type.info);
		if (kind == BTF_KIND_UNKN || kind > LAST_KIND)
			return btf_check_fail(checker, id, "is of the unknown kind", kind);
		size = sizeof(type) + btf_check_sizes[kind].tail +
		       btf_check_length(&type) * btf_check_sizes[kind].element;
		if (left < size)
			return btf_check_fail(checker, id, "is cut off, at offset", offset);
		offset += size;
	}
	return true;
}

/* ---- what a type refers to ------------------------------------------------------------------- */

/* Reads one of the 32-bit numbers behind a type. */
static uint32_t btf_check_number(const struct btf_checker *checker, uint32_t id, size_t index)
{
	uint32_t number;

	memcpy(&number,
	       checker->types + checker->at[id] + sizeof(struct btf_type) + index * sizeof(number),
	       sizeof(number));
	return number;
}

static bool btf_check_name(struct btf_checker *checker, uint32_t id, uint32_t offset)
{
	return offset < checker->names_size ||
	       btf_check_fail(checker, id, "has its name outside the string table, at offset",
			      offset);
}

static bool btf_check_reference(struct btf_checker *checker, uint32_t id, uint32_t to)
{
	return to < checker->count || btf_check_fail(checker, id, "refers to a missing type:", to);
}

static bool btf_check_type_kind(struct btf_checker *checker, uint32_t id, uint32_t to,
				uint32_t kind, uint32_t other)
{
	struct btf_type type;

	if (!btf_check_reference(checker, id, to))
		return false;
	type = btf_check_type_at(checker, to);
	return btf_check_kind(&type) == kind || btf_check_kind(&type) == other ||
	       btf_check_fail(checker, id, "refers to the wrong kind of type:", to);
}

/* libbpf would follow a cycle of qualifiers, typedefs and arrays forever. */
static bool btf_check_chain(struct btf_checker *checker, uint32_t id)
{
	uint32_t at = id;

	for (int depth = 0; depth < DEEPEST; depth++) {
		struct btf_type type;

		/* an invalid reference is the fault of the type that has it */
		if (at >= checker->count)
			return true;
		type = btf_check_type_at(checker, at);
		switch (btf_check_kind(&type)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_CONST:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			at = type.type;
			break;
		case BTF_KIND_ARRAY:
			at = btf_check_number(checker, at, 0);
			break;
		default:
			return true;
		}
	}
	return btf_check_fail(checker, id, "nests deeper than", DEEPEST);
}

/* Members of structs, values of enums, parameters: each begins with its name. */
static bool btf_check_names(struct btf_checker *checker, uint32_t id, const struct btf_type *type)
{
	size_t step = btf_check_sizes[btf_check_kind(type)].element / sizeof(uint32_t);

	for (size_t i = 0; i < btf_check_length(type); i++)
		if (!btf_check_name(checker, id, btf_check_number(checker, id, i * step)))
			return false;
	return true;
}

/* Members of structs and parameters: the type follows the name. */
static bool btf_check_members(struct btf_checker *checker, uint32_t id, const struct btf_type *type)
{
	size_t step = btf_check_sizes[btf_check_kind(type)].element / sizeof(uint32_t);

	for (size_t i = 0; i < btf_check_length(type); i++)
		if (!btf_check_reference(checker, id, btf_check_number(checker, id, i * step + 1)))
			return false;
	return btf_check_names(checker, id, type);
}

static bool btf_check_datasec(struct btf_checker *checker, uint32_t id, const struct btf_type *type)
{
	for (size_t i = 0; i < btf_check_length(type); i++)
		if (!btf_check_type_kind(checker, id, btf_check_number(checker, id, i * 3),
					 BTF_KIND_VAR, BTF_KIND_FUNC))
			return false;
	return true;
}

static bool btf_check_type(struct btf_checker *checker, uint32_t id)
{
	const struct btf_type type = btf_check_type_at(checker, id);

	if (!btf_check_name(checker, id, type.name_off))
		return false;
	switch (btf_check_kind(&type)) {
	case BTF_KIND_PTR:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return btf_check_reference(checker, id, type.type);
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return btf_check_reference(checker, id, type.type) && btf_check_chain(checker, id);
	case BTF_KIND_FUNC:
		return btf_check_type_kind(checker, id, type.type, BTF_KIND_FUNC_PROTO,
					   BTF_KIND_FUNC_PROTO);
	case BTF_KIND_ARRAY: /* the type of an element, and that of the index */
		return btf_check_reference(checker, id, btf_check_number(checker, id, 0)) &&
		       btf_check_reference(checker, id, btf_check_number(checker, id, 1)) &&
		       btf_check_chain(checker, id);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		/* libbpf adds the size to an offset in 32 bits */
		if (type.size > INT_MAX)
			return btf_check_fail(checker, id, "has the impossible size", type.size);
		return btf_check_members(checker, id, &type);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return btf_check_names(checker, id, &type);
	case BTF_KIND_FUNC_PROTO:
		return btf_check_members(checker, id, &type) &&
		       btf_check_reference(checker, id, type.type);
	case BTF_KIND_DATASEC:
		return btf_check_datasec(checker, id, &type);
	default:
		return true;
	}
}

int btf_check(const void *bytes, size_t size, char *text, size_t text_size)
{
	struct btf_checker checker = { .fault = text, .size = text_size };
	bool sound;

	/* libbpf ignores an empty section */
	if (!size)
		return 0;
	if (!btf_check_header(&checker, bytes, size))
		return -EINVAL;
	checker.at = calloc(checker.types_size / sizeof(struct btf_type) + 1, sizeof(*checker.at));
	if (!checker.at)
		return -ENOMEM;
	sound = btf_check_list(&checker);
	for (uint32_t id = 1; sound && id < checker.count; id++)
		sound = btf_check_type(&checker, id);
	free(checker.at);
	return sound ? 0 : -EINVAL;
}
