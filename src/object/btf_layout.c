/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/btf_layout.h"

#include <bpf/btf.h>
#include <string.h>

#include "object/btf_util.h"

/* Limits for hostile BTF, which may nest endlessly. */
enum { DEEPEST = 32, MOST_TYPES = 100000 };

struct btf_comparison {
	const struct btf *old, *now;
	unsigned left; /* number of types that may still be compared */
};

static bool btf_layout_same_name(const struct btf_comparison *compared, uint32_t old, uint32_t now)
{
	return strcmp(btf_name(compared->old, old), btf_name(compared->now, now)) == 0;
}

/* Skips modifiers that do not change the layout; NULL: missing type, or limit reached. */
static const struct btf_type *btf_layout_bare_type(struct btf_comparison *compared,
						   const struct btf *btf, uint32_t id)
{
	if (!compared->left)
		return NULL;
	compared->left--;
	return btf_skip_modifiers(btf, id);
}

static bool btf_layout_same_type(struct btf_comparison *compared, uint32_t old_id, uint32_t now_id,
				 unsigned depth);

static bool btf_layout_same_members(struct btf_comparison *compared, const struct btf_type *old,
				    const struct btf_type *now, unsigned depth)
{
	const struct btf_member *was = btf_members(old), *is = btf_members(now);

	if (old->size != now->size || btf_vlen(old) != btf_vlen(now))
		return false;
	for (uint32_t i = 0; i < btf_vlen(old); i++)
		if (!btf_layout_same_name(compared, was[i].name_off, is[i].name_off) ||
		    btf_member_bit_offset(old, i) != btf_member_bit_offset(now, i) ||
		    btf_member_bitfield_size(old, i) != btf_member_bitfield_size(now, i) ||
		    !btf_layout_same_type(compared, was[i].type, is[i].type, depth + 1))
			return false;
	return true;
}

static bool btf_layout_same_array(struct btf_comparison *compared, const struct btf_type *old,
				  const struct btf_type *now, unsigned depth)
{
	const struct btf_array *was = btf_array(old), *is = btf_array(now);

	return was->nelems == is->nelems &&
	       btf_layout_same_type(compared, was->type, is->type, depth + 1);
}

struct enumerator {
	uint32_t name;
	uint64_t value;
};

static struct enumerator btf_layout_enumerator(const struct btf_type *type, uint32_t index)
{
	const struct btf_enum *narrow = btf_enum(type);
	const struct btf_enum64 *wide = btf_enum64(type);

	if (btf_is_enum64(type))
		return (struct enumerator){ wide[index].name_off, btf_enum64_value(&wide[index]) };
	return (struct enumerator){ narrow[index].name_off, (uint32_t)narrow[index].val };
}

/* Enumerators may be added, but must not change their values. */
static bool btf_layout_same_enumerators(struct btf_comparison *compared, const struct btf_type *old,
					const struct btf_type *now)
{
	for (uint32_t i = 0; i < btf_vlen(old); i++)
		for (uint32_t j = 0; j < btf_vlen(now); j++) {
			struct enumerator was = btf_layout_enumerator(old, i),
					  is = btf_layout_enumerator(now, j);

			if (!compared->left)
				return false;
			compared->left--;
			if (btf_layout_same_name(compared, was.name, is.name) &&
			    was.value != is.value)
				return false;
		}
	return true;
}

static bool btf_layout_same_type(struct btf_comparison *compared, uint32_t old_id, uint32_t now_id,
				 unsigned depth)
{
	const struct btf_type *old = btf_layout_bare_type(compared, compared->old, old_id);
	const struct btf_type *now = btf_layout_bare_type(compared, compared->now, now_id);

	if (!old || !now || depth > DEEPEST || btf_kind(old) != btf_kind(now))
		return false;
	switch (btf_kind(old)) {
	case BTF_KIND_INT:
		return old->size == now->size &&
		       *(const uint32_t *)(old + 1) == *(const uint32_t *)(now + 1);
	case BTF_KIND_FLOAT:
		return old->size == now->size;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return old->size == now->size && btf_layout_same_enumerators(compared, old, now);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return btf_layout_same_members(compared, old, now, depth);
	case BTF_KIND_ARRAY:
		return btf_layout_same_array(compared, old, now, depth);
	default:
		/* the target of a pointer is outside the section */
		return btf_is_ptr(old);
	}
}

static const struct btf_type *btf_layout_datasec(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	return type && btf_is_datasec(type) ? type : NULL;
}

/* NULL if the entry of the section is not a variable. */
static const struct btf_type *btf_layout_variable(const struct btf *btf,
						  const struct btf_var_secinfo *at)
{
	const struct btf_type *type = btf__type_by_id(btf, at->type);

	return type && btf_is_var(type) ? type : NULL;
}

static bool btf_layout_differs(struct btf_layout_difference *difference, const char *variable,
			       const char *how)
{
	difference->variable = variable;
	difference->how = how;
	return false;
}

static bool btf_layout_has_variable(const struct btf *btf, const struct btf_type *section,
				    const char *name)
{
	const struct btf_var_secinfo *at = btf_var_secinfos(section);

	for (uint32_t i = 0; i < btf_vlen(section); i++) {
		const struct btf_type *variable = btf_layout_variable(btf, &at[i]);

		if (variable && strcmp(btf_name(btf, variable->name_off), name) == 0)
			return true;
	}
	return false;
}

static bool btf_layout_same_variable(struct btf_comparison *compared,
				     const struct btf_var_secinfo *was,
				     const struct btf_type *now_section,
				     const struct btf_var_secinfo *is,
				     struct btf_layout_difference *difference)
{
	const struct btf_type *old = btf_layout_variable(compared->old, was),
			      *now = btf_layout_variable(compared->now, is);
	const char *name;

	if (!old || !now)
		return btf_layout_differs(difference, "", "is not a variable");
	name = btf_name(compared->old, old->name_off);
	if (!btf_layout_same_name(compared, old->name_off, now->name_off)) {
		if (btf_layout_has_variable(compared->now, now_section, name))
			return btf_layout_differs(difference, name, "has moved");
		return btf_layout_differs(difference, name, "is gone");
	}
	if (was->offset != is->offset)
		return btf_layout_differs(difference, name, "has moved");
	if (was->size != is->size)
		return btf_layout_differs(difference, name, "has another size");
	if (!btf_layout_same_type(compared, old->type, now->type, 0))
		return btf_layout_differs(difference, name, "has another type");
	return true;
}

bool btf_layout_same(const struct btf *old, uint32_t old_section, const struct btf *now,
		     uint32_t section, struct btf_layout_difference *difference)
{
	const struct btf_type *was = btf_layout_datasec(old, old_section),
			      *is = btf_layout_datasec(now, section);
	struct btf_comparison compared = { .old = old, .now = now, .left = MOST_TYPES };
	const struct btf_var_secinfo *were, *are;
	uint32_t both;

	*difference = (struct btf_layout_difference){ 0 };
	if (!was || !is)
		return btf_layout_differs(difference, "", "is not a variable");
	were = btf_var_secinfos(was);
	are = btf_var_secinfos(is);
	both = btf_vlen(was) < btf_vlen(is) ? btf_vlen(was) : btf_vlen(is);
	for (uint32_t i = 0; i < both; i++)
		if (!btf_layout_same_variable(&compared, &were[i], is, &are[i], difference))
			return false;
	if (btf_vlen(was) > both) {
		const struct btf_type *gone = btf_layout_variable(old, &were[both]);

		return btf_layout_differs(difference, gone ? btf_name(old, gone->name_off) : "",
					  "is gone");
	}
	if (btf_vlen(is) > both) {
		const struct btf_type *new = btf_layout_variable(now, &are[both]);

		return btf_layout_differs(difference, new ? btf_name(now, new->name_off) : "",
					  "is new");
	}
	return true;
}

bool btf_layout_same_types(const struct btf *old, uint32_t old_id, const struct btf *now,
			   uint32_t id)
{
	struct btf_comparison compared = { .old = old, .now = now, .left = MOST_TYPES };

	if (!old_id || !id)
		return old_id == id;
	return btf_layout_same_type(&compared, old_id, id, 0);
}
