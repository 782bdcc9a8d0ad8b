/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file generate.h
 * Random operations: mostly sensible ones, near what stands in the chains, so that they get far;
 * and everything that can be wrong with one.
 */
#ifndef TESTS_ORACLE_GENERATE_H
#define TESTS_ORACLE_GENERATE_H

#include "choose.h"

struct mood mood_new(struct dice *dice, const struct fixture *fixture);

struct operation generate(struct dice *dice, const struct mood *mood, const struct fixture *fixture,
			  const struct book *book);

#endif
