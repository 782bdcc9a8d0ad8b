/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file generate.h
 * Generates random operations: mostly valid ones that fit the state of the chains, so that much of
 * the kernel is reached, and all kinds of invalid ones.
 */
#ifndef TESTS_ORACLE_GENERATE_H
#define TESTS_ORACLE_GENERATE_H

#include "choose.h"

struct profile profile_new(struct dice *dice, const struct fixture *fixture);

struct operation generate(struct dice *dice, const struct profile *profile, const struct fixture *fixture,
			  const struct state *state);

#endif
