/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entries that one selector names in many cgroups. A program is compared once, wherever it is
 * attached.
 */
#ifndef CGSWAP_CHAIN_CHAIN_HOLDERS_H
#define CGSWAP_CHAIN_CHAIN_HOLDERS_H

#include "base/hash_index.h"
#include "chain/chain.h"
#include "chain/chain_find.h"

/* A program that was compared with the selector. */
struct holder_program {
	uint32_t id;
	bool fits;
	char tag[PROGRAM_TAG_SIZE]; /* "": it cannot be read */
};

struct chain_holders {
	struct cgswap_session *session;
	char *selector; /* a copy of the caller's */
	uint32_t id;    /* the program that the selector names; 0: by its name or tag */
	struct hash_index programs;
};

/*
 * Parses a selector that may fit in many cgroups: pos:N and links are refused. The descriptor or
 * pin of a program is looked up once, here.
 */
enum cgswap_status chain_holders_begin(struct chain_holders *out, struct cgswap_session *session,
				       const char *selector);
void chain_holders_end(struct chain_holders *holders);

/* Ignores the program with this id from now on, because it has replaced another one. */
enum cgswap_status chain_holders_exclude(struct chain_holders *holders, uint32_t id);

/*
 * Finds the entry of a chain that was read. *out is NULL if none fits; several are an error. Runs
 * in a call that has entered the chain.
 */
enum cgswap_status chain_holders_find(const struct holder_program **out,
				      struct chain_holders *holders, struct cgswap_chain *chain);

#endif
