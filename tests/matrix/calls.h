/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file calls.h
 * The three levels at which a case is called: the backend, the rules, and the public functions. The
 * fixture is set up before. Only call_public() makes a check.
 */
#ifndef TESTS_MATRIX_CALLS_H
#define TESTS_MATRIX_CALLS_H

#include "fixture.h"

/** The result that cases.tsv gives for a case. */
struct wanted {
	int errnum; /* 0: success */
	enum cgswap_cause cause; /* NONE: success, or any */
	bool cannot_be_called;   /* "-": not through the public functions */
};

/** @return 0 or a negative errno. fixture_clear() closes a link that was created. */
int call_backend(struct fixture *fixture);

/** Returns the answer of the rules and applies it to the predicted chain. */
struct rules_answer call_rules(struct fixture *fixture);

/** Compares ids, mode and revision with the predicted chain, and prints a difference. */
bool chain_is_predicted(struct fixture *fixture);

/**
 * Makes the call and its dry run with the public functions and checks that both have this cause (NONE:
 * success) and the same message. disabled: features that the session does without.
 */
void call_public(struct fixture *fixture, enum cgswap_cause cause, uint32_t disabled);

#endif
