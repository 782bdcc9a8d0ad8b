/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file calls.h
 * The three ways by which a case is made: through the door, asked of the rules, and by a caller of
 * the library. The scene is set; none of them prints but the last.
 */
#ifndef TESTS_MATRIX_CALLS_H
#define TESTS_MATRIX_CALLS_H

#include "fixture.h"

/** What cases.tsv says of a case. */
struct wanted {
	int errnum; /* 0: done */
	enum cgswap_cause cause; /* NONE: done, or no matter */
	bool cannot_be_called;   /* "-" */
};

/** @return 0 or a negative errno. A link that was made is closed again by ground_clear(). */
int way_door(struct fixture *fixture);

/** What the rules say, and the chain as they leave it, in the ground's shadow. */
struct rules_answer call_rules(struct fixture *fixture);

/** The chain there is the shadow's: ids, mode, revision; tells when not. */
bool way_as_shadow(struct fixture *fixture);

/**
 * One check: asked for, and then done, through the public functions, it comes to this cause (NONE:
 * done), and the forecast says the same with the same words. masked: the session does without these
 * features.
 */
void call_public(struct fixture *fixture, enum cgswap_cause cause, uint32_t masked);

#endif
