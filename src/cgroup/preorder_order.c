/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/preorder_order.h"

/*
 * The entries of the chain are a block in the effective order: first the preorder entries, then the
 * others, each in the order of the chain. If block is this block, returns the number of preorder
 * entries: the only index at which the position decreases. Returns 0 if it never decreases, since
 * any number is possible then, and -1 if block is another.
 */
static int order_boundary(const struct snapshot *own, const uint32_t *block)
{
	uint64_t seen = 0;
	size_t last = 0;
	int found = 0;

	for (size_t i = 0; i < own->count; i++) {
		size_t at = snapshot_find(own, block[i]);

		if (at == own->count || (seen & (1ULL << at)))
			return -1;
		seen |= 1ULL << at;
		if (i && at < last) {
			if (found)
				return -1;
			found = (int)i;
		}
		last = at;
	}
	return found;
}

static bool order_has_duplicates(const struct snapshot *own)
{
	for (size_t i = 0; i < own->count; i++)
		if (snapshot_find(own, own->ids[i]) != i)
			return true;
	return false;
}

void preorder_from_order(enum cgswap_preorder *out, const struct snapshot *own,
			 const struct snapshot *effective)
{
	const uint32_t *block = NULL;
	size_t fits = 0;
	int preorder = 0;

	for (size_t i = 0; i < own->count; i++)
		out[i] = CGSWAP_PREORDER_DEFAULT;
	if (!own->count || own->count > KERNEL_CHAIN_MAX || order_has_duplicates(own))
		return;
	for (size_t i = 0; i + own->count <= effective->count; i++) {
		int here = order_boundary(own, effective->ids + i);

		if (here < 0)
			continue;
		fits++;
		block = effective->ids + i;
		preorder = here;
	}
	/*
	 * an ancestor with the same programs makes two blocks; a block in chain order does not
	 * decide
	 */
	if (fits != 1 || preorder == 0)
		return;
	for (size_t i = 0; i < own->count; i++)
		out[snapshot_find(own, block[i])] = (int)i < preorder ? CGSWAP_PREORDER_YES
								      : CGSWAP_PREORDER_NO;
}
