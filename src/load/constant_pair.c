/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/constant_pair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The constants of one side by their names; those of one name in their order. */
struct constant_side_order {
	size_t count;
	const struct constant **sorted;
	const struct constants *constants;
	struct constant_pair *pairs;
};

static int constant_pair_compare(const void *a, const void *b)
{
	const struct constant *left = *(const struct constant *const *)a;
	const struct constant *right = *(const struct constant *const *)b;
	int order = strcmp(left->name, right->name);

	if (order)
		return order;
	return left < right ? -1 : left > right;
}

static int constant_pair_sort(struct constant_side_order *out, const struct constants *constants,
			      struct constant_pair *pairs)
{
	out->count = constants->count;
	out->constants = constants;
	out->pairs = pairs;
	/* one more: calloc() of size 0 may return NULL */
	out->sorted = calloc(constants->count + 1, sizeof(*out->sorted));
	if (!out->sorted)
		return -ENOMEM;
	for (size_t i = 0; i < constants->count; i++) {
		out->sorted[i] = &constants->items[i];
		if (pairs)
			pairs[i] = (struct constant_pair){ 0 };
	}
	if (out->count > 1)
		qsort(out->sorted, out->count, sizeof(*out->sorted), constant_pair_compare);
	for (size_t i = 0; pairs && i + 1 < out->count; i++)
		if (strcmp(out->sorted[i]->name, out->sorted[i + 1]->name) == 0)
			pairs[out->sorted[i] - constants->items].next = out->sorted[i + 1];
	return 0;
}

static struct constant_pair *constant_pair_of(const struct constant_side_order *side,
					      const struct constant *constant)
{
	return &side->pairs[constant - side->constants->items];
}

/* ---- constants of one name --------------------------------------------------------------------
 */

/* Returns the number of constants from an index on that have the same name. */
static size_t constant_pair_count_name(const struct constant_side_order *side, size_t at)
{
	size_t count = 1;

	while (at + count < side->count &&
	       strcmp(side->sorted[at]->name, side->sorted[at + count]->name) == 0)
		count++;
	return count;
}

static bool constant_pair_all_equal(const struct constant *const *constants, size_t count,
				    const struct constant *to)
{
	for (size_t i = 0; i < count; i++)
		if (!constant_same(constants[i], to))
			return false;
	return true;
}

static bool constant_pair_is_ambiguous(const struct constant *const *ours, size_t our_count,
				       const struct constant *const *theirs, size_t their_count)
{
	if (our_count == 1 && their_count == 1)
		return false;
	return !constant_pair_all_equal(theirs, their_count, theirs[0]) ||
	       (our_count > their_count && !constant_pair_all_equal(ours, our_count, theirs[0]));
}

static void constant_pair_name(const struct constant_side_order *side, size_t at, size_t count,
			       const struct constant *const *others, size_t other_count,
			       bool ambiguous)
{
	for (size_t i = 0; i < count; i++) {
		struct constant_pair *pair = constant_pair_of(side, side->sorted[at + i]);

		pair->other = others[i < other_count ? i : other_count - 1];
		pair->first = others[0];
		pair->ambiguous = ambiguous;
	}
}

static void constant_pair_equal_names(const struct constant_side_order *a,
				      const struct constant_side_order *b)
{
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		size_t ours = constant_pair_count_name(a, i),
		       theirs = constant_pair_count_name(b, j);
		int order = strcmp(a->sorted[i]->name, b->sorted[j]->name);
		bool ambiguous;

		if (!order) {
			ambiguous = constant_pair_is_ambiguous(&a->sorted[i], ours, &b->sorted[j],
							       theirs);
			constant_pair_name(a, i, ours, &b->sorted[j], theirs, ambiguous);
			constant_pair_name(b, j, theirs, &a->sorted[i], ours, ambiguous);
		}
		i += order <= 0 ? ours : 0;
		j += order >= 0 ? theirs : 0;
	}
}

/* ---- structs --------------------------------------------------------------------------------- */

/* Returns a constant whose whole name is the first characters of this name. */
static const struct constant *constant_pair_find(const struct constant_side_order *side,
						 const char *name, size_t length)
{
	size_t low = 0, high = side->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *found = side->sorted[middle]->name;
		int order = strncmp(found, name, length);

		if (!order && !found[length])
			return side->sorted[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Marks members of a side whose struct is a variable on the other side. */
static void constant_pair_divided(const struct constant_side_order *members,
				  const struct constant_side_order *variables)
{
	for (size_t i = 0; i < members->count; i++) {
		const struct constant *member = members->sorted[i];
		const char *dot = member->name;

		while (!constant_pair_of(members, member)->other && (dot = strchr(dot, '.'))) {
			const struct constant *found;

			found = constant_pair_find(variables, member->name,
						   (size_t)(dot - member->name));
			dot++;
			if (!found || constant_pair_of(variables, found)->other)
				continue;
			constant_pair_of(members, member)->divided = true;
			constant_pair_of(variables, found)->divided = true;
		}
	}
}

int constant_pair_all(struct constant_pair *a_pairs, const struct constants *a,
		      struct constant_pair *b_pairs, const struct constants *b)
{
	struct constant_side_order left = { 0 }, right = { 0 };
	int err = constant_pair_sort(&left, a, a_pairs);

	if (!err)
		err = constant_pair_sort(&right, b, b_pairs);
	if (!err) {
		constant_pair_equal_names(&left, &right);
		constant_pair_divided(&left, &right);
		constant_pair_divided(&right, &left);
	}
	free(left.sorted);
	free(right.sorted);
	return err;
}

int constant_pair_origin(struct constant_pair *pairs, const struct constants *old,
			 const struct constants *was)
{
	struct constant_side_order left = { 0 }, right = { 0 };
	int err = constant_pair_sort(&left, old, pairs);
	size_t i = 0, j = 0;

	if (!err)
		err = constant_pair_sort(&right, was, NULL);
	while (!err && i < left.count && j < right.count) {
		size_t ours = constant_pair_count_name(&left, i);
		size_t theirs = constant_pair_count_name(&right, j);
		int order = strcmp(left.sorted[i]->name, right.sorted[j]->name);

		for (size_t k = 0; !order && ours % theirs == 0 && k < ours; k++)
			constant_pair_of(&left, left.sorted[i + k])->other =
				right.sorted[j + k % theirs];
		i += order <= 0 ? ours : 0;
		j += order >= 0 ? theirs : 0;
	}
	free(left.sorted);
	free(right.sorted);
	return err;
}
