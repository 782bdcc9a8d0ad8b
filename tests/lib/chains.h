/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file chains.h
 * Reads chains by raw calls and compares them with the expected ones, without the library under
 * test.
 */
#ifndef TESTS_LIB_CHAINS_H
#define TESTS_LIB_CHAINS_H

#include "rawbpf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @return the chain; a failure ends the test. */
struct raw_chain chain_now(int cgroup, uint32_t type);
/** @return the effective programs; a failure ends the test. */
struct raw_chain effective_now(int cgroup, uint32_t type);

/** Compares ids and their order; prints both chains if they differ. Makes no check of its own. */
bool chain_same(const struct raw_chain *got, const struct raw_chain *wanted);

/** One check: the chain is what it was, in ids, order, mode and revision. */
bool chain_untouched(int cgroup, uint32_t type, const struct raw_chain *before, const char *name);

/**
 * Closes a link of one entry of the chain, and waits until the entry is gone: a process that walks
 * all links of the machine, as other tests do, holds each of them for a moment. A failure ends the
 * test.
 */
void chain_close_link(int link, int cgroup, uint32_t type);

/** One check: the chain holds these programs (descriptors) in this order. */
bool chain_is(int cgroup, uint32_t type, const int *progs, size_t count, const char *name);
/** One check: these programs (descriptors) are effective, in this order. */
bool effective_is(int cgroup, uint32_t type, const int *progs, size_t count, const char *name);

#endif
