/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file leaks.h
 * The leak check for pins and scratch cgroups, which outlive a descriptor.
 */
#ifndef TESTS_FAULT_LEAKS_H
#define TESTS_FAULT_LEAKS_H

#include "kernel/kernel.h"

void leaks_pin(const char *path);
void leaks_unpin(const char *path);
void leaks_move(const char *from, const char *to);
void leaks_make(struct kernel *kernel, int parent_fd, const char *name);
void leaks_remove(struct kernel *kernel, int parent_fd, const char *name);

/** Clears all records. */
void leaks_reset(void);
/** Counts temporary pins and scratch cgroups that are left. */
unsigned leaks_aside(void);
unsigned leaks_scratch(void);
/** Removes both. shared: other tests make scratch cgroups in the same parents. */
void leaks_sweep(struct kernel *kernel, bool shared);

#endif
