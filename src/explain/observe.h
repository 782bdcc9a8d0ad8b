/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the chain of a change into values that the rules evaluate. */
#ifndef CGSWAP_EXPLAIN_OBSERVE_H
#define CGSWAP_EXPLAIN_OBSERVE_H

#include "base/error.h"
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
	int modes;                   /* the answer of ask_modes(), if that was asked */
	bool above;                  /* the ancestor is one that this process cannot see */
	bool uncertain;              /* such an ancestor may forbid the change */
	bool new_is_attached;        /* before the earlier swaps of the transaction */
	bool is_multi;               /* likewise: the chain is empty or in multi mode */
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

/* For observe_change(): finds the ancestor that decides if the change is allowed. */
void observe_ancestors(struct observed *observed, const struct change *change, int errnum);

/* Without memory or descriptors the observations are not reliable. */
static inline void observe_note_exhaustion(struct observed *observed, int errnum)
{
	if (error_is_exhaustion(-errnum))
		observed->exhausted = errnum;
}

/* For observe_change(): the entries, mode and revision of a chain as values. */
static inline void observe_fill(struct rules_chain *out, const struct snapshot *chain)
{
	out->mode = chain->count ? chain->mode : 0;
	out->revision = chain->revision;
	out->count = chain->count < KERNEL_CHAIN_MAX ? chain->count : KERNEL_CHAIN_MAX;
	for (size_t i = 0; i < out->count; i++)
		out->entries[i].program = chain->ids[i];
}

/* The link that holds an entry of this program; 0: none, or its id is not known. */
uint32_t observed_link(const struct observed *observed, uint32_t program_id);

void observed_free(struct observed *observed);

#endif
