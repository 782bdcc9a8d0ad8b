/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file state_dir.h
 * A state directory for the journals of one test, removed with its files when the process ends.
 */
#ifndef TESTS_LIB_STATE_DIR_H
#define TESTS_LIB_STATE_DIR_H

#include <stdbool.h>

/** Makes it, once. @return its path. */
const char *state_dir(void);

/** @return true if it has a file of this name. */
bool state_dir_has(const char *name);

/** @return the path of a file in it; one of several buffers, used in turn. */
const char *state_dir_file(const char *name);

/** @return true if neither a journal nor a pin of a transaction in the usual bpffs is left. */
bool state_dir_is_clean(void);

/** Removes its files. */
void state_dir_clear(void);

#endif
