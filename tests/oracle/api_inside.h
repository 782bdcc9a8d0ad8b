/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file api_inside.h
 * Operations of a process in a cgroup namespace, whose root is root/mid: it sees that cgroup and its
 * leaf, and neither the modes nor the programs of root.
 */
#ifndef TESTS_ORACLE_API_INSIDE_H
#define TESTS_ORACLE_API_INSIDE_H

#include "api.h"

/** Makes the namespace, and mounts its cgroups. @return false if that is not possible here. */
bool api_inside_open(void);
void api_inside_close(void);
bool api_inside_is_possible(void);

void api_inside_enter(void);
void api_inside_leave(void);

/** The cgroup2 mount in the namespace. */
const char *api_inside_mount(void);
/** A cgroup that can be seen inside, for any. */
uint8_t api_inside_cgroup(uint8_t cgroup);
/** The path of a cgroup for the process that does the operation. */
const char *api_path(const struct api_operation *operation, unsigned cgroup);

/** The state without the chains that cannot be seen inside. */
struct api_state api_inside_view(const struct api_state *state);
/** True if the nearest ancestor with a program cannot be seen. */
bool api_inside_hides(const struct api_state *state, unsigned cgroup, unsigned type);

#endif
