/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file policy.h
 * Runs parts of a test under a policy that denies one command of bpf(2), each in a child process:
 * a seccomp filter gives the errno. The filter stays across exec().
 */
#ifndef TESTS_LIB_POLICY_H
#define TESTS_LIB_POLICY_H

#include <stddef.h>

/** A command of bpf(2) that the library uses. */
struct policy_command {
	unsigned number;
	const char *name; /* as in linux/bpf.h */
};

/** All of them, ended by one without a name. */
extern const struct policy_command policy_commands[];

/** @return the command's name; "" if the library does not use it. */
const char *policy_command_name(unsigned number);

/** Runs part while each bpf(2) of this command fails with errnum. */
void under_policy(unsigned command, int errnum, void (*part)(void));
/** The same for all commands of bpf(2). */
void under_policy_for_all(int errnum, void (*part)(void));

#endif
