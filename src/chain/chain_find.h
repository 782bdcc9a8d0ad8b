/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the entries of a chain that a selector matches. */
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
 * Finds all matching entries of the snapshot. Fails without a match, and for a link of another
 * chain. For a link it finds all entries of its program, and one of them is the link's.
 */
enum cgswap_status chain_match(struct chain_match *out, struct cgswap_chain *chain,
			       const struct selector *selector);

/* The error for a selector that matches several entries. */
enum cgswap_status chain_error_ambiguous(const struct cgswap_chain *chain,
					 const struct selector *selector,
					 const struct chain_match *match);

#endif
