/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/btf_util.h"

#include <bpf/btf.h>
#include <string.h>

enum { DEEPEST = 32 }; /* the kernel's own limit for resolving types */

const char *btf_name(const struct btf *btf, uint32_t offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	return name ? name : "";
}

const struct btf_type *btf_skip_modifiers(const struct btf *btf, uint32_t id)
{
	for (int depth = 0; depth < DEEPEST; depth++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (!type || !(btf_is_mod(type) || btf_is_typedef(type) || btf_is_type_tag(type)))
			return type;
		id = type->type;
	}
	return NULL;
}

static const struct btf_type *btf_section_at(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = id ? btf__type_by_id(btf, id) : NULL;

	return type && btf_is_datasec(type) ? type : NULL;
}

/* Compilers write all sections together, near the end; libbpf would go through all types. */
uint32_t btf_find_section(const struct btf *btf, const char *name)
{
	uint32_t id = btf__type_cnt(btf) - 1, found = 0;
	const struct btf_type *section;

	while (id && !btf_section_at(btf, id))
		id--;
	for (; (section = btf_section_at(btf, id)); id--)
		if (strcmp(btf_name(btf, section->name_off), name) == 0)
			found = id;
	return found;
}

bool btf_overflows(const struct btf *btf)
{
	uint32_t count = btf__type_cnt(btf);

	for (uint32_t id = 1; id < count; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		int64_t size = type && btf_is_array(type)
				       ? btf__resolve_size(btf, btf_array(type)->type)
				       : 0;

		if (size > 0 && (uint64_t)size * btf_array(type)->nelems > UINT32_MAX)
			return true;
	}
	return false;
}

static bool btf_has_struct_below(const struct btf *btf, uint32_t id, const char *name,
				 unsigned depth)
{
	const struct btf_type *type = btf_skip_modifiers(btf, id);

	if (!type || depth > DEEPEST)
		return false;
	if (btf_is_array(type))
		return btf_has_struct_below(btf, btf_array(type)->type, name, depth + 1);
	if (!btf_is_composite(type))
		return false;
	if (strcmp(btf_name(btf, type->name_off), name) == 0)
		return true;
	for (uint32_t i = 0; i < btf_vlen(type); i++)
		if (btf_has_struct_below(btf, btf_members(type)[i].type, name, depth + 1))
			return true;
	return false;
}

bool btf_has_struct(const struct btf *btf, uint32_t id, const char *name)
{
	return btf_has_struct_below(btf, id, name, 0);
}
