/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file compare.h
 * Reads the state of the fixture from both kernels and compares it.
 */
#ifndef TESTS_ORACLE_COMPARE_H
#define TESTS_ORACLE_COMPARE_H

#include "fixture.h"

enum { TYPES = 64, EFFECTIVE_MAX = 64 * (CGROUPS + 1), DIFFERENCE_SIZE = 2000 };

/** The last state of a chain, the same on both sides. */
struct view {
	size_t count;
	uint32_t mode;
	uint64_t revision;
	unsigned programs[KERNEL_CHAIN_MAX]; /**< indexes of programs */
};

/** The last known state of a slot's link. */
struct slot {
	bool open;
	unsigned cgroup; /**< GONE: detached */
	uint32_t attach_type;
	unsigned program;
};

struct state {
	struct view views[CGROUPS][TYPES];
	struct slot slots[LINKS];
	char difference[DIFFERENCE_SIZE]; /**< text of the last difference */
};

/** Sets the state after fixture_reset(). */
void state_reset(struct state *state, const struct fixture *fixture);

/** Each returns true if both sides agree; otherwise state->difference has the text. */
bool compare_results(struct state *state, int live, int model);
bool compare_chain(struct state *state, const struct fixture *fixture, unsigned cgroup, uint32_t attach_type);
bool compare_link(struct state *state, const struct fixture *fixture, unsigned slot);
bool compare_all(struct state *state, const struct fixture *fixture, const uint32_t *attach_types, size_t count);
/** Compares whether the program with this id in the model is still loaded on either side. */
bool compare_lifetime(struct state *state, const struct fixture *fixture, uint32_t model_id);
/** Runs OP_QUERY and compares all results. *result: the return value of both. */
bool compare_query(struct state *state, const struct fixture *fixture, const struct operation *operation,
		   int *result);

#endif
