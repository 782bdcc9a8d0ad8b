/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries of a chain that a selector fits. */
#ifndef CGSWAP_CHAIN_CHAIN_FIND_H
#define CGSWAP_CHAIN_CHAIN_FIND_H

#include "chain/chain.h"
#include "chain/chain_target.h"
#include "chain/selector.h"

struct chain_match {
	struct chain_target target;
	size_t positions[KERNEL_CHAIN_MAX];
	size_t count; /* at least 1 */
};

/*
 * Finds all that fit in the snapshot, and refuses when none does, or for a link of another chain.
 * For a link these are the entries of its program, of which one is the link's.
 */
enum cgswap_status chain_match(struct chain_match *out, struct cgswap_chain *chain,
			       const struct selector *selector);

/* Refuses a selector that fits several entries. */
enum cgswap_status chain_error_ambiguous(const struct cgswap_chain *chain,
					 const struct selector *selector,
					 const struct chain_match *match);

#endif
