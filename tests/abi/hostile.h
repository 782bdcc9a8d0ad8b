/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file hostile.h
 * Invalid and odd arguments for every kind of parameter, each with the result that it must have. The
 * first of each list is a good one. The memory behind each argument cannot be read.
 */
#ifndef TESTS_ABI_HOSTILE_H
#define TESTS_ABI_HOSTILE_H

#include "text.h"

#include <stdint.h>

/** The result that a value must have if all other arguments are good. */
enum demand {
	DEMAND_NOTHING, /* any status; an error must have its cause */
	DEMAND_OK,
	DEMAND_REFUSED,      /* a getter returns 0, "" or NULL */
	DEMAND_BAD_ARGUMENT, /* the same */
	DEMAND_CLOSED,       /* the same */
};

struct value {
	const char *name;
	enum demand demand;
	union {
		uint64_t number;
		const void *pointer;
	};
};

enum { VALUES_MAX = 192 };

struct values {
	size_t count;
	struct value list[VALUES_MAX];
};

/** Builds the fixture of the good handles and of those in odd states. */
void hostile_build(const struct abi *abi);

/** Lists all values for one parameter of a function. */
void hostile_values(struct values *values, const struct function *function,
		    const struct declared *param);

/**
 * Compares all chains of the fixture with those that were built, and restores them.
 * @return true if they were equal.
 */
bool hostile_untouched(void);

/** The problem that a callback in a child found; "" if none. */
const char *hostile_callback_complaint(void);
/** Returns true if a callback called the library in this process; it closes handles that are not in use. */
bool hostile_called_back(void);

/** The descriptor that options ask for; -1 until a call sets it. */
int *hostile_descriptor(void);

/** Copies bytes to memory that ends with them: the next byte cannot be read. */
void *guarded(const void *bytes, size_t size);

#endif
