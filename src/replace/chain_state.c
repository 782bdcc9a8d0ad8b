/* SPDX-License-Identifier: BSD-2-Clause */
#include "replace/chain_state.h"

#include <stdlib.h>
#include <string.h>

/* A cgroup whose id could not be read never equals another. */
static bool is_same_cgroup(const struct cgroup *a, const struct cgroup *b)
{
	return a == b || (a->id && a->id == b->id);
}

static struct chain_state *chain_state_find(struct chain_state *list,
					    const struct cgswap_chain *chain)
{
	while (list && (list->type != chain->type || !is_same_cgroup(list->cgroup, chain->cgroup)))
		list = list->next;
	return list;
}

/* Uses no more entries than snapshot_reserve() has allocated, which is enough for multi mode. */
static void chain_state_copy(struct chain_state *chain, const struct snapshot *now)
{
	chain->now.count = now->count < chain->now.capacity ? now->count : chain->now.capacity;
	if (now->count)
		memcpy(chain->now.ids, now->ids, chain->now.count * sizeof(*now->ids));
	chain->now.mode = now->mode;
	chain->now.revision = now->revision;
}

static struct chain_state *chain_state_new(const struct cgswap_chain *chain)
{
	struct chain_state *made = calloc(1, sizeof(*made));

	if (!made || snapshot_reserve(&made->now)) {
		free(made);
		return NULL;
	}
	made->cgroup = cgroup_ref(chain->cgroup);
	made->type = chain->type;
	return made;
}

struct chain_state *chain_state_get(struct chain_state **list, const struct cgswap_chain *chain)
{
	struct chain_state *known = chain_state_find(*list, chain);
	bool moved;

	if (known) {
		moved = known->now.revision != chain->now.revision;
		if (moved || !snapshot_same_list(&known->now, &chain->now))
			chain_state_invalidate(known);
		known->external_changes += moved;
		if (moved)
			known->probed_from = 0;
	} else {
		known = chain_state_new(chain);
		if (!known)
			return NULL;
		known->next = *list;
		*list = known;
	}
	chain_state_copy(known, &chain->now);
	return known;
}

void chain_state_free_all(struct chain_state **list)
{
	struct chain_state *chain;

	while ((chain = *list)) {
		*list = chain->next;
		cgroup_unref(chain->cgroup);
		snapshot_free(&chain->now);
		free(chain);
	}
}

int chain_state_read(struct chain_state *chain, struct cgswap_session *session)
{
	uint64_t before = chain->now.revision;
	int err = snapshot_read(&chain->now, session, chain->cgroup->fd, chain->type->number, 0);

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

uint64_t chain_state_follow_probes(struct chain_state *list, const struct cgswap_chain *chain,
				   uint64_t expected)
{
	const struct chain_state *known = chain_state_find(list, chain);

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
