/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/map_def.h"

#include <bpf/btf.h>
#include <string.h>

#include "object/btf_util.h"

/* __uint() declares a number as the length of an array that a pointer points to. */
static uint32_t map_def_number(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf_skip_modifiers(btf, id);

	if (!type || !btf_is_ptr(type))
		return 0;
	type = btf__type_by_id(btf, type->type);
	return type && btf_is_array(type) ? btf_array(type)->nelems : 0;
}

/* __type() declares a type as the target of a pointer. */
static uint32_t map_def_pointee(const struct btf *btf, uint32_t id, uint32_t *size)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	int64_t resolved;

	if (!type || !btf_is_ptr(type))
		return 0;
	resolved = btf__resolve_size(btf, type->type);
	if (resolved > 0 && resolved <= UINT32_MAX)
		*size = (uint32_t)resolved;
	return type->type;
}

static bool map_def_read_struct(struct map_def *out, const struct btf *btf, uint32_t id);

/* __array(values, struct ...) is an array of pointers to the declaration of the inner map. */
static void map_def_read_inner(struct map_def *out, const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	struct map_def inner;

	if (!type || !btf_is_array(type))
		return;
	type = btf__type_by_id(btf, btf_array(type)->type);
	if (!type || !btf_is_ptr(type) || out->has_inner)
		return;
	/* an inner map holds no maps itself */
	inner = (struct map_def){ .has_inner = true };
	if (!map_def_read_struct(&inner, btf, type->type))
		return;
	out->inner = inner.spec;
	out->has_inner = true;
}

static void map_def_read_member(struct map_def *out, const struct btf *btf, const char *name,
				uint32_t id)
{
	if (!strcmp(name, "type"))
		out->spec.type = map_def_number(btf, id);
	else if (!strcmp(name, "key_size"))
		out->spec.key_size = map_def_number(btf, id);
	else if (!strcmp(name, "value_size"))
		out->spec.value_size = map_def_number(btf, id);
	else if (!strcmp(name, "max_entries"))
		out->spec.max_entries = map_def_number(btf, id);
	else if (!strcmp(name, "map_flags"))
		out->spec.flags = map_def_number(btf, id);
	else if (!strcmp(name, "key"))
		out->key_type = map_def_pointee(btf, id, &out->spec.key_size);
	else if (!strcmp(name, "value"))
		out->value_type = map_def_pointee(btf, id, &out->spec.value_size);
	else if (!strcmp(name, "values"))
		map_def_read_inner(out, btf, id);
}

static bool map_def_read_struct(struct map_def *out, const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf_skip_modifiers(btf, id);
	const struct btf_member *member;

	if (!type || !btf_is_struct(type))
		return false;
	member = btf_members(type);
	for (uint32_t i = 0; i < btf_vlen(type); i++)
		map_def_read_member(out, btf, btf_name(btf, member[i].name_off), member[i].type);
	return true;
}

struct map_defs map_defs_of(const struct btf *btf)
{
	uint32_t id = btf_find_section(btf, ".maps");

	return (struct map_defs){ btf, id ? btf__type_by_id(btf, id) : NULL };
}

size_t map_def_count(const struct map_defs *all)
{
	return all->section ? btf_vlen(all->section) : 0;
}

static const struct btf_type *map_def_variable(const struct map_defs *all, size_t index)
{
	const struct btf_type *variable;

	if (index >= map_def_count(all))
		return NULL;
	variable = btf__type_by_id(all->btf, btf_var_secinfos(all->section)[index].type);
	return variable && btf_is_var(variable) ? variable : NULL;
}

const char *map_def_name(const struct map_defs *all, size_t index)
{
	const struct btf_type *variable = map_def_variable(all, index);

	return variable ? btf_name(all->btf, variable->name_off) : "";
}

bool map_def_read(struct map_def *out, const struct map_defs *all, size_t index)
{
	const struct btf_type *variable = map_def_variable(all, index);

	*out = (struct map_def){ 0 };
	if (!variable)
		return false;
	out->name = btf_name(all->btf, variable->name_off);
	return map_def_read_struct(out, all->btf, variable->type);
}
