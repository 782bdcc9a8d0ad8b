/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file memory.h
 * Makes allocations fail. Linked with --wrap=malloc and its relatives, so that only calls of the
 * library (and of the test) fail, not those of libbpf or libc.
 */
#ifndef TESTS_FAULT_MEMORY_H
#define TESTS_FAULT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/** From now on, the n-th allocation (from 1) fails, or it and all after it. */
void memory_fail(unsigned at, bool on);
/** Allocations work again. @return true if any failed. */
bool memory_relent(void);
/** Counts the blocks that were allocated here and not freed. */
size_t memory_held(void);

#endif
