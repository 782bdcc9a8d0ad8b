/* SPDX-License-Identifier: BSD-2-Clause */
/* Resolves a selector to an entry of a chain: opens the program, and the link that holds it. */
#ifndef CGSWAP_CHAIN_CHAIN_RESOLVE_H
#define CGSWAP_CHAIN_CHAIN_RESOLVE_H

#include "chain/chain.h"
#include "explain/explain.h"
#include "program/program_table.h"

struct resolved {
	struct program *program;
	int link_fd; /* -1: a plain entry, or the caller may not list links */
	uint32_t link_id;
	bool link_by_fd; /* the selector is a descriptor of the link */
	bool link_named; /* the selector names the link, whichever program it holds */
	size_t position;
	bool position_unknown; /* the link belongs to this chain, but its program has several
				  entries */
	bool is_plain;         /* no link has the entry; false: unknown, or a link has it */
	bool unread;           /* the chain could not be read: only program is set */
};

#define RESOLVED_NOTHING                                                                           \
	{                                                                                          \
		.link_fd = -1                                                                      \
	}

void resolved_drop(struct resolved *resolved, struct kernel *kernel);

/*
 * Resolves a selector in a new snapshot. A program with several entries is ambiguous, unless a link
 * was named. A revision other than 0 must match the chain's. may_be_unread: a caller without the
 * privilege to read the chain can name a program by a descriptor or a pin. A program that is in
 * open, which may be NULL, is not opened again.
 */
enum cgswap_status chain_resolve(struct resolved *out, struct cgswap_chain *chain,
				 const char *selector, uint64_t revision, bool may_be_unread,
				 const struct program_table *open);

/*
 * For a detach or replace whose entry was not found; the last error and status say so. If
 * change.named names an existing program, and the kernel would reject the change for another reason
 * than its absence, that reason becomes the last error instead.
 */
enum cgswap_status chain_error_absent(const struct change *change, enum cgswap_status status);

#endif
