/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file hostile.h
 * Arguments that nobody should give, for every kind of parameter, each with what must come of it.
 * The first of each list is a good one. What a pointer leads to ends where its memory ends: the
 * next byte cannot be read.
 */
#ifndef TESTS_ABI_HOSTILE_H
#define TESTS_ABI_HOSTILE_H

#include "text.h"

#include <stdint.h>

/** What must come of a value when all other arguments are good. */
enum demand {
	DEMAND_NOTHING, /* any status, as long as a refusal has its cause */
	DEMAND_OK,
	DEMAND_REFUSED,      /* from a getter: 0, "" or NULL */
	DEMAND_BAD_ARGUMENT, /* likewise */
	DEMAND_CLOSED,       /* likewise */
};

struct value {
	const char *name;
	enum demand demand;
	union {
		uint64_t number;
		const void *pointer;
	};
};

enum { VALUES_MAX = 96 };

struct values {
	size_t count;
	struct value list[VALUES_MAX];
};

/** Builds the scene that good handles and handles in odd states belong to. */
void hostile_build(const struct abi *abi);

/** All values for one parameter of a function. */
void hostile_values(struct values *values, const struct function *function,
		    const struct declared *param);

/**
 * Compares all chains of the scene with what was built, and puts them right.
 * @return whether they were as they should be.
 */
bool hostile_untouched(void);

/** What a callback in a child found wrong; "" when nothing. */
const char *hostile_callback_complaint(void);
/** Whether a callback called back in this process: it closes what nobody uses at that time. */
bool hostile_called_back(void);

/** Where a descriptor goes that options ask for: -1 until a call puts one there. */
int *hostile_descriptor(void);

/** Copies bytes to where the memory behind them cannot be read. */
void *guarded(const void *bytes, size_t size);

#endif
