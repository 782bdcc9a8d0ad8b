/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpf before release 1.3 follows the numbers and offsets of types without a check. The kernel
 * would reject every type that is rejected here.
 */
#include "object/btf_check.h"

#include <bpf/btf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/libbpf_log.h"

enum { DEEPEST = 32 }; /* the kernel's own limit for resolving types */

/* The number of members in 16 bits, the kind in 5, and the kind flag: the kernel rejects others. */
static const uint32_t INFO_BITS = 0x9f00ffff;

struct btf_checker {
	const struct btf *btf;
	uint32_t count;
	char *fault; /* text of the first error */
	size_t size;
};

static bool btf_check_fail(struct btf_checker *checker, uint32_t id, const char *problem,
			   uint32_t number)
{
	snprintf(checker->fault, checker->size, "type %u %s %u", id, problem, number);
	return false;
}

static bool btf_check_name(struct btf_checker *checker, uint32_t id, uint32_t offset)
{
	return btf__name_by_offset(checker->btf, offset) ||
	       btf_check_fail(checker, id, "has its name outside the string table, at offset",
			      offset);
}

static bool btf_check_reference(struct btf_checker *checker, uint32_t id, uint32_t to)
{
	return to < checker->count || btf_check_fail(checker, id, "refers to a missing type:", to);
}

static bool btf_check_type_kind(struct btf_checker *checker, uint32_t id, uint32_t to, int kind,
				int other)
{
	int found = 0;

	if (!btf_check_reference(checker, id, to))
		return false;
	found = btf_kind(btf__type_by_id(checker->btf, to));
	return found == kind || found == other ||
	       btf_check_fail(checker, id, "refers to the wrong kind of type:", to);
}

/* libbpf would follow a cycle of qualifiers, typedefs and arrays forever. */
static bool btf_check_chain(struct btf_checker *checker, uint32_t id)
{
	uint32_t at = id;

	for (int depth = 0; depth < DEEPEST; depth++) {
		const struct btf_type *type = btf__type_by_id(checker->btf, at);

		if (!type || btf_is_ptr(type))
			return true;
		if (btf_is_mod(type) || btf_is_typedef(type) || btf_is_type_tag(type))
			at = type->type;
		else if (btf_is_array(type))
			at = btf_array(type)->type;
		else
			return true;
	}
	return btf_check_fail(checker, id, "nests deeper than", DEEPEST);
}

static bool btf_check_members(struct btf_checker *checker, uint32_t id, const struct btf_type *type)
{
	const struct btf_member *member = btf_members(type);

	for (uint16_t i = 0; i < btf_vlen(type); i++, member++)
		if (!btf_check_name(checker, id, member->name_off) ||
		    !btf_check_reference(checker, id, member->type))
			return false;
	return true;
}

static bool btf_check_parameters(struct btf_checker *checker, uint32_t id,
				 const struct btf_type *type)
{
	const struct btf_param *parameter = btf_params(type);

	for (uint16_t i = 0; i < btf_vlen(type); i++, parameter++)
		if (!btf_check_name(checker, id, parameter->name_off) ||
		    !btf_check_reference(checker, id, parameter->type))
			return false;
	return btf_check_reference(checker, id, type->type);
}

static bool btf_check_values(struct btf_checker *checker, uint32_t id, const struct btf_type *type)
{
	for (uint16_t i = 0; i < btf_vlen(type); i++)
		if (!btf_check_name(checker, id,
				    btf_is_enum64(type) ? btf_enum64(type)[i].name_off
							: btf_enum(type)[i].name_off))
			return false;
	return true;
}

static bool btf_check_datasec(struct btf_checker *checker, uint32_t id, const struct btf_type *type)
{
	const struct btf_var_secinfo *variable = btf_var_secinfos(type);

	for (uint16_t i = 0; i < btf_vlen(type); i++, variable++)
		if (!btf_check_type_kind(checker, id, variable->type, BTF_KIND_VAR, BTF_KIND_FUNC))
			return false;
	return true;
}

static bool btf_check_type(struct btf_checker *checker, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(checker->btf, id);

	if (!btf_check_name(checker, id, type->name_off))
		return false;
	/* a libbpf that counts members in 24 bits would go beyond those that are checked below */
	if (type->info & ~INFO_BITS)
		return btf_check_fail(checker, id, "sets reserved bits:", type->info);
	switch (btf_kind(type)) {
	case BTF_KIND_PTR:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return btf_check_reference(checker, id, type->type);
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return btf_check_reference(checker, id, type->type) && btf_check_chain(checker, id);
	case BTF_KIND_FUNC:
		return btf_check_type_kind(checker, id, type->type, BTF_KIND_FUNC_PROTO,
					   BTF_KIND_FUNC_PROTO);
	case BTF_KIND_ARRAY:
		return btf_check_reference(checker, id, btf_array(type)->type) &&
		       btf_check_reference(checker, id, btf_array(type)->index_type) &&
		       btf_check_chain(checker, id);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		/* libbpf adds the size to an offset in 32 bits */
		if (type->size > INT_MAX)
			return btf_check_fail(checker, id, "has the impossible size", type->size);
		return btf_check_members(checker, id, type);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return btf_check_values(checker, id, type);
	case BTF_KIND_FUNC_PROTO:
		return btf_check_parameters(checker, id, type);
	case BTF_KIND_DATASEC:
		return btf_check_datasec(checker, id, type);
	default:
		return true;
	}
}

bool btf_check(const void *bytes, size_t size, char *text, size_t text_size)
{
	struct btf_checker checker = { .fault = text, .size = text_size };
	struct libbpf_log quiet;
	bool sound = true;
	struct btf *btf;

	libbpf_log_begin(&quiet);
	btf = btf__new(bytes, size);
	free(libbpf_log_end(&quiet));
	/* libbpf rejects this BTF itself, with a log */
	if (!btf)
		return true;
	checker.btf = btf;
	checker.count = btf__type_cnt(btf);
	for (uint32_t id = 1; sound && id < checker.count; id++)
		sound = btf_check_type(&checker, id);
	btf__free(btf);
	return sound;
}
