/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file privilege.h
 * Runs parts of a test with fewer privileges, each in a child process. The checks of the child
 * count as checks of the parent. A modelled kernel has settable privileges and needs no child.
 */
#ifndef TESTS_LIB_PRIVILEGE_H
#define TESTS_LIB_PRIVILEGE_H

#include "scratch.h"

#include <stdint.h>

/** Runs part as an unprivileged user, without any capability. */
void as_nobody(void (*part)(void));
/** Runs part as root without some capabilities: a mask of 1 << CAP_NET_ADMIN ... */
void without_capabilities(uint64_t mask, void (*part)(void));
/** Runs part as root of a new user namespace, whose capabilities do not count for bpf(2). */
void in_user_namespace(void (*part)(void));
/**
 * Runs part in a cgroup namespace whose root is a cgroup, and which sees cgroup2 at the same mount
 * point: scratch_mount() is that cgroup there, and its ancestors cannot be seen.
 */
void in_cgroup_namespace(const struct scratch *root, void (*part)(void));

#endif
