/* SPDX-License-Identifier: BSD-2-Clause */
/* Where in a chain a program is to be attached: from the caller's words to the kernel's. */
#ifndef CGSWAP_CHAIN_CHAIN_POSITION_H
#define CGSWAP_CHAIN_CHAIN_POSITION_H

#include "chain/chain.h"
#include "rules/rules.h"

struct chain_position {
	uint32_t flags;    /* KERNEL_BEFORE, AFTER, ID, LINK */
	uint32_t relative; /* the id of the anchor, if any */
	struct rules_anchor anchor;
	const char *named;   /* how the caller named what it is to stand beside; NULL: nothing */
	char via[96];        /* what it is put beside instead, if that is another entry; or empty */
	bool needs_snapshot; /* right only for the snapshot that was looked at */
	size_t index;        /* where it will stand, when tied */
};

/* Reads the chain anew where a neighbour is named. */
enum cgswap_status chain_position(struct chain_position *out, struct cgswap_chain *chain,
				  const struct cgswap_attach_opts *opts, bool by_link);

#endif
