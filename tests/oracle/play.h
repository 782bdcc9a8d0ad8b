/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file play.h
 * Plays operations on both kernels and compares them after each; and reduces a list that shows a
 * difference to the few operations that are needed.
 */
#ifndef TESTS_ORACLE_PLAY_H
#define TESTS_ORACLE_PLAY_H

#include "compare.h"

/** Counts results, to see that the random operations reach everything. */
struct tally {
	unsigned long done[OP_RELOAD + 1];
	unsigned long refused[200]; /**< by errno */
};

/** Plays one operation. @return true if both agree; otherwise state->difference has the text. */
bool play(struct fixture *fixture, struct state *state, const struct operation *operation,
	  struct tally *tally);

/** Plays a list on new cgroups. @return the index of the first difference, or the list's length. */
size_t play_list(struct fixture *fixture, struct state *state, const struct list *list);

/** Removes operations and details from a list that the difference does not need. */
void shrink(struct list *list, struct fixture *fixture, struct state *state);

#endif
