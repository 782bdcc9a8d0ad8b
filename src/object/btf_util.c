/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/btf_util.h"

#include <bpf/btf.h>

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
