/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_DESCRIBE_H
#define TOOLS_DESCRIBE_H

#include "options.h"

/* Fetches names, links and metadata for one chain after another. */
struct describe {
	const struct options *options; /* set by the caller, the rest 0 */
	unsigned unavailable;          /* parts that failed once and are not tried again */
	enum cgswap_cause warned;      /* the cause of the last warning */
};

/*
 * Describes a chain. If a privilege or a kernel feature is missing, this warns once and succeeds:
 * the chain still has its ids.
 */
enum cgswap_status describe_chain(struct describe *describe, cgswap_chain *chain);

#endif
