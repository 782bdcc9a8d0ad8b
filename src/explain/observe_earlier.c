/* SPDX-License-Identifier: BSD-2-Clause */
/* The earlier steps of a transaction, which a forecast counts as done. */
#include <string.h>

#include "explain/observe.h"

static int observe_earlier_attach(struct observed *observed, const struct change_swap *step)
{
	struct rules_chain *own = &observed->own;
	struct snapshot *chain = &observed->chain;
	int err = snapshot_reserve(chain, chain->count + 1);

	if (err || own->count == KERNEL_CHAIN_MAX)
		return err;
	if (!own->count)
		own->mode = chain->mode = KERNEL_MULTI;
	chain->ids[chain->count++] = step->to;
	own->entries[own->count++] = (struct rules_entry){ .program = step->to,
							   .link = step->link_id };
	return 0;
}

static void observe_earlier_detach(struct observed *observed, size_t at)
{
	struct rules_chain *own = &observed->own;
	struct snapshot *chain = &observed->chain;

	chain->count--;
	own->count--;
	memmove(&chain->ids[at], &chain->ids[at + 1], (chain->count - at) * sizeof(*chain->ids));
	memmove(&own->entries[at], &own->entries[at + 1],
		(own->count - at) * sizeof(*own->entries));
	if (!own->count)
		own->mode = 0;
}

/* The entry of an earlier step: that of its link, or a plain one. */
static size_t observe_find_earlier(const struct rules_chain *own, const struct change_swap *step)
{
	size_t other = own->count;

	for (size_t i = 0; i < own->count; i++) {
		const struct rules_entry *entry = &own->entries[i];

		if (step->link_id && entry->link == step->link_id)
			return i;
		if (entry->program != step->from)
			continue;
		if (!step->link_id && !entry->link)
			return i;
		if (other == own->count)
			other = i;
	}
	return other;
}

int observe_earlier(struct observed *observed, const struct change *change)
{
	int err = 0;

	for (size_t i = 0; i < change->earlier_count && !err; i++) {
		const struct change_swap *step = &change->earlier[i];
		size_t at = observe_find_earlier(&observed->own, step);

		if (!step->from) {
			err = observe_earlier_attach(observed, step);
			continue;
		}
		if (at == observed->own.count)
			continue;
		if (!step->to) {
			observe_earlier_detach(observed, at);
			continue;
		}
		observed->own.entries[at].program = step->to;
		observed->own.entries[at].link = step->link_id;
		observed->chain.ids[at] = step->to;
	}
	return err;
}
