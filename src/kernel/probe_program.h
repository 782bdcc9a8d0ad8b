/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that passes everything, attached to probe what no query returns. */
#ifndef CGSWAP_KERNEL_PROBE_PROGRAM_H
#define CGSWAP_KERNEL_PROBE_PROGRAM_H

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

/* Loads one for an attach type. Returns a descriptor or a negative errno. */
int probe_program_load(struct kernel *kernel, const struct attach_type *type);

int probe_program_id(uint32_t *id, struct kernel *kernel, int fd);

#endif
