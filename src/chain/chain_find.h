/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps from a selector to an entry, for those who bind entries. */
#ifndef CGSWAP_CHAIN_CHAIN_FIND_H
#define CGSWAP_CHAIN_CHAIN_FIND_H

#include "chain/chain.h"
#include "chain/selector.h"

/* What a selector came to: a program by its id, a link with the program it holds, or neither. */
struct selector_target {
	uint32_t program_id;
	struct kernel_link link; /* id 0: none */
};

enum cgswap_status chain_find_target(struct selector_target *out, struct cgswap_session *session,
				     const struct selector *selector);

/*
 * The positions in the snapshot that fit, at least one and at most KERNEL_CHAIN_MAX. A link that
 * belongs elsewhere is refused; its program may stand in several places.
 */
enum cgswap_status chain_match(struct cgswap_chain *chain, const struct selector *selector,
			       const struct selector_target *target, size_t *matches,
			       size_t *count);

enum cgswap_status chain_error_several(const struct cgswap_chain *chain, const char *given,
				       const size_t *matches, size_t count);

#endif
