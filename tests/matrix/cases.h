/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file cases.h
 * cases.tsv: what the kernel answers to each case, and the cause that goes with it.
 */
#ifndef TESTS_MATRIX_CASES_H
#define TESTS_MATRIX_CASES_H

#include "calls.h"

/** Reads the table; whatever is wrong with it ends the test. */
void cases_read(void);
/** What it says of a row; false when it says nothing. */
bool cases_find(struct wanted *out, const struct row *row);
/** One check: every line had its row. */
void cases_all_used(void);

/** A cause by its name ("ok": NONE); one that is none ends the test. */
enum cgswap_cause cases_cause(const char *name);

#endif
