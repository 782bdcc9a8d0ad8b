/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the types in an object hang together. libbpf follows their numbers and offsets wherever
 * they lead (until its 1.3 without a look), and the kernel would refuse what is refused here.
 */
#include <bpf/btf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/libbpf_log.h"
#include "object/object.h"

enum { DEEPEST = 32 }; /* as far as the kernel resolves types */

struct types {
	const struct btf *btf;
	uint32_t count;
	char *fault; /* what is wrong, once something is */
	size_t size;
};

static bool btf_fault(struct types *types, uint32_t id, const char *what, uint32_t number)
{
	snprintf(types->fault, types->size, "type %u %s %u", id, what, number);
	return false;
}

static bool check_name(struct types *types, uint32_t id, uint32_t offset)
{
	return btf__name_by_offset(types->btf, offset) ||
	       btf_fault(types, id, "has its name outside of all names, at", offset);
}

static bool check_reference(struct types *types, uint32_t id, uint32_t to)
{
	return to < types->count || btf_fault(types, id, "refers to a type that is not there:", to);
}

static bool check_type_kind(struct types *types, uint32_t id, uint32_t to, int kind, int other)
{
	int found = 0;

	if (!check_reference(types, id, to))
		return false;
	found = btf_kind(btf__type_by_id(types->btf, to));
	return found == kind || found == other ||
	       btf_fault(types, id, "refers to the wrong kind of type:", to);
}

/* Qualifiers, typedefs, arrays and pointers in a circle would be followed for ever. */
static bool check_chain(struct types *types, uint32_t id)
{
	uint32_t at = id;

	for (int depth = 0; depth < DEEPEST; depth++) {
		const struct btf_type *type = btf__type_by_id(types->btf, at);

		if (!type || btf_is_ptr(type))
			return true;
		if (btf_is_mod(type) || btf_is_typedef(type) || btf_is_type_tag(type))
			at = type->type;
		else if (btf_is_array(type))
			at = btf_array(type)->type;
		else
			return true;
	}
	return btf_fault(types, id, "leads nowhere, within types", DEEPEST);
}

static bool check_members(struct types *types, uint32_t id, const struct btf_type *type)
{
	const struct btf_member *member = btf_members(type);

	for (uint16_t i = 0; i < btf_vlen(type); i++, member++)
		if (!check_name(types, id, member->name_off) ||
		    !check_reference(types, id, member->type))
			return false;
	return true;
}

static bool check_parameters(struct types *types, uint32_t id, const struct btf_type *type)
{
	const struct btf_param *parameter = btf_params(type);

	for (uint16_t i = 0; i < btf_vlen(type); i++, parameter++)
		if (!check_name(types, id, parameter->name_off) ||
		    !check_reference(types, id, parameter->type))
			return false;
	return check_reference(types, id, type->type);
}

static bool check_values(struct types *types, uint32_t id, const struct btf_type *type)
{
	for (uint16_t i = 0; i < btf_vlen(type); i++)
		if (!check_name(types, id,
				btf_is_enum64(type) ? btf_enum64(type)[i].name_off
						    : btf_enum(type)[i].name_off))
			return false;
	return true;
}

static bool check_datasec(struct types *types, uint32_t id, const struct btf_type *type)
{
	const struct btf_var_secinfo *variable = btf_var_secinfos(type);

	for (uint16_t i = 0; i < btf_vlen(type); i++, variable++)
		if (!check_type_kind(types, id, variable->type, BTF_KIND_VAR, BTF_KIND_FUNC))
			return false;
	return true;
}

static bool check_type(struct types *types, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(types->btf, id);

	if (!check_name(types, id, type->name_off))
		return false;
	switch (btf_kind(type)) {
	case BTF_KIND_PTR:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return check_reference(types, id, type->type);
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return check_reference(types, id, type->type) && check_chain(types, id);
	case BTF_KIND_FUNC:
		return check_type_kind(types, id, type->type, BTF_KIND_FUNC_PROTO,
				       BTF_KIND_FUNC_PROTO);
	case BTF_KIND_ARRAY:
		return check_reference(types, id, btf_array(type)->type) &&
		       check_reference(types, id, btf_array(type)->index_type) &&
		       check_chain(types, id);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		/* libbpf adds it to a place, as 32 bits */
		if (type->size > INT_MAX)
			return btf_fault(types, id, "is as large as", type->size);
		return check_members(types, id, type);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return check_values(types, id, type);
	case BTF_KIND_FUNC_PROTO:
		return check_parameters(types, id, type);
	case BTF_KIND_DATASEC:
		return check_datasec(types, id, type);
	default:
		return true;
	}
}

bool btf_check(const void *bytes, size_t size, char *text, size_t text_size)
{
	struct types types = { .fault = text, .size = text_size };
	struct libbpf_log quiet;
	bool sound = true;
	struct btf *btf;

	libbpf_log_begin(&quiet);
	btf = btf__new(bytes, size);
	free(libbpf_log_end(&quiet));
	/* libbpf refuses them by itself, with a log of its own */
	if (!btf)
		return true;
	types.btf = btf;
	types.count = btf__type_cnt(btf);
	for (uint32_t id = 1; sound && id < types.count; id++)
		sound = check_type(&types, id);
	btf__free(btf);
	return sound;
}
