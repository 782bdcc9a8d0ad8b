/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file journal_left.h
 * What a transaction with a journal leaves, in the state directory and the bpffs of a test.
 */
#ifndef TESTS_FAULT_JOURNAL_LEFT_H
#define TESTS_FAULT_JOURNAL_LEFT_H

#include <stdbool.h>

/** Counts the directories of pins; remove: removes them, and temporary pins. */
unsigned journal_pins_left(bool remove);
/** @return true if there is a journal, a shelf, a transaction that is held, or a directory of pins. */
bool journal_is_left(void);
/** @return true if a process has the lock. */
bool journal_is_locked(void);

#endif
