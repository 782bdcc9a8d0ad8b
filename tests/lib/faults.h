/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file faults.h
 * Fault injection: makes PROG_ATTACH with BPF_F_REPLACE fail or misbehave. Where this is linked,
 * every such call of the process comes through here, the test's own calls too.
 */
#ifndef TESTS_LIB_FAULTS_H
#define TESTS_LIB_FAULTS_H

#include <stdbool.h>

/** All zero: no fault. */
struct faults {
	bool append;    /* drop BPF_F_REPLACE */
	bool vanish;    /* report success and do nothing */
	int fail_errno; /* fail with this ... */
	int fail_from;  /* ... from the n-th replace on, the first is 1 */
	int replaces;   /* number of replaces so far */
};

extern struct faults faults;

#endif
