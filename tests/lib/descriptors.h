/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file descriptors.h
 * Counts this process's open descriptors, to show that a call leaves none behind.
 */
#ifndef TESTS_LIB_DESCRIPTORS_H
#define TESTS_LIB_DESCRIPTORS_H

#include <stdbool.h>

enum { DESCRIPTORS_MAX = 1024 };

/** Which descriptors were open at one time. */
struct descriptors {
	bool open[DESCRIPTORS_MAX];
};

/** @return what is open now. */
struct descriptors descriptors_now(void);

/** Whether as many are open as before; tells with diag() which came or went. */
bool descriptors_same(const struct descriptors *before);

/** @return how many are open. */
unsigned descriptors_count(void);

#endif
