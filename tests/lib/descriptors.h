/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file descriptors.h
 * Counts this process's open descriptors, to show that a call leaves none behind. The probe programs
 * of sessions do not count: a session keeps them until it is closed.
 */
#ifndef TESTS_LIB_DESCRIPTORS_H
#define TESTS_LIB_DESCRIPTORS_H

#include <stdbool.h>

enum { DESCRIPTORS_MAX = 1024 };

/** The set of descriptors that were open at one time. */
struct descriptors {
	bool open[DESCRIPTORS_MAX];
};

/** @return the descriptors that are open now. */
struct descriptors descriptors_now(void);

/** Checks that the same descriptors are open as before; prints the differences with diag(). */
bool descriptors_same(const struct descriptors *before);

/** @return the number of open descriptors. */
unsigned descriptors_count(void);

/** @return the number of descriptors of probe programs. */
unsigned descriptors_probes(void);

#endif
