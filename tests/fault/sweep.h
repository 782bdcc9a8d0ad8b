/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file campaign.h
 * Every scenario, with every call of the door failing in turn.
 */
#ifndef TESTS_FAULT_SWEEP_H
#define TESTS_FAULT_SWEEP_H

#include <stdbool.h>

/** all: with every errno in turn; else each call with one of them. */
void sweep_run(bool live, bool all);

#endif
