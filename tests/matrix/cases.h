/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file cases.h
 * Reads cases.tsv: the kernel's errno for each case and the cause that belongs to it.
 */
#ifndef TESTS_MATRIX_CASES_H
#define TESTS_MATRIX_CASES_H

#include "calls.h"

/** Reads the table. An error in it ends the test. */
void cases_read(void);
/** Finds the line of a row. @return false if there is none. */
bool cases_find(struct wanted *out, const struct row *row);
/** Checks that each line has a row. */
void cases_all_used(void);

/** Returns the cause of this name ("ok": NONE). An unknown one ends the test. */
enum cgswap_cause cases_cause(const char *name);

#endif
