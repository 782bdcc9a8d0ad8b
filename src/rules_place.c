/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules_place.h"

#include <errno.h>

static struct rules_answer answer(int errnum, enum cgswap_cause cause)
{
	return (struct rules_answer){ errnum, cause };
}

/* What the flags alone forbid. */
static struct rules_answer check_flags(const struct rules_chain *chain,
				       const struct rules_request *request)
{
	bool before = request->flags & KERNEL_BEFORE, after = request->flags & KERNEL_AFTER;
	bool by_link = request->flags & KERNEL_LINK;

	if (by_link || request->anchor.given) {
		if (before == after)
			return answer(EINVAL, CGSWAP_CAUSE_POSITION_CONFLICT);
		if (by_link != (request->link != 0))
			return answer(EINVAL, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	} else if (chain->count && before && after) {
		return answer(EINVAL, CGSWAP_CAUSE_POSITION_CONFLICT);
	}
	return answer(0, CGSWAP_CAUSE_NONE);
}

static struct rules_answer check_anchor(const struct rules_request *request)
{
	const struct rules_anchor *anchor = &request->anchor;
	bool by_link = request->flags & KERNEL_LINK;

	if (anchor->unknown_id)
		return answer(ENOENT, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED);
	/* a link is wanted, and 0 is taken for none */
	if (!anchor->given)
		return answer(EINVAL, CGSWAP_CAUSE_NOT_A_LINK);
	if (anchor->kind == RULES_CLOSED)
		return answer(EBADF, CGSWAP_CAUSE_BAD_DESCRIPTOR);
	if (by_link && anchor->kind == RULES_PROGRAM)
		return answer(EINVAL, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	if (by_link && anchor->kind != RULES_LINK)
		return answer(EINVAL, CGSWAP_CAUSE_NOT_A_LINK);
	if (!by_link && anchor->kind == RULES_LINK)
		return answer(EINVAL, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	if (!by_link && anchor->kind != RULES_PROGRAM)
		return answer(EINVAL, CGSWAP_CAUSE_NOT_A_PROGRAM);
	return answer(0, CGSWAP_CAUSE_NONE);
}

static bool is_anchor(const struct rules_entry *entry, const struct rules_request *request)
{
	if (request->flags & KERNEL_LINK)
		return entry->link == request->anchor.id;
	return !entry->link && entry->program == request->anchor.id;
}

struct rules_answer rules_place(size_t *index, const struct rules_chain *chain,
				const struct rules_request *request)
{
	struct rules_answer checked = check_flags(chain, request);
	bool preorder = request->flags & KERNEL_PREORDER;

	if (checked.errnum)
		return checked;
	if (!request->anchor.given && !(request->flags & KERNEL_LINK)) {
		*index = request->flags & KERNEL_BEFORE ? 0 : chain->count;
		return checked;
	}
	checked = check_anchor(request);
	if (checked.errnum)
		return checked;
	for (size_t i = 0; i < chain->count; i++) {
		if (!is_anchor(&chain->entries[i], request))
			continue;
		if (chain->entries[i].preorder != preorder)
			return answer(EINVAL, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
		*index = request->flags & KERNEL_BEFORE ? i : i + 1;
		return checked;
	}
	return answer(ENOENT, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED);
}
