/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules/rules_position.h"

#include <errno.h>

#include "rules/rules_check.h"

/* Combinations of flags that are always invalid. */
static struct rules_answer rules_check_position_flags(const struct rules_chain *chain,
						      const struct rules_request *request)
{
	bool before = request->flags & KERNEL_BEFORE, after = request->flags & KERNEL_AFTER;
	bool by_link = request->flags & KERNEL_LINK;

	if (by_link || request->anchor.given) {
		if (before == after)
			return no(EINVAL, CGSWAP_CAUSE_POSITION_CONFLICT);
		if (by_link != (request->link != 0))
			return no(EINVAL, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	} else if (chain->count && before && after) {
		return no(EINVAL, CGSWAP_CAUSE_POSITION_CONFLICT);
	}
	return yes();
}

static struct rules_answer check_anchor(const struct rules_request *request)
{
	const struct rules_anchor *anchor = &request->anchor;
	bool by_link = request->flags & KERNEL_LINK;

	if (anchor->unknown_id)
		return no(ENOENT, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED);
	/* a link is required, and 0 means none */
	if (!anchor->given)
		return no(EINVAL, CGSWAP_CAUSE_NOT_A_LINK);
	if (anchor->kind == RULES_CLOSED)
		return no(EBADF, CGSWAP_CAUSE_BAD_DESCRIPTOR);
	if (by_link && anchor->kind == RULES_PROGRAM)
		return no(EINVAL, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	if (by_link && anchor->kind != RULES_LINK)
		return no(EINVAL, CGSWAP_CAUSE_NOT_A_LINK);
	if (!by_link && anchor->kind == RULES_LINK)
		return no(EINVAL, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	if (!by_link && anchor->kind != RULES_PROGRAM)
		return no(EINVAL, CGSWAP_CAUSE_NOT_A_PROGRAM);
	return yes();
}

static bool rules_is_anchor(const struct rules_entry *entry, const struct rules_request *request)
{
	if (request->flags & KERNEL_LINK)
		return entry->link == request->anchor.id;
	return !entry->link && entry->program == request->anchor.id;
}

struct rules_answer rules_position(size_t *index, const struct rules_chain *chain,
				   const struct rules_request *request)
{
	struct rules_answer checked = rules_check_position_flags(chain, request);
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
		if (!rules_is_anchor(&chain->entries[i], request))
			continue;
		if (chain->entries[i].preorder != preorder)
			return no(EINVAL, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
		*index = request->flags & KERNEL_BEFORE ? i : i + 1;
		return checked;
	}
	return no(ENOENT, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED);
}
