/* SPDX-License-Identifier: BSD-2-Clause */
#include "replace/chain_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "replace/replace.h"

/* A cgroup whose id could not be read never equals another. */
static bool is_same_cgroup(const struct cgroup *a, const struct cgroup *b)
{
	return a == b || (a->id && a->id == b->id);
}

static bool chain_state_is_of(const void *item, const void *key)
{
	const struct chain_state *state = item;
	const struct cgswap_chain *chain = key;

	return state->type == chain->type && is_same_cgroup(state->cgroup, chain->cgroup);
}

static uint64_t chain_state_hash(const struct cgswap_chain *chain)
{
	return hash_number(chain->cgroup->id * 64 + chain->type->number);
}

static struct chain_state *chain_state_find(const struct chain_states *states,
					    const struct cgswap_chain *chain)
{
	return hash_index_find(&states->by_chain, chain_state_hash(chain), chain_state_is_of,
			       chain);
}

static int chain_state_copy(struct chain_state *chain, const struct snapshot *now)
{
	if (snapshot_reserve(&chain->now, now->count))
		return -ENOMEM;
	chain->now.count = now->count;
	if (now->count)
		memcpy(chain->now.ids, now->ids, now->count * sizeof(*now->ids));
	chain->now.mode = now->mode;
	chain->now.revision = now->revision;
	return 0;
}

/*
 * A commit that reads a chain again should need no memory. In a large transaction, whose size
 * counts, a chain may only grow to the double.
 */
static size_t chain_state_capacity(const struct chain_states *states, size_t count)
{
	enum { LARGE = 64, SPARE_MIN = 16 };

	if (states->by_chain.count < LARGE || 2 * count > KERNEL_CHAIN_MAX)
		return KERNEL_CHAIN_MAX;
	return 2 * count < SPARE_MIN ? SPARE_MIN : 2 * count;
}

static struct chain_state *chain_state_new(struct chain_states *states,
					   const struct cgswap_chain *chain)
{
	struct chain_state *made = calloc(1, sizeof(*made));

	if (!made || hash_index_reserve(&states->by_chain, 1) ||
	    snapshot_reserve(&made->now, chain_state_capacity(states, chain->now.count))) {
		free(made);
		return NULL;
	}
	hash_index_add(&states->by_chain, chain_state_hash(chain), made);
	made->cgroup = cgroup_ref(chain->cgroup);
	made->type = chain->type;
	return made;
}

struct chain_state *chain_state_get(struct chain_states *states, const struct cgswap_chain *chain)
{
	struct chain_state *known = chain_state_find(states, chain);
	bool moved;

	if (known) {
		moved = known->now.revision != chain->now.revision;
		if (moved || !snapshot_same_list(&known->now, &chain->now))
			chain_state_invalidate(known);
		known->external_changes += moved;
		if (moved)
			known->probed_from = 0;
	} else {
		known = chain_state_new(states, chain);
		if (!known)
			return NULL;
	}
	return chain_state_copy(known, &chain->now) ? NULL : known;
}

bool chain_state_has_step_for(const struct chain_states *states, const struct cgswap_chain *chain,
			      uint32_t old_id)
{
	const struct chain_state *known = chain_state_find(states, chain);
	const struct cgswap_step *step = known ? known->steps : NULL;

	while (step && (!step->target.old || step->target.old->info.id != old_id))
		step = step->next_in_chain;
	return step;
}

void chain_state_add_step(struct chain_state *chain, struct cgswap_step *step)
{
	if (chain->last_step)
		chain->last_step->next_in_chain = step;
	else
		chain->steps = step;
	chain->last_step = step;
}

static void chain_state_free(void *item)
{
	struct chain_state *chain = item;

	if (chain->is_kept)
		fd_pool_unkeep(&chain->cgroup->open);
	cgroup_unref(chain->cgroup);
	snapshot_free(&chain->now);
	free(chain);
}

void chain_state_free_all(struct chain_states *states)
{
	hash_index_free(&states->by_chain, chain_state_free);
}

int chain_state_read(struct chain_state *chain, struct cgswap_session *session)
{
	uint64_t before = chain->now.revision;
	int err = snapshot_read(&chain->now, session, cgroup_fd(chain->cgroup), chain->type->number,
				0);

	chain_state_invalidate(chain);
	if (!err && chain->now.revision != before)
		chain_state_note_external_change(chain);
	return err;
}

void chain_state_invalidate(struct chain_state *chain)
{
	chain->generation++;
}

void chain_state_note_external_change(struct chain_state *chain)
{
	chain_state_invalidate(chain);
	chain->external_changes++;
	chain->probed_from = 0;
}

void chain_state_count_probe(struct chain_state *chain, uint64_t before)
{
	chain->own_changes += 2;
	if (!chain->probed_from)
		chain->probed_from = before;
}

uint64_t chain_state_follow_probes(const struct chain_states *states,
				   const struct cgswap_chain *chain, uint64_t expected)
{
	const struct chain_state *known = chain_state_find(states, chain);

	if (!known || !known->probed_from || expected < known->probed_from ||
	    expected > known->now.revision || (expected - known->probed_from) % 2)
		return expected;
	return known->now.revision;
}

void chain_state_count_own_change(struct chain_state *chain)
{
	chain->probed_from = 0;
	chain->own_changes++;
	if (chain->now.revision)
		chain->now.revision++;
}
