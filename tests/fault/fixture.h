/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file stage.h
 * What the fault tests play on: two cgroups with chains at egress, and a child below the first with
 * a program of its own, behind the door, on the running kernel or a modelled one. The chains can be looked at and set
 * back as they were, beside the door and without a descriptor of the library's.
 */
#ifndef TESTS_FAULT_FIXTURE_H
#define TESTS_FAULT_FIXTURE_H

#include "cgswap.h"
#include "fault_kernel.h"

enum {
	FAULT_FIXTURE_CGROUPS = 2,
	FAULT_FIXTURE_CHAINS = 4,  /* at egress of each cgroup, then at ingress of each: the side chains */
	FAULT_FIXTURE_ENTRIES = 3, /* of each chain; the first of the first is preorder, which only its child shows */
	FAULT_FIXTURE_NEW = 4,     /* programs that are attached nowhere */
	FAULT_FIXTURE_IDS = 16
};

/* What stands in the side chains: three in the first, one in the second. */
enum { SIDE_PREORDER, SIDE_HELD, SIDE_PLAIN, SIDE_OVERRIDE, SIDE_OLD };

/* Everything about one chain that must be as before, or as wanted. */
struct fault_fixture_chain {
	size_t count, effective_count;
	uint32_t mode;
	uint32_t ids[FAULT_FIXTURE_IDS], effective[FAULT_FIXTURE_IDS]; /* effective: of the child, below the first */
};

struct fault_fixture_look {
	struct fault_fixture_chain chain[FAULT_FIXTURE_CHAINS];
	uint32_t pinned[2]; /* the programs at pin_held and pin_free, or of links there; 0: nothing */
};

struct fault_fixture {
	struct kernel *kernel; /* behind the door */
	bool shared; /* with other processes */
	bool live;
	char path[FAULT_FIXTURE_CGROUPS][512], child_path[512];
	int cgroup[FAULT_FIXTURE_CGROUPS], child, child_program;
	int old[FAULT_FIXTURE_CGROUPS][FAULT_FIXTURE_ENTRIES];
	uint32_t old_id[FAULT_FIXTURE_CGROUPS][FAULT_FIXTURE_ENTRIES];
	int new[FAULT_FIXTURE_NEW];
	uint32_t new_id[FAULT_FIXTURE_NEW];
	int side_old[SIDE_OLD], link; /* it holds SIDE_HELD */
	uint32_t side_id[SIDE_OLD], link_id;
	char pin_held[512], pin_free[512]; /* of SIDE_HELD; of nothing */
	char pin[512], pin_new[512]; /* of the first chain's p0 and of the first new program */
	struct fault_fixture_look start;
};

extern struct fault_fixture fixture;

/** Sets the stage on the running kernel (a test that cannot be run there is skipped), or a model. */
void fault_fixture_set(bool live);
void fault_fixture_strike(void);

/** How the chains are now. */
struct fault_fixture_look fault_fixture_look(void);
bool fault_fixture_same(const struct fault_fixture_look *a, const struct fault_fixture_look *b);
/** Puts everything back as it was at the start. */
void fault_fixture_reset(void);
/** What is there and what was wanted, as remarks. */
void fault_fixture_tell(const struct fault_fixture_look *now, const struct fault_fixture_look *wanted);

/** No program stands in one chain twice, and each chain is as long as it was. */
bool fault_fixture_whole(const struct fault_fixture_look *now);
/** No program stands in one chain twice, and at most one more than there were at the start. */
bool fault_fixture_sound(const struct fault_fixture_look *now);

/** The model's descriptors, or the process's. */
size_t fault_fixture_open_count(void);

/** "fd:N", "id:N": one of several buffers, used in turn. */
const char *fault_fixture_by_fd(int fd);
const char *fault_fixture_by_id(uint32_t id);

#endif
