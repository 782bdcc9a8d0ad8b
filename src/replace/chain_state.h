/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transaction's state of one chain that its steps change. It is read when a step is added, and
 * follows the transaction's own changes, so that a commit need not read the chain.
 */
#ifndef CGSWAP_REPLACE_CHAIN_STATE_H
#define CGSWAP_REPLACE_CHAIN_STATE_H

#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"
#include "base/hash_index.h"
#include "chain/chain.h"

struct cgswap_step;

struct chain_state {
	struct cgroup *cgroup;
	const struct attach_type *type;
	struct snapshot now;
	bool is_kept; /* the cgroup is open as long as the transaction exists */
	/* increases when positions and flags may have changed: steps bound earlier must refresh */
	unsigned generation;
	unsigned external_changes; /* number of reads that showed changes by other writers */
	unsigned own_changes;
	/*
	 * From this revision on only probes of our own, of two changes each, have led to now: a
	 * caller who has seen the chain since then has seen the same. 0: there were none.
	 */
	uint64_t probed_from;
	struct cgswap_step *steps, *last_step; /* by next_in_chain, in the order of their index */
};

/* The chains of a transaction; zeroed: none. */
struct chain_states {
	struct hash_index by_chain;
};

/*
 * Returns the state of a chain that was just read, and creates it if the transaction has none yet;
 * NULL without memory. Steps bound to another snapshot must refresh.
 */
struct chain_state *chain_state_get(struct chain_states *states, const struct cgswap_chain *chain);

/* True if a step of the transaction replaces this program in the chain. */
bool chain_state_has_step_for(const struct chain_states *states, const struct cgswap_chain *chain,
			      uint32_t old_id);

/* Adds a step that is complete. */
void chain_state_add_step(struct chain_state *chain, struct cgswap_step *step);

void chain_state_free_all(struct chain_states *states);

/* Reads the chain again without allocating memory. Returns 0 or a negative errno. */
int chain_state_read(struct chain_state *chain, struct cgswap_session *session);

/* Makes every step that is bound to the chain refresh before it acts. */
void chain_state_invalidate(struct chain_state *chain);

/* Counts a probe that was attached and detached; the chain was at this revision before. */
void chain_state_count_probe(struct chain_state *chain, uint64_t before);

/* Notes a change by another writer, in a read that did not come from chain_state_read(). */
void chain_state_note_external_change(struct chain_state *chain);

/*
 * Returns the revision that a caller expects who may have read the chain before probes of our own:
 * that of the state, if expected led to it by such probes only; otherwise expected.
 */
uint64_t chain_state_follow_probes(const struct chain_states *states,
				   const struct cgswap_chain *chain, uint64_t expected);

/* Counts a change of our own, which the kernel counted in the chain's revision. */
void chain_state_count_own_change(struct chain_state *chain);

#endif
