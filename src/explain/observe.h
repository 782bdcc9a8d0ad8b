/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the chain that a change is about, as values that the rules can judge. */
#ifndef CGSWAP_EXPLAIN_OBSERVE_H
#define CGSWAP_EXPLAIN_OBSERVE_H

#include "cgroup/snapshot.h"
#include "explain/change.h"
#include "rules/rules.h"

struct observed {
	struct rules_input input;
	struct rules_kernel kernel;
	struct rules_request request;
	struct rules_update update; /* of LINK_UPDATE */
	struct rules_chain own;
	struct rules_chain ancestor; /* the first one from the parent up that holds anything */
	const struct rules_chain *ancestors[1];
	struct snapshot chain; /* the own chain, as it was read */
	int unreadable;        /* the errno of the query, 0 when the chain was read */
	int exhausted;         /* ENOMEM, EMFILE or ENFILE, when one stopped the reading */
};

void observe_change(struct observed *observed, const struct change *change);
void observed_free(struct observed *observed);

#endif
