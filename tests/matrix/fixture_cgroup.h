/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture_cgroup.h
 * The parts of the fixture that differ between the running kernel and the model and do not go through
 * the backend: cgroups, files and capabilities.
 */
#ifndef TESTS_MATRIX_FIXTURE_CGROUP_H
#define TESTS_MATRIX_FIXTURE_CGROUP_H

#include "fixture.h"

/** Adds maps, files and directories for all cases. */
void fixture_cgroup_add_objects(struct fixture *fixture);

/** Creates and opens the two cgroups of a case. */
void fixture_cgroup_make(struct fixture *fixture);
void fixture_cgroup_make_threaded(struct fixture *fixture);
void fixture_cgroup_unmake(struct fixture *fixture);

/** Removes the cgroup, and waits until its links are detached where the row says so. */
void fixture_cgroup_remove(struct fixture *fixture);

/** Removes these capabilities from the effective set; 0: restores all. */
void fixture_cgroup_drop(struct fixture *fixture, uint32_t mask);

/** The row's target in terms of the rules. */
enum rules_target fixture_cgroup_target(struct fixture *fixture);

#endif
