/* SPDX-License-Identifier: BSD-2-Clause */
/* The position of a new entry: translates before, after and position to kernel flags. */
#ifndef CGSWAP_CHAIN_CHAIN_POSITION_H
#define CGSWAP_CHAIN_CHAIN_POSITION_H

#include "chain/chain.h"
#include "rules/rules.h"

struct chain_position {
	uint32_t flags;    /* KERNEL_BEFORE, AFTER, ID, LINK */
	uint32_t relative; /* the id of the anchor, if any */
	struct rules_anchor anchor;
	const char *named;   /* the caller's selector of the anchor; NULL: none */
	char via[32];        /* "pos:N": the entry used as anchor instead; or "" */
	bool needs_snapshot; /* valid only for the snapshot that it was computed from */
	size_t index;        /* position of the new entry, if needs_snapshot */
};

/* Reads the chain if an anchor is named, or if the kernel cannot order entries. */
enum cgswap_status chain_position(struct chain_position *out, struct cgswap_chain *chain,
				  const struct cgswap_attach_opts *opts, bool by_link);

#endif
