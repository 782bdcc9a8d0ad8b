/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file place.h
 * What is done beside the door, and differs between the running kernel and the modelled one:
 * cgroups come and go, files are opened, capabilities dropped.
 */
#ifndef TESTS_MATRIX_FIXTURE_CGROUP_H
#define TESTS_MATRIX_FIXTURE_CGROUP_H

#include "fixture.h"

/** Maps, files and directories that are there all the time. */
void fixture_cgroup_add_objects(struct fixture *fixture);

/** The case's two cgroups, and what else is opened for it. */
void fixture_cgroup_make(struct fixture *fixture);
void fixture_cgroup_make_threaded(struct fixture *fixture);
void fixture_cgroup_unmake(struct fixture *fixture);

/** Removes the own cgroup; waits until its links have noticed where the row says so. */
void fixture_cgroup_remove(struct fixture *fixture);

/** Keeps these capabilities from being effective; 0: all are again. */
void fixture_cgroup_drop(struct fixture *fixture, uint32_t mask);

/** What the row's target is, to the rules. */
enum rules_target fixture_cgroup_target(struct fixture *fixture);

#endif
