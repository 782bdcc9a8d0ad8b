/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture.h
 * The same objects on two kernels, the running one and the model: cgroups nested as in
 * cgroup_name(), programs for every attach type, slots for links, and descriptors of other kinds.
 */
#ifndef TESTS_ORACLE_FIXTURE_H
#define TESTS_ORACLE_FIXTURE_H

#include "operation.h"

#include "kernel/kernel.h"

enum {
	WAIT_MS = 10000, /**< for work that the running kernel defers */
	RETRY_MS = 300        /**< for other processes that hold a link of ours for a moment */
};

/** A program; the same instructions on both sides. */
struct program_spec {
	uint32_t type, attach_type;
	int32_t returns;
	const char *name;
};

/** The objects of one kernel. */
struct side {
	struct kernel *kernel;
	int cgroups[CGROUPS + 1]; /**< the last one was removed */
	int programs[PROGRAMS_MAX];
	int links[LINKS]; /**< -1: an empty slot */
	uint32_t program_ids[PROGRAMS_MAX];
	uint32_t link_ids[LINKS];
	int file, map, directory, cgroup_v1, procs;
};

struct fixture {
	struct side live, model;
	struct program_spec specs[PROGRAMS_MAX];
	size_t program_count;
	unsigned first_filler;
	uint32_t attach_types[ATTACH_TYPES_MAX]; /**< those of the running kernel */
	size_t type_info_count;
	uint32_t disable_features;
	/** By a program's id in the model: its id in the running kernel, and its index here. */
	uint32_t *live_ids;
	unsigned *indexes;
	size_t id_capacity;
};

/** Builds the objects, with empty cgroups. An error ends the test. */
void fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);

/** Makes new cgroups, with revision 1 and without links. */
void fixture_reset(struct fixture *fixture);

/** Run OP_RECREATE and OP_RELOAD on both sides. */
void fixture_recreate(struct fixture *fixture, unsigned cgroup);
void fixture_reload(struct fixture *fixture, unsigned program);

/** The descriptor of a ref on one side. */
uint32_t side_value(const struct side *side, struct ref ref);

/** Runs any other operation on one side. @return the backend's result; 0 for a new link. */
int side_do(struct side *side, const struct fixture *fixture, const struct operation *operation,
	    uint64_t revision);

#endif
