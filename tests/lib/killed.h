/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file killed.h
 * Runs a part of a test in a child, which is killed with SIGKILL before or after one of its system
 * calls. Needs ptrace(2), which a fixture skips without.
 */
#ifndef TESTS_LIB_KILLED_H
#define TESTS_LIB_KILLED_H

#include "cgswap.h"
#include "scratch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** In the child: system calls count from here on, and do not count from here on. */
void killed_from_here(void);
void killed_not_here(void);

/** In the child: ends it, with the message of the last error, unless the status is CGSWAP_OK. */
void killed_needs(enum cgswap_status status);

/**
 * Runs fn in a child. Stop 1 is before the first system call, stop 2 after it, and so on: the child
 * is killed at the given one; 0: never.
 * @param stops set to the number of stops that the child came to, unless NULL.
 * @return true if it was killed; false if it ended before. A child that fails ends the test.
 */
bool killed_at(unsigned stop, void (*fn)(void *user), void *user, unsigned *stops);

/**
 * As the progress callback of a commit: kills this process when as many steps are done as user, a
 * size_t, says; NULL: never.
 */
int killed_after_steps(size_t done, size_t total, void *user);

/**
 * Replaces "name:old" at egress of each cgroup by the program of a descriptor, with a journal, and keeps
 * the old programs. A failure ends the test.
 * @param dies_after as killed_after_steps().
 * @return the number of the transaction.
 */
uint64_t killed_replace(cgswap_session *session, const struct scratch *cgroups, size_t count, int fd,
			size_t *dies_after);

/**
 * The same in a child with a session of its own, which is killed when the first step is done: its journal
 * is left in the state directory.
 */
void killed_replace_once(const struct scratch *cgroups, size_t count, int fd);

/** Waits for a child that was forked; a failure to fork, and any end but by a signal, end the test. */
void killed_child(pid_t pid);

/**
 * Reads the first argument of a test: N for a kill at every Nth stop, or --all for a kill at each.
 * @return N; without an argument, by_default.
 */
unsigned killed_every(int argc, char **argv, unsigned by_default);

#endif
