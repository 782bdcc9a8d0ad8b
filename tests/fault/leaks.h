/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file ledger.h
 * What went out by the door and lasts longer than a descriptor: pins and scratch cgroups.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "kernel/kernel.h"

void ledger_pin(const char *path);
void ledger_unpin(const char *path);
void ledger_move(const char *from, const char *to);
void ledger_make(struct kernel *kernel, int parent_fd, const char *name);
void ledger_remove(struct kernel *kernel, int parent_fd, const char *name);

/** Forgets all. */
void ledger_reset(void);
/** How many there are whose names nobody but the library can know: put aside, or scratch. */
unsigned ledger_aside(void);
unsigned ledger_scratch(void);
/** Removes both. shared: others make scratch cgroups in the same places. */
void ledger_sweep(struct kernel *kernel, bool shared);

#endif
