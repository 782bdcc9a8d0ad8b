/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/map_claimant.h"

#include <stdlib.h>

#include "base/hash_index.h"

static struct hash_index map_claimants; /* by the ids of the programs */

static uint64_t map_claimant_hash(const struct map_claimant *claimant)
{
	return hash_number(hash_number((uintptr_t)claimant->kernel) ^ claimant->program_id);
}

static bool map_claimant_is_same(const void *item, const void *key)
{
	const struct map_claimant *claimant = item, *wanted = key;

	return claimant->kernel == wanted->kernel && claimant->program_id == wanted->program_id;
}

struct map_claimant *map_claimant_find(struct kernel *kernel, uint32_t program_id)
{
	const struct map_claimant wanted = { .kernel = kernel, .program_id = program_id };

	return hash_index_find(&map_claimants, map_claimant_hash(&wanted), map_claimant_is_same,
			       &wanted);
}

struct map_claimant *map_claimant_get(struct kernel *kernel, uint32_t program_id)
{
	struct map_claimant *claimant = map_claimant_find(kernel, program_id);

	if (claimant)
		return claimant;
	claimant = calloc(1, sizeof(*claimant));
	if (!claimant || hash_index_reserve(&map_claimants, 1)) {
		free(claimant);
		return NULL;
	}
	claimant->kernel = kernel;
	claimant->program_id = program_id;
	hash_index_add(&map_claimants, map_claimant_hash(claimant), claimant);
	return claimant;
}

void map_claimant_free_unused(struct map_claimant *claimant)
{
	if (claimant->claims)
		return;
	hash_index_remove(&map_claimants, map_claimant_hash(claimant), claimant);
	free(claimant);
	if (!map_claimants.count)
		hash_index_free(&map_claimants, NULL);
}

void map_claimant_add(struct map_claimant *claimant, struct map_claim *claim)
{
	claim->claimant = claimant;
	claim->program_id = claimant->program_id;
	claim->next_of_claimant = claimant->claims;
	claimant->claims = claim;
}

void map_claimant_remove(struct map_claim *claim)
{
	struct map_claim **at = &claim->claimant->claims;

	while (*at != claim)
		at = &(*at)->next_of_claimant;
	*at = claim->next_of_claimant;
	map_claimant_free_unused(claim->claimant);
}
