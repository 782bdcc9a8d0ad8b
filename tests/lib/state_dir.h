/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file state_dir.h
 * A state directory for the journals of one test, removed with its files when the process ends.
 */
#ifndef TESTS_LIB_STATE_DIR_H
#define TESTS_LIB_STATE_DIR_H

#include "cgswap.h"

#include <stdbool.h>

/** Makes it, once. @return its path. */
const char *state_dir(void);

/** Opens a session with it and the usual bpffs; a failure ends the test. */
cgswap_session *state_dir_session(void);

/** @return true if it has a file of this name. */
bool state_dir_has(const char *name);

/** @return the path of a file in it; one of several buffers, used in turn. */
const char *state_dir_file(const char *name);

/** @return true if neither a journal nor a pin of a transaction in the usual bpffs is left. */
bool state_dir_is_clean(void);

/** @return true if its journal is that of a transaction which has not ended. */
bool state_dir_is_unfinished(void);

/** @return the pins of transactions in the usual bpffs, and 100 for each of their directories. */
unsigned state_dir_count_pins(void);

/** Removes its files. */
void state_dir_clear(void);

#endif
