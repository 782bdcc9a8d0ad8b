/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file memory.h
 * Memory that runs out when it is told to. Linked with --wrap=malloc and its kin, so that it is
 * the library's own calls (and the test's) that fail, and not those of the libraries below it.
 */
#ifndef TESTS_FAULT_MEMORY_H
#define TESTS_FAULT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/** From now on: the n-th allocation (from 1) fails, or it and all after it. */
void memory_fail(unsigned at, bool on);
/** No more fails. @return whether any did. */
bool memory_relent(void);
/** How many blocks were allocated here and not freed. */
size_t memory_held(void);

#endif
