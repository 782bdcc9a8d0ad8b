/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file pairs_operations.h
 * The operations of which two processes do one each, on the same cgroup, pin and map.
 */
#ifndef TESTS_FAULT_PAIRS_OPERATIONS_H
#define TESTS_FAULT_PAIRS_OPERATIONS_H

#include "../lib/bpffs.h"

#include <cgswap.h>

#define PAIRS_PIN BPFFS "/firewall"

/** The programs of a process: descriptors, and the path of an object file. */
struct pairs_side {
	int new, extra;
	const char *object;
};

struct pairs_operation {
	const char *name;
	enum cgswap_status (*run)(const struct pairs_side *side);
};

enum { PAIRS_SWAP_PIN, PAIRS_OPERATIONS = 9 };

extern const struct pairs_operation pairs_operations[PAIRS_OPERATIONS];

/** Does an operation, with a session and a chain that stay open. */
enum cgswap_status pairs_run(const struct pairs_operation *operation, const struct pairs_side *side,
			     const char *cgroup);

#endif
