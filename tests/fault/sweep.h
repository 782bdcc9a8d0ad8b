/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file sweep.h
 * Runs every scenario with each kernel call failing in turn.
 */
#ifndef TESTS_FAULT_SWEEP_H
#define TESTS_FAULT_SWEEP_H

#include <stdbool.h>

/** all: each call fails with every errno in turn; otherwise each call with one errno. */
void sweep_run(bool live, bool all);

#endif
