/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file privilege.h
 * Runs parts of a test with fewer privileges, each in a child process. The checks of the child
 * count as checks of the parent. A modelled kernel has settable privileges and needs no child.
 */
#ifndef TESTS_LIB_PRIVILEGE_H
#define TESTS_LIB_PRIVILEGE_H

#include "scratch.h"

#include <stdbool.h>
#include <stdint.h>

/** Runs part as an unprivileged user, without any capability. */
void as_nobody(void (*part)(void));
/** Runs part as root without some capabilities: a mask of 1 << CAP_NET_ADMIN ... */
void without_capabilities(uint64_t mask, void (*part)(void));
/** Drops capabilities from the bounding set too, so that exec() does not give them back. */
void drop_bounding_capabilities(uint64_t mask);
/** Runs part as root of a new user namespace, whose capabilities do not count for bpf(2). */
void in_user_namespace(void (*part)(void));
/** The same, where the namespace maps every id to itself, as the first one does. */
void in_full_user_namespace(void (*part)(void));
/** The same without /proc; skipped where the kernel tells the namespace through /proc only. */
void in_user_namespace_without_proc(void (*part)(void));
/**
 * Runs part in a cgroup namespace whose root is a cgroup, and which sees cgroup2 at the same mount
 * point: scratch_mount() is that cgroup there, and its ancestors cannot be seen.
 */
void in_cgroup_namespace(const struct scratch *root, void (*part)(void));

/** Runs part in a child that has called lose(argument) first; of the running kernel only. */
void privilege_run(bool (*lose)(uint64_t), uint64_t argument, void (*part)(void));

#endif
