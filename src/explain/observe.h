/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the chain of a change into values that the rules evaluate. */
#ifndef CGSWAP_EXPLAIN_OBSERVE_H
#define CGSWAP_EXPLAIN_OBSERVE_H

#include "cgroup/snapshot.h"
#include "explain/ancestor.h"
#include "explain/change.h"
#include "rules/rules.h"

struct observed {
	struct rules_input input;
	struct rules_kernel kernel;
	struct rules_request request;
	struct rules_update update; /* for LINK_UPDATE */
	struct rules_chain own;
	struct rules_chain ancestor; /* the first ancestor, from the parent up, with any program */
	const struct rules_chain *ancestors[1];
	char ancestor_path[ANCESTOR_PATH_SIZE];
	bool new_is_attached;        /* before the earlier swaps of the transaction */
	struct snapshot chain;       /* the chain itself, as it was read */
	struct rules_entry *assumed; /* an anchor whose preorder is not known; or NULL */
	bool links_read;             /* the links of the chain were searched */
	int unreadable;              /* errno of the query; 0: the chain was read */
	int exhausted;               /* ENOMEM, EMFILE or ENFILE, if the observation ran into it */
};

/* errnum: the kernel's answer to the change; 0: a forecast. */
void observe_change(struct observed *observed, const struct change *change, int errnum);
/*
 * Supposes the opposite of what was assumed, because the kernel's answer contradicts it. False if
 * nothing was assumed.
 */
bool observed_doubt(struct observed *observed);

/*
 * For observe_change(): does in the observed chain what the earlier steps of the transaction will
 * have done. Returns 0 or -ENOMEM.
 */
int observe_earlier(struct observed *observed, const struct change *change);

/* The link that holds an entry of this program; 0: none, or its id is not known. */
uint32_t observed_link(const struct observed *observed, uint32_t program_id);

void observed_free(struct observed *observed);

#endif
