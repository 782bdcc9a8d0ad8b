/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file matrix.h
 * The whole matrix on one kernel.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include "cgswap.h"

/** Makes every case on the session's kernel, by each way that it can come. */
void matrix_run(cgswap_session *session);

#endif
