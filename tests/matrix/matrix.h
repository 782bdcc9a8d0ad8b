/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file matrix.h
 * Runs the whole matrix on one kernel.
 */
#ifndef TESTS_MATRIX_MATRIX_H
#define TESTS_MATRIX_MATRIX_H

#include "cgswap.h"

/** Calls every case on the session's kernel, at each level that the row names. */
void matrix_run(cgswap_session *session);

#endif
