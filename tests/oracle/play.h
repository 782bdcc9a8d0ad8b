/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file play.h
 * Plays operations on both kernels at once and compares after each; and cuts a list on which they
 * differ down to the few operations that matter.
 */
#ifndef TESTS_ORACLE_PLAY_H
#define TESTS_ORACLE_PLAY_H

#include "compare.h"

/** How often each operation came out how: to see that the dice reached everything. */
struct tally {
	unsigned long done[OP_RELOAD + 1];
	unsigned long refused[200]; /**< by errno */
};

/** Plays one operation. @return whether both kernels agree; if not, book->why tells. */
bool play(struct fixture *fixture, struct book *book, const struct operation *operation,
	  struct tally *tally);

/** Plays a list on a new scene. @return the index at which they differ, or the list's length. */
size_t play_list(struct fixture *fixture, struct book *book, const struct list *list);

/** Leaves out of a list, and of its operations, whatever the difference does not need. */
void shrink(struct list *list, struct fixture *fixture, struct book *book);

#endif
