/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that passes everything, to find out by attaching it what no query says. */
#ifndef CGSWAP_KERNEL_PROBE_PROGRAM_H
#define CGSWAP_KERNEL_PROBE_PROGRAM_H

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

/* A new one for this attach type: a descriptor, or a negative errno. */
int probe_program_load(struct kernel *kernel, const struct attach_type *type);

int probe_program_id(uint32_t *id, struct kernel *kernel, int fd);

#endif
