/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file stage.h
 * What the fault tests play on: two cgroups with chains at egress, and a child below the first with
 * a program of its own, behind the door, on the running kernel or a modelled one. The chains can be looked at and set
 * back as they were, beside the door and without a descriptor of the library's.
 */
#ifndef STAGE_H
#define STAGE_H

#include "cgswap.h"
#include "fault_kernel.h"

enum {
	STAGE_CGROUPS = 2,
	STAGE_CHAINS = 4,  /* at egress of each cgroup, then at ingress of each: the side chains */
	STAGE_ENTRIES = 3, /* of each chain; the first of the first is preorder, which only its child shows */
	STAGE_NEW = 4,     /* programs that are attached nowhere */
	STAGE_IDS = 16
};

/* What stands in the side chains: three in the first, one in the second. */
enum { SIDE_PREORDER, SIDE_HELD, SIDE_PLAIN, SIDE_OVERRIDE, SIDE_OLD };

/* Everything about one chain that must be as before, or as wanted. */
struct stage_chain {
	size_t count, effective_count;
	uint32_t mode;
	uint32_t ids[STAGE_IDS], effective[STAGE_IDS]; /* effective: of the child, below the first */
};

struct stage_look {
	struct stage_chain chain[STAGE_CHAINS];
	uint32_t pinned[2]; /* the programs at pin_held and pin_free, or of links there; 0: nothing */
};

struct stage {
	struct kernel *kernel; /* behind the door */
	bool shared; /* with other processes */
	bool live;
	char path[STAGE_CGROUPS][512], child_path[512];
	int cgroup[STAGE_CGROUPS], child, child_program;
	int old[STAGE_CGROUPS][STAGE_ENTRIES];
	uint32_t old_id[STAGE_CGROUPS][STAGE_ENTRIES];
	int new[STAGE_NEW];
	uint32_t new_id[STAGE_NEW];
	int side_old[SIDE_OLD], link; /* it holds SIDE_HELD */
	uint32_t side_id[SIDE_OLD], link_id;
	char pin_held[512], pin_free[512]; /* of SIDE_HELD; of nothing */
	char pin[512], pin_new[512]; /* of the first chain's p0 and of the first new program */
	struct stage_look start;
};

extern struct stage stage;

/** Sets the stage on the running kernel (a test that cannot be run there is skipped), or a model. */
void stage_set(bool live);
void stage_strike(void);

/** How the chains are now. */
struct stage_look stage_look(void);
bool stage_same(const struct stage_look *a, const struct stage_look *b);
/** Puts everything back as it was at the start. */
void stage_reset(void);
/** What is there and what was wanted, as remarks. */
void stage_tell(const struct stage_look *now, const struct stage_look *wanted);

/** No program stands in one chain twice, and each chain is as long as it was. */
bool stage_whole(const struct stage_look *now);
/** No program stands in one chain twice, and at most one more than there were at the start. */
bool stage_sound(const struct stage_look *now);

/** The model's descriptors, or the process's. */
size_t stage_open_count(void);

/** "fd:N", "id:N": one of several buffers, used in turn. */
const char *stage_by_fd(int fd);
const char *stage_by_id(uint32_t id);

#endif
