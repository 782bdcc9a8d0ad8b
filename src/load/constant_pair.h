/* SPDX-License-Identifier: BSD-2-Clause */
/* Matches the constants of an object with those of an old program, by their names. */
#ifndef CGSWAP_LOAD_CONSTANT_PAIR_H
#define CGSWAP_LOAD_CONSTANT_PAIR_H

#include <stdint.h>

#include "object/constant.h"

/* One constant's match on the other side. */
struct constant_pair {
	const struct constant *other; /* NULL: none */
	bool divided; /* none, but one is a struct where the other has a variable of the name */
};

/*
 * Fills one pair for each constant of either side. Constants of one name, such as static variables
 * of several functions, match in their order. Returns 0 or -ENOMEM.
 */
int constant_pair_all(struct constant_pair *a_pairs, const struct constants *a,
		      struct constant_pair *b_pairs, const struct constants *b);

#endif
