/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file terminal.h
 * Runs a command on a pseudo terminal.
 */
#ifndef TESTS_LIB_TERMINAL_H
#define TESTS_LIB_TERMINAL_H

#include <stdbool.h>

/** @return true if there are pseudo terminals here. */
bool terminal_exists(void);

/**
 * Runs a program with standard output and error on a terminal of this width. @return all that it
 * wrote, in lines that end with a newline only; the caller frees it.
 */
char *terminal_run(int columns, const char *const *argv);

#endif
