/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file matrix.h
 * The whole matrix on one kernel.
 */
#ifndef TESTS_MATRIX_MATRIX_H
#define TESTS_MATRIX_MATRIX_H

#include "cgswap.h"

/** Makes every case on the session's kernel, by each way that it can come. */
void matrix_run(cgswap_session *session);

#endif
