/* SPDX-License-Identifier: BSD-2-Clause */
/* The position of a new entry: from before, after and position to the flags of the kernel. */
#ifndef CGSWAP_CHAIN_CHAIN_POSITION_H
#define CGSWAP_CHAIN_CHAIN_POSITION_H

#include "chain/chain.h"
#include "rules/rules.h"

struct chain_position {
	uint32_t flags;    /* KERNEL_BEFORE, AFTER, ID, LINK */
	uint32_t relative; /* the id of the anchor, if any */
	struct rules_anchor anchor;
	const char *named;   /* how the caller named the entry to attach beside; NULL: none */
	char via[32];        /* "pos:N": the entry used as anchor instead; or "" */
	bool needs_snapshot; /* right only for the snapshot that it was made from */
	size_t index;        /* where the new entry will be, if needs_snapshot */
};

/* Reads the chain where an anchor is named, or the kernel cannot order entries. */
enum cgswap_status chain_position(struct chain_position *out, struct cgswap_chain *chain,
				  const struct cgswap_attach_opts *opts, bool by_link);

#endif
