/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file ledger.h
 * What went out by the door and lasts longer than a descriptor: pins and scratch cgroups.
 */
#ifndef TESTS_FAULT_LEAKS_H
#define TESTS_FAULT_LEAKS_H

#include "kernel/kernel.h"

void leaks_pin(const char *path);
void leaks_unpin(const char *path);
void leaks_move(const char *from, const char *to);
void leaks_make(struct kernel *kernel, int parent_fd, const char *name);
void leaks_remove(struct kernel *kernel, int parent_fd, const char *name);

/** Forgets all. */
void leaks_reset(void);
/** How many there are whose names nobody but the library can know: put aside, or scratch. */
unsigned leaks_aside(void);
unsigned leaks_scratch(void);
/** Removes both. shared: others make scratch cgroups in the same places. */
void leaks_sweep(struct kernel *kernel, bool shared);

#endif
