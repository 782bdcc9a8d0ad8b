/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file descriptors_most.h
 * The largest number of descriptors that this process has while something runs: another thread counts
 * them all the time.
 */
#ifndef TESTS_LIB_DESCRIPTORS_MOST_H
#define TESTS_LIB_DESCRIPTORS_MOST_H

void descriptors_most_begin(void);

/** Counts once more, at a moment that the thread may miss. */
void descriptors_most_look(void);

/** Ends the count, and checks that there were at most so many. */
void descriptors_most_within(unsigned bound, const char *name);

#endif
