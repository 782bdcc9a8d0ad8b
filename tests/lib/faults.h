/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file faults.h
 * A kernel that does what no healthy one does to a replace. Where this is linked, every
 * PROG_ATTACH with BPF_F_REPLACE of the process comes by here, the test's own too.
 */
#ifndef TESTS_LIB_FAULTS_H
#define TESTS_LIB_FAULTS_H

#include <stdbool.h>

/** All zero: healthy. */
struct faults {
	bool append;    /* forget BPF_F_REPLACE */
	bool vanish;    /* say that it was done, and do nothing */
	int fail_errno; /* refuse with this ... */
	int fail_from;  /* ... from the n-th replace on, the first is 1 */
	int replaces;   /* how many came by */
};

extern struct faults faults;

#endif
