/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares each constant of the object with the old program's, and decides which value it gets. */
#include <string.h>

#include "base/error.h"
#include "load/constant_internal.h"

/* The reasons that are reported. */
static const char OLD_WAS_SET[] = "old: a loader had set it",
		  OLD_BY_POLICY[] = "old: requested by the constant policy",
		  OLD_BY_NAME[] = "old: requested by name",
		  NEW_NEVER_SET[] = "new: no loader had set it",
		  NEW_BY_POLICY[] = "new: requested by the constant policy",
		  NEW_BY_NAME[] = "new: requested by name", GIVEN[] = "given by name";

/* ---- comparing ------------------------------------------------------------------------------- */

static void constant_compare(const struct constant_planning *planning, size_t index)
{
	struct constant_row *row = &planning->rows[index];
	const struct constant_pair *pair = &planning->new_pairs[index];
	enum constant_origin origin;

	row->constant = &planning->new.constants.items[index];
	row->origin = CONSTANT_ORIGIN_FILE;
	row->old = pair->ambiguous ? NULL : pair->other;
	if (!pair->other) {
		row->match = pair->divided ? CONSTANT_OTHER_TYPE
					   : constant_match_unnamed(planning, row);
		if (row->match == CONSTANT_SAME && !row->never_set)
			row->origin = CONSTANT_ORIGIN_UNKNOWN;
		return;
	}
	if (pair->ambiguous)
		row->match = CONSTANT_AMBIGUOUS;
	else if (!constant_same_type(pair->other, row->constant))
		row->match = CONSTANT_OTHER_TYPE;
	else
		row->match = constant_same_value(pair->other, row->constant) ? CONSTANT_SAME
									     : CONSTANT_DIFFERS;
	if (row->match == CONSTANT_SAME) {
		row->origin = planning->reuse->request.records
				      ? constant_origin_of_all(planning, pair->first)
				      : CONSTANT_ORIGIN_UNKNOWN;
		return;
	}
	if (!constant_origin_decides(planning))
		return;
	origin = constant_origin_of_all(planning, pair->first);
	row->never_set = origin == CONSTANT_ORIGIN_FILE;
	row->was_set = origin == CONSTANT_ORIGIN_SET;
}

/* ---- deciding -------------------------------------------------------------------------------- */

static void constant_use_old(const struct constant_planning *planning, struct constant_row *row,
			     const char *reason)
{
	row->reason = reason;
	row->refused = row->match != CONSTANT_DIFFERS;
	row->origin = CONSTANT_ORIGIN_SET;
	if (!row->refused)
		constant_copy(row->constant, planning->images[row->constant->map], row->old);
}

/* Carries out a choice of the caller for this constant. */
static enum cgswap_status constant_apply_choice(const struct constant_planning *planning,
						struct constant_row *row,
						const struct constant_choice *choice)
{
	char expected[CONSTANT_EXPECTED_SIZE];

	switch (choice->kind) {
	case CONSTANT_CHOICE_OLD:
		if (row->match == CONSTANT_ONLY_NEW)
			return constant_error_no_old(planning, choice);
		if (row->match != CONSTANT_SAME)
			constant_use_old(planning, row, OLD_BY_NAME);
		break;
	case CONSTANT_CHOICE_NEW:
		row->origin = CONSTANT_ORIGIN_FILE;
		if (row->match != CONSTANT_SAME && row->match != CONSTANT_ONLY_NEW)
			row->reason = NEW_BY_NAME;
		break;
	case CONSTANT_CHOICE_VALUE:
		if (row->constant->name[choice->name_length])
			return constant_error_struct(planning, choice, row->constant);
		if (!constant_parse(row->constant, planning->images[row->constant->map],
				    choice->value, choice->is_text, expected))
			return constant_error_value(planning, choice, expected);
		row->reason = GIVEN;
		row->origin = CONSTANT_ORIGIN_SET;
	}
	return CGSWAP_OK;
}

/* Decides by the old program's file, or else by the policy. */
static void constant_apply_policy(const struct constant_planning *planning,
				  struct constant_row *row)
{
	enum cgswap_constant_policy policy = planning->reuse->request.constants;

	if (policy == CGSWAP_CONSTANTS_NEW)
		row->origin = CONSTANT_ORIGIN_FILE;
	if (row->match == CONSTANT_SAME || row->match == CONSTANT_ONLY_NEW)
		return;
	if (row->never_set)
		row->reason = NEW_NEVER_SET;
	else if (row->was_set && row->match == CONSTANT_DIFFERS)
		constant_use_old(planning, row, OLD_WAS_SET);
	else if (policy == CGSWAP_CONSTANTS_NEW)
		row->reason = NEW_BY_POLICY;
	else if (policy == CGSWAP_CONSTANTS_OLD)
		constant_use_old(planning, row, OLD_BY_POLICY);
	else
		row->refused = true;
}

/* A value that is given for one member of a union is set after the others are taken over. */
enum cgswap_status constant_decide(const struct constant_planning *planning)
{
	const char *const *choices = planning->reuse->request.constant_choices;
	size_t count = planning->new.constants.count;
	enum cgswap_status status = CGSWAP_OK;
	struct constant_choice choice;

	constant_compare_sections(planning);
	for (size_t i = 0; i < count && !status; i++) {
		constant_compare(planning, i);
		if (!constant_choice_find(&choice, choices, planning->rows[i].constant->name))
			constant_apply_policy(planning, &planning->rows[i]);
		else if (choice.kind != CONSTANT_CHOICE_VALUE)
			status = constant_apply_choice(planning, &planning->rows[i], &choice);
	}
	for (size_t i = 0; i < count && !status; i++)
		if (constant_choice_find(&choice, choices, planning->rows[i].constant->name) &&
		    choice.kind == CONSTANT_CHOICE_VALUE)
			status = constant_apply_choice(planning, &planning->rows[i], &choice);
	return status;
}
