/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file compare.h
 * What both kernels say of the scene, and whether they say the same.
 */
#ifndef TESTS_ORACLE_COMPARE_H
#define TESTS_ORACLE_COMPARE_H

#include "fixture.h"

enum { TYPES = 64, EFFECTIVE_MAX = 64 * (CGROUPS + 1), WHY_SIZE = 2000 };

/** A chain as it was seen last, the same on both sides. */
struct view {
	size_t count;
	uint32_t mode;
	uint64_t revision;
	unsigned places[KERNEL_CHAIN_MAX]; /**< of programs */
};

/** Where a slot's link stands, as far as we know. */
struct slot {
	bool open;
	unsigned cgroup; /**< GONE: nowhere */
	uint32_t hook;
	unsigned program;
};

struct book {
	struct view views[CGROUPS][TYPES];
	struct slot slots[LINKS];
	char why[WHY_SIZE]; /**< what the last difference was */
};

/** As all is after stage_reset(). */
void book_reset(struct book *book, const struct fixture *fixture);

/** Each returns whether both say the same; if not, book->why tells. */
bool compare_results(struct book *book, int live, int model);
bool compare_chain(struct book *book, const struct fixture *fixture, unsigned cgroup, uint32_t hook);
bool compare_link(struct book *book, const struct fixture *fixture, unsigned slot);
bool compare_all(struct book *book, const struct fixture *fixture, const uint32_t *hooks, size_t count);
/** Both programs of this id in the model are still loaded, or neither is. */
bool compare_lifetime(struct book *book, const struct fixture *fixture, uint32_t model_id);
/** Does OP_QUERY and compares all that it tells. *result: what both gave. */
bool compare_query(struct book *book, const struct fixture *fixture, const struct operation *operation,
		   int *result);

#endif
