/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the state of the world with the chains and orders that the kernel shows. */
#include "api_world.h"

#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

struct api_levels api_levels_of(const struct api_state *state, int cgroup, unsigned type)
{
	struct api_levels levels = { .count = 0 };

	for (; cgroup >= 0; cgroup = api_parents[cgroup])
		levels.chains[levels.count++] = &state->chains[cgroup][type];
	return levels;
}

static bool same_ids(const struct rules_chain *chain, const struct raw_chain *found)
{
	if (found->count != chain->count || (chain->count && found->flags != chain->mode))
		return false;
	for (size_t i = 0; i < chain->count; i++)
		if (found->ids[i] != chain->entries[i].program)
			return false;
	return true;
}

static bool same_order(const struct api_state *state, unsigned cgroup, unsigned type)
{
	struct api_levels levels = api_levels_of(state, (int)cgroup, type);
	uint32_t wanted[RAW_EFFECTIVE_MAX];
	struct raw_chain found;
	size_t count = rules_effective(wanted, RAW_EFFECTIVE_MAX, levels.chains, levels.count);

	return raw_query(world.cgroups[cgroup], world.types[type], RAW_EFFECTIVE, &found) == 0 &&
	       found.count == count && memcmp(found.ids, wanted, count * sizeof(wanted[0])) == 0;
}

bool api_state_matches(const struct api_state *state)
{
	struct raw_chain found;

	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES && !state->gone[c]; t++) {
			if (raw_query(world.cgroups[c], world.types[t], 0, &found) ||
			    !same_ids(&state->chains[c][t], &found) || !same_order(state, c, t))
				return false;
		}
	return true;
}

bool api_state_take_revisions(struct api_state *state)
{
	struct raw_chain found;
	bool same = true;

	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES && !state->gone[c]; t++) {
			if (raw_query(world.cgroups[c], world.types[t], 0, &found))
				continue;
			same &= state->chains[c][t].revision == found.revision;
			state->chains[c][t].revision = found.revision;
		}
	return same;
}

static void print_chain(const char *title, const struct rules_chain *chain)
{
	char text[400];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < chain->count && i < 12 && length < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, " %u%s%s",
					   chain->entries[i].program,
					   chain->entries[i].link ? "L" : "",
					   chain->entries[i].preorder ? "^" : "");
	diag("    %s: mode %u, revision %llu, %zu:%s", title, chain->mode,
	     (unsigned long long)chain->revision, chain->count, text);
}

void api_state_print(const struct api_state *state)
{
	struct raw_chain found;
	char title[64];

	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES; t++) {
			const struct rules_chain *chain = &state->chains[c][t];
			char text[300];
			size_t length = 0;

			if (raw_query(world.cgroups[c], world.types[t], 0, &found))
				found.count = 0;
			if (!chain->count && !found.count)
				continue;
			snprintf(title, sizeof(title), "C%u T%u%s, as the rules say", c, t,
				 state->gone[c] ? " (removed)" : "");
			print_chain(title, chain);
			text[0] = '\0';
			for (uint32_t i = 0; i < found.count && i < 12; i++)
				length += (size_t)snprintf(text + length, sizeof(text) - length, " %u",
							   found.ids[i]);
			diag("    C%u T%u, in the kernel: mode %u, revision %llu, %u:%s", c, t,
			     found.flags, (unsigned long long)found.revision, found.count, text);
		}
}
