/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file tap.h
 * A small producer of the Test Anything Protocol.
 *
 * Every test program is a process of its own: it prints how many results it will print (plan())
 * or how many it has printed (done_testing()), and each check prints one line. Checks return their
 * result, so that a test can return early. Only one thread makes checks; tap_add() counts those of
 * a child of fork() while its parent waits.
 */
#ifndef TESTS_LIB_TAP_H
#define TESTS_LIB_TAP_H

#include <stdbool.h>

#define TAP_PRINTF(f, a) __attribute__((format(printf, f, a)))

/** Announces the number of checks; done_testing() compares. Optional. */
void plan(unsigned count);

/**
 * Ends the list of checks.
 * @return the exit status for main(): 0 if all passed; 1 if one failed, none was made or the number
 *         differs from the planned one.
 */
int done_testing(void);

/** Skips the whole program: prints "1..0 # SKIP why" and exits with 0. */
void skip_all(const char *why, ...) TAP_PRINTF(1, 2) __attribute__((noreturn));

/** Ends the program, which cannot go on: prints "Bail out! why" and exits with 99. */
void bail_out(const char *why, ...) TAP_PRINTF(1, 2) __attribute__((noreturn));

/** One check. @return passed. */
bool ok(bool passed, const char *name, ...) TAP_PRINTF(2, 3);

/** Two numbers are equal; prints both if not. */
bool is_int(long long got, long long wanted, const char *name, ...) TAP_PRINTF(3, 4);

/** Two strings are equal (NULL is equal to NULL only); prints both if not. */
bool is_str(const char *got, const char *wanted, const char *name, ...) TAP_PRINTF(3, 4);

/** A string contains another one; prints both if not. */
bool has_str(const char *got, const char *part, const char *name, ...) TAP_PRINTF(3, 4);

/** Skips one check: counts as passed and prints the reason. */
void skip(const char *why, ...) TAP_PRINTF(1, 2);

/** Prints a remark, each of its lines after "# ". */
void diag(const char *text, ...) TAP_PRINTF(1, 2);

/** The number of checks made so far, and of those that failed. */
unsigned tap_made(void);
unsigned tap_failed(void);

/** Adds the checks of a child process, which continued this process's numbers. */
void tap_add(unsigned made, unsigned failed);

#endif
