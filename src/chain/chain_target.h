/* SPDX-License-Identifier: BSD-2-Clause */
/* The object that a selector names by itself, without a look at any chain. */
#ifndef CGSWAP_CHAIN_CHAIN_TARGET_H
#define CGSWAP_CHAIN_CHAIN_TARGET_H

#include "chain/selector.h"
#include "session/session.h"

/* A program by its id, a link with the program that it holds, or (name, tag, position) neither. */
struct chain_target {
	uint32_t program_id;
	struct kernel_link link; /* id 0: not a link */
};

enum cgswap_status chain_target_read(struct chain_target *out, struct cgswap_session *session,
				     const struct selector *selector);

#endif
