/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel object that a selector names without reading any chain. */
#ifndef CGSWAP_CHAIN_CHAIN_TARGET_H
#define CGSWAP_CHAIN_CHAIN_TARGET_H

#include "chain/selector.h"
#include "session/session.h"

/* A program id, or a link and the program that it holds; empty for a name, tag or position. */
struct chain_target {
	uint32_t program_id;
	struct kernel_link link; /* id 0: not a link */
};

enum cgswap_status chain_target_read(struct chain_target *out, struct cgswap_session *session,
				     const struct selector *selector);

#endif
