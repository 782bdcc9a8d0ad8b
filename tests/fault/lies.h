/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file lies.h
 * The calls that the fault kernel can answer wrongly. All others are passed on.
 */
#ifndef TESTS_FAULT_LIES_H
#define TESTS_FAULT_LIES_H

#include "kernel/kernel.h"

int lies_attach(struct kernel *kernel, const struct kernel_attach *request);
int lies_detach(struct kernel *kernel, const struct kernel_attach *request);
int lies_link_update(struct kernel *kernel, const struct kernel_link_update *request);
int lies_query(struct kernel *kernel, struct kernel_query *request);

#endif
