/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture.h
 * The fixture of the fault tests: two cgroups with chains at egress and ingress, and a child of the
 * first cgroup with a program of its own, on the running kernel or on a model. The fixture reads and
 * restores the chains through the inner backend, without a descriptor of the library.
 */
#ifndef TESTS_FAULT_FIXTURE_H
#define TESTS_FAULT_FIXTURE_H

#include "cgswap.h"
#include "fault_kernel.h"

enum {
	FAULT_FIXTURE_CGROUPS = 2,
	FAULT_FIXTURE_CHAINS = 4,  /* egress of each cgroup, then ingress of each: the side chains */
	FAULT_FIXTURE_ENTRIES = 3, /* a chain; the first entry of the first chain is preorder */
	FAULT_FIXTURE_NEW = 4,     /* programs that are not attached */
	FAULT_FIXTURE_IDS = 16
};

/* The entries of the side chains: three in the first, one in the second. */
enum { SIDE_PREORDER, SIDE_HELD, SIDE_PLAIN, SIDE_OVERRIDE, SIDE_OLD };

/* The state of one chain. */
struct fault_fixture_chain {
	size_t count, effective_count;
	uint32_t mode;
	uint32_t ids[FAULT_FIXTURE_IDS], effective[FAULT_FIXTURE_IDS]; /* first cgroup: its child's */
};

struct fault_fixture_look {
	struct fault_fixture_chain chain[FAULT_FIXTURE_CHAINS];
	uint32_t pinned[2]; /* programs, also of links, pinned at pin_held and pin_free; 0: none */
};

struct fault_fixture {
	struct kernel *kernel; /* inner backend */
	bool shared; /* other processes use the same kernel */
	bool live;
	char path[FAULT_FIXTURE_CGROUPS][512], child_path[512];
	int cgroup[FAULT_FIXTURE_CGROUPS], child, child_program;
	int old[FAULT_FIXTURE_CGROUPS][FAULT_FIXTURE_ENTRIES];
	uint32_t old_id[FAULT_FIXTURE_CGROUPS][FAULT_FIXTURE_ENTRIES];
	int new[FAULT_FIXTURE_NEW];
	uint32_t new_id[FAULT_FIXTURE_NEW];
	int side_old[SIDE_OLD], link; /* the link of SIDE_HELD */
	uint32_t side_id[SIDE_OLD], link_id;
	char pin_held[512], pin_free[512]; /* pin of SIDE_HELD; a path without a pin */
	char pin[512], pin_new[512]; /* pins of the first chain's p0 and of the first new program */
	struct fault_fixture_look start;
};

extern struct fault_fixture fixture;

/** Builds the fixture on the running kernel (skips the test where that is impossible) or on a model. */
void fault_fixture_build(bool live);
void fault_fixture_free(void);

/** Reads all chains and pins. */
struct fault_fixture_look fault_fixture_look(void);
bool fault_fixture_same(const struct fault_fixture_look *a, const struct fault_fixture_look *b);
/** Restores all chains and pins to the start. */
void fault_fixture_reset(void);
/** Prints the chains found and the chains expected as diagnostics. */
void fault_fixture_print(const struct fault_fixture_look *now, const struct fault_fixture_look *wanted);

/** Returns true if no chain has a duplicate program and each has its length of the start. */
bool fault_fixture_whole(const struct fault_fixture_look *now);
/** Returns true if no chain has a duplicate program, or more than two entries more or one less than at the start. */
bool fault_fixture_sound(const struct fault_fixture_look *now);

/** Counts the open descriptors of the model or of the process. */
size_t fault_fixture_open_count(void);

/** Formats "fd:N" or "id:N" into one of several buffers, used in turn. */
const char *fault_fixture_by_fd(int fd);
const char *fault_fixture_by_id(uint32_t id);

#endif
