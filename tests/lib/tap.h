/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file tap.h
 * A small producer of the Test Anything Protocol.
 *
 * Every test program is a process of its own: it says how many results it will print (plan())
 * or how many it has printed (done_testing()), and between that each check prints one line.
 * Checks return what they found, so that a test can leave early. One thread makes them; checks
 * that a child of fork() makes while its parent waits are counted by tap_add().
 */
#ifndef TESTS_LIB_TAP_H
#define TESTS_LIB_TAP_H

#include <stdbool.h>

#define TAP_PRINTF(f, a) __attribute__((format(printf, f, a)))

/** Says beforehand how many checks will be made; done_testing() compares. Optional. */
void plan(unsigned count);

/**
 * Ends the list of checks.
 * @return the exit status for main(): 0 when all passed, 1 when one failed, or when there was
 *         none, or not as many as planned.
 */
int done_testing(void);

/** The whole program cannot be run here: prints "1..0 # SKIP why" and exits with 0. */
void skip_all(const char *why, ...) TAP_PRINTF(1, 2) __attribute__((noreturn));

/** Nothing after this makes sense: prints "Bail out! why" and exits with 99. */
void bail_out(const char *why, ...) TAP_PRINTF(1, 2) __attribute__((noreturn));

/** One check. @return passed. */
bool ok(bool passed, const char *name, ...) TAP_PRINTF(2, 3);

/** Two numbers are equal; shows both when not. */
bool is_int(long long got, long long wanted, const char *name, ...) TAP_PRINTF(3, 4);

/** Two strings are equal (NULL is equal to NULL only); shows both when not. */
bool is_str(const char *got, const char *wanted, const char *name, ...) TAP_PRINTF(3, 4);

/** A string holds another one; shows both when not. */
bool has_str(const char *got, const char *part, const char *name, ...) TAP_PRINTF(3, 4);

/** One check that cannot be made here: counts as passed and says why. */
void skip(const char *why, ...) TAP_PRINTF(1, 2);

/** A remark, each of its lines behind "# ". */
void diag(const char *text, ...) TAP_PRINTF(1, 2);

/** How many checks have been made until now, and how many of them failed. */
unsigned tap_made(void);
unsigned tap_failed(void);

/** Counts checks that a child process made, which went on with this process's numbers. */
void tap_add(unsigned made, unsigned failed);

#endif
