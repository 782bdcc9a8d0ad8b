/* SPDX-License-Identifier: BSD-2-Clause */
/* A selector is tied to what stands in the chain: the program, opened, and the link that holds it.
 */
#ifndef CGSWAP_CHAIN_CHAIN_RESOLVE_H
#define CGSWAP_CHAIN_CHAIN_RESOLVE_H

#include "chain/chain.h"
#include "explain/explain.h"

struct resolved {
	struct program *program;
	int link_fd; /* -1: it is a plain entry, as far as can be told */
	uint32_t link_id;
	size_t position;
	bool position_unknown; /* its link says that it is here, its program stands in several
				  places */
	bool unread;           /* the chain may not be read: nothing but the program is known */
};

#define BOUND_NOTHING                                                                              \
	{                                                                                          \
		.link_fd = -1                                                                      \
	}

void resolved_drop(struct resolved *resolved, struct kernel *kernel);

/*
 * Binds what a selector names in a new snapshot. A program that stands there twice is ambiguous,
 * unless a link was named. A revision other than 0 must be the chain's. blindly: a chain that may
 * not be read is no hindrance, where the selector is the program itself.
 */
enum cgswap_status chain_resolve(struct resolved *out, struct cgswap_chain *chain,
				 const char *selector, uint64_t revision, bool may_be_unread);

/*
 * The program that a selector names whether it is in the chain or not (id:, fd:, pin:); NULL where
 * it names none, with the last error as it was.
 */
struct program *chain_named_program(struct cgswap_chain *chain, const char *selector);

/*
 * For a change whose entry is not there: what the kernel would have to say against it before that
 * becomes the last error instead. Not for one that is told better already.
 */
enum cgswap_status chain_error_absent(const struct change *change, enum cgswap_status status);

#endif
