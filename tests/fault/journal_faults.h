/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file journal_faults.h
 * A transaction with a journal, a recover of one whose process was killed after two steps, and an undo
 * and a forget of one whose old programs are held, each with one fault.
 */
#ifndef TESTS_FAULT_JOURNAL_FAULTS_H
#define TESTS_FAULT_JOURNAL_FAULTS_H

#include "journal_acts.h"

#include <stdbool.h>

enum fault_source { FAULT_CALL, FAULT_FILE, FAULT_MEMORY };

/** Operation `at` (from 1) fails, or that one and all after it. op: a fault_kernel_op or files_op. */
struct fault {
	enum fault_source source;
	unsigned op, at;
	int errnum;
	bool on;
};

/** Builds the fixture, and records what each act does without a fault. */
void journal_faults_build(void);
void journal_faults_free(void);

/** @return the calls that an act makes of an operation of the backend. */
unsigned journal_faults_calls(enum journal_act act, unsigned op);

/**
 * Does an act with a fault, and restores the fixture.
 * @param wrong counts what is wrong, which is printed.
 * @return false if the act ended before the fault.
 */
bool journal_faults_run(enum journal_act act, const struct fault *fault, unsigned *wrong);

#endif
