/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file stage.h
 * The same scene on two kernels, the running one and the model: cgroups nested as in
 * cgroup_name(), programs for every hook, slots for links, and things that are none of these.
 */
#ifndef TESTS_ORACLE_FIXTURE_H
#define TESTS_ORACLE_FIXTURE_H

#include "operation.h"

#include "kernel/kernel.h"

enum {
	PATIENCE_MS = 10000, /**< with what the running kernel does later */
	LATE_MS = 300        /**< with others, who may hold a link of ours for a moment */
};

/** A program of the scene; the same instructions on both sides. */
struct cast {
	uint32_t type, hook;
	int32_t returns;
	const char *name;
};

/** The scene as one kernel has it. */
struct side {
	struct kernel *kernel;
	int cgroups[CGROUPS + 1]; /**< the last: one that was removed */
	int programs[PROGRAMS_MAX];
	int links[LINKS]; /**< -1: nothing in the slot */
	uint32_t program_ids[PROGRAMS_MAX];
	uint32_t link_ids[LINKS];
	int file, map, directory, cgroup_v1, procs;
};

struct fixture {
	struct side live, model;
	struct cast cast[PROGRAMS_MAX];
	size_t program_count;
	unsigned first_filler;
	uint32_t hooks[HOOKS_MAX]; /**< that the kernel has */
	size_t type_info_count;
	uint32_t disable_features;
	/** By a program's id in the model: its id in the running kernel, and its place here. */
	uint32_t *live_ids;
	unsigned *places;
	size_t id_room;
};

/** Builds the scene, with empty cgroups; what fails ends the test. */
void fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);

/** New cgroups, with revisions from 1, and no link. */
void fixture_reset(struct fixture *fixture);

/** Does OP_RECREATE and OP_RELOAD on both sides. */
void fixture_recreate(struct fixture *fixture, unsigned cgroup);
void fixture_reload(struct fixture *fixture, unsigned program);

/** The descriptor that a ref means on one side. */
uint32_t side_value(const struct side *side, struct ref ref);

/** Does any other operation on one side. @return what the door gave; of a link 0. */
int side_do(struct side *side, const struct fixture *fixture, const struct operation *operation,
	    uint64_t revision);

#endif
