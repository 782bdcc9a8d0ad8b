/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds out if a loader has set a constant of an old program. */
#include "load/constant_internal.h"

enum constant_origin constant_origin_of(const struct constant_planning *planning, size_t index)
{
	const struct load_request *request = &planning->reuse->request;
	const struct constant *old = &planning->old.constants.items[index];
	const struct constant *was = planning->was_pairs[index].other;

	if (was && constant_same_type(was, old))
		return constant_same_value(was, old) ? CONSTANT_ORIGIN_FILE : CONSTANT_ORIGIN_SET;
	if (!request->recorded || planning->was_object)
		return CONSTANT_ORIGIN_UNKNOWN;
	return request->recorded(planning->old.sections[old->map].program, old->name,
				 request->recorded_user);
}

enum constant_origin constant_origin_of_all(const struct constant_planning *planning,
					    const struct constant *first)
{
	bool all_files = true, any_set = false;

	for (const struct constant *old = first; old;) {
		size_t index = (size_t)(old - planning->old.constants.items);
		enum constant_origin origin = constant_origin_of(planning, index);

		all_files &= origin == CONSTANT_ORIGIN_FILE;
		any_set |= origin == CONSTANT_ORIGIN_SET;
		old = planning->old_pairs[index].next;
	}
	if (all_files)
		return CONSTANT_ORIGIN_FILE;
	return any_set ? CONSTANT_ORIGIN_SET : CONSTANT_ORIGIN_UNKNOWN;
}

bool constant_origin_decides(const struct constant_planning *planning)
{
	return !planning->reuse->request.constants || planning->was_object;
}
