/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sections of read-only data whose constants cannot be matched by their names, as the map of the
 * old program or the new object has no BTF. The same bytes have the same constants. Otherwise a
 * constant that a loader has set may be anywhere in the section, or in another one of the new
 * object.
 */
#include <string.h>

#include "load/constant_internal.h"

static bool constant_same_bytes(const struct constant_section *a, const struct constant_section *b)
{
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* True if each section that the old one may be has its bytes, and there is one. */
static bool constant_section_is_same(const struct constant_side *side,
				     const struct constant_section *old)
{
	bool found = false;

	for (size_t i = 0; i < side->count; i++) {
		if (!constant_section_may_be(old, side->sections[i].name))
			continue;
		if (!constant_same_bytes(&side->sections[i], old))
			return false;
		found = true;
	}
	return found;
}

static bool constant_section_is_zero(const struct constant_section *section)
{
	for (size_t i = 0; i < section->size; i++)
		if (section->bytes[i])
			return false;
	return true;
}

/* ---- the states of the old sections ---------------------------------------------------------- */

/* True for a constant of this section that the new object does not have by its name. */
static bool constant_is_unmatched(const struct constant_planning *planning, size_t section,
				  size_t index)
{
	return planning->old.constants.items[index].map == section &&
	       !planning->old_pairs[index].other && !planning->old_pairs[index].divided;
}

static size_t constant_count_unmatched(const struct constant_planning *planning, size_t section)
{
	size_t count = 0;

	for (size_t i = 0; i < planning->old.constants.count; i++)
		count += constant_is_unmatched(planning, section, i);
	return count;
}

static bool constant_was_never_set(const struct constant_planning *planning, size_t section)
{
	if (constant_section_is_same(&planning->was, &planning->old.sections[section]))
		return true;
	if (!planning->old.sections[section].named || !constant_origin_decides(planning))
		return false;
	for (size_t i = 0; i < planning->old.constants.count; i++)
		if (constant_is_unmatched(planning, section, i) &&
		    constant_origin_of(planning, i) != CONSTANT_ORIGIN_FILE)
			return false;
	return true;
}

void constant_compare_sections(const struct constant_planning *planning)
{
	bool by_name = !constant_side_has_unnamed(&planning->new);

	for (size_t i = 0; i < planning->old.count; i++) {
		struct constant_section *old = &planning->old.sections[i];

		if (old->named && (by_name || !constant_count_unmatched(planning, i)))
			old->state = CONSTANT_SECTION_NAMED;
		else if (constant_section_is_same(&planning->new, old))
			old->state = CONSTANT_SECTION_SAME;
		else if (constant_was_never_set(planning, i))
			old->state = CONSTANT_SECTION_NEVER_SET;
		else
			old->state = CONSTANT_SECTION_OPEN;
	}
}

/* ---- constants of the object ----------------------------------------------------------------- */

enum constant_match constant_match_unnamed(const struct constant_planning *planning,
					   struct constant_row *row)
{
	const char *name = planning->new.sections[row->constant->map].name;
	bool own = false, own_same = true, open = false, never_set = false;

	if (planning->old.unreadable)
		return CONSTANT_UNREADABLE;
	for (size_t i = 0; i < planning->old.count; i++) {
		const struct constant_section *old = &planning->old.sections[i];

		if (old->named)
			continue;
		if (constant_section_may_be(old, name)) {
			own = true;
			own_same &= old->state == CONSTANT_SECTION_SAME;
		}
		open |= old->state == CONSTANT_SECTION_OPEN;
		never_set |= old->state == CONSTANT_SECTION_NEVER_SET;
	}
	if (own && own_same)
		return CONSTANT_SAME;
	row->never_set = never_set && !open;
	return open || never_set ? CONSTANT_UNNAMED : CONSTANT_ONLY_NEW;
}

/* ---- what may be lost ------------------------------------------------------------------------ */

/* True if constants of the object may be those of the section, and got values by a choice. */
static bool constant_has_unnamed_row(const struct constant_planning *planning)
{
	for (size_t i = 0; i < planning->new.constants.count; i++)
		if (planning->rows[i].match == CONSTANT_UNNAMED)
			return true;
	return false;
}

/* True if each constant of the section that is not in the object by name may be dropped. */
static bool constant_all_are_dropped(const struct constant_planning *planning, size_t section)
{
	const char *const *choices = planning->reuse->request.constant_choices;
	struct constant_choice choice;

	for (size_t i = 0; i < planning->old.constants.count; i++)
		if (constant_is_unmatched(planning, section, i) &&
		    (!constant_choice_find(&choice, choices,
					   planning->old.constants.items[i].name) ||
		     choice.kind != CONSTANT_CHOICE_NEW))
			return false;
	return true;
}

static bool constant_section_may_go(const struct constant_planning *planning, size_t index)
{
	const struct constant_section *old = &planning->old.sections[index];

	if (old->state != CONSTANT_SECTION_OPEN)
		return true;
	if (old->named)
		return constant_all_are_dropped(planning, index);
	/* like a constant of a name that is gone and 0 */
	if (constant_section_is_zero(old) && !constant_side_has_unnamed(&planning->new))
		return true;
	return !planning->reuse->request.require_constants && constant_has_unnamed_row(planning);
}

enum cgswap_status constant_check_sections(const struct constant_planning *planning)
{
	if (planning->reuse->request.constants == CGSWAP_CONSTANTS_NEW)
		return CGSWAP_OK;
	for (size_t i = 0; i < planning->old.count; i++)
		if (!constant_section_may_go(planning, i))
			return constant_error_section(planning, &planning->old.sections[i]);
	return CGSWAP_OK;
}
