/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One chain that steps of a transaction change, as the transaction knows it: read when a step was
 * added, and kept up to date with the transaction's own changes, so that a commit need not read it.
 */
#ifndef CGSWAP_REPLACE_CHAIN_STATE_H
#define CGSWAP_REPLACE_CHAIN_STATE_H

#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"
#include "chain/chain.h"

struct chain_state {
	struct chain_state *next;
	struct cgroup *cgroup;
	const struct attach_type *type;
	struct snapshot now;
	/* goes up when positions and flags may have changed: a step bound before must refresh */
	unsigned generation;
	unsigned external_changes; /* how often a read showed that others had changed it */
	unsigned own_changes;
};

/*
 * The state of a chain that was just read, made in *list where the transaction has none of it yet;
 * NULL without memory. Steps bound to another snapshot of it must refresh.
 */
struct chain_state *chain_state_get(struct chain_state **list, const struct cgswap_chain *chain);

void chain_state_free_all(struct chain_state **list);

/* Reads the chain again, with no memory; 0 or a negative errno. */
int chain_state_read(struct chain_state *chain, struct cgswap_session *session);

/* Every step that is bound to it must refresh before it acts. */
void chain_state_invalidate(struct chain_state *chain);

/* Follows a change of our own, which the kernel counted in the chain's revision. */
void chain_state_count_own_change(struct chain_state *chain);

#endif
