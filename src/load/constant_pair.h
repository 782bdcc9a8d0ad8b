/* SPDX-License-Identifier: BSD-2-Clause */
/* Matches the constants of an object with those of an old program, by their names. */
#ifndef CGSWAP_LOAD_CONSTANT_PAIR_H
#define CGSWAP_LOAD_CONSTANT_PAIR_H

#include <stdint.h>

#include "object/constant.h"

/* One constant's match on the other side. */
struct constant_pair {
	const struct constant *other; /* NULL: none */
	const struct constant *first; /* the first of those of its name on the other side */
	const struct constant
		*next;  /* the next one of its name on its own side; NULL: it is the last */
	bool divided;   /* none, but one is a struct where the other has a variable of the name */
	bool ambiguous; /* several have the name, and it matters which of them it is */
};

/*
 * Fills one pair for each constant of either side, the new and the old one. Constants of one name,
 * such as static variables of several files, or those of several old programs, cannot be told apart
 * by it: they are ambiguous unless all of the old side are equal, and enough for the new side or
 * equal to it. Returns 0 or -ENOMEM.
 */
int constant_pair_all(struct constant_pair *a_pairs, const struct constants *a,
		      struct constant_pair *b_pairs, const struct constants *b);

/*
 * The same for an old program and the file that it came from, whose constants of one name are in
 * the same order: as many, or that many in each of several old programs.
 */
int constant_pair_origin(struct constant_pair *pairs, const struct constants *old,
			 const struct constants *was);

#endif
