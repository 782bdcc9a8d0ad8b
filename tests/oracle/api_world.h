/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file api_world.h
 * Shared by the files that make, change and compare the world of the API's oracle.
 */
#ifndef TESTS_ORACLE_API_WORLD_H
#define TESTS_ORACLE_API_WORLD_H

#include "api.h"

/** The chains that decide about a cgroup, from its own upwards. */
struct api_levels {
	const struct rules_chain *chains[API_CGROUPS];
	size_t count;
};

struct api_levels api_levels_of(const struct api_state *state, int cgroup, unsigned type);

/** Detaches and closes the link of a slot, if it has one. */
void api_end_link(unsigned slot);
/** Detaches all entries that have no link. */
void api_clear_chain(int cgroup, uint32_t type);

#endif
