/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file place.h
 * What is done beside the door, and differs between the running kernel and the modelled one:
 * cgroups come and go, files are opened, capabilities dropped.
 */
#ifndef PLACE_H
#define PLACE_H

#include "fixture.h"

/** Maps, files and directories that are there all the time. */
void place_add_things(struct ground *ground);

/** The case's two cgroups, and what else is opened for it. */
void place_make(struct ground *ground);
void place_make_threaded(struct ground *ground);
void place_unmake(struct ground *ground);

/** Removes the own cgroup; waits until its links have noticed where the row says so. */
void place_remove(struct ground *ground);

/** Keeps these capabilities from being effective; 0: all are again. */
void place_drop(struct ground *ground, uint32_t mask);

/** What the row's target is, to the rules. */
enum rules_target place_target(struct ground *ground);

#endif
