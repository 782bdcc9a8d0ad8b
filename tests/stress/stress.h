/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file stress.h
 * The parts of the stress program share cgroups with known chains, slots with handles that
 * many threads use and replace, and the operations that a thread chooses from.
 */
#ifndef TESTS_STRESS_STRESS_H
#define TESTS_STRESS_STRESS_H

#include "cgswap.h"
#include "../lib/scratch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	STRESS_CGROUPS = 3,
	STRESS_PROGRAMS = 8, /* that take each other's place */
	STRESS_EXTRA = 3,    /* that are attached and detached */
	STRESS_SLOTS = 6,
	/* the positions of a chain */
	STRESS_LIBRARY = 1, /* replaced through the library */
	STRESS_RAW = 3,     /* replaced by the foreign writer */
	STRESS_LINK = 5,    /* held by a link */
	STRESS_BASE = 6,    /* entries that are always there; 0, 2 and 4 never change */
	STRESS_CROWD = 30   /* more entries than this are detached again */
};

/** A generator of random numbers, one for each thread. */
struct stress_random {
	uint64_t state;
};

uint32_t stress_below(struct stress_random *random, uint32_t limit);

/* ---- world.c */

/** The kinds of handles that have slots. */
enum stress_kind { STRESS_SESSION, STRESS_CHAIN, STRESS_PROGRAM, STRESS_REPLACE, STRESS_KINDS };

struct stress_world {
	struct scratch top, cgroup[STRESS_CGROUPS];
	int fixed[STRESS_CGROUPS][3];
	uint32_t fixed_id[STRESS_CGROUPS][3];
	int link[STRESS_CGROUPS];
	int programs[STRESS_PROGRAMS], extra[STRESS_EXTRA];
	atomic_bool over;
};

extern struct stress_world stress_world;

void stress_world_build(void);
void stress_world_free(void);

/** The path of a cgroup that the foreign writer makes and removes. */
void stress_gone_path(char *path, size_t size, unsigned index);

/** @return NULL if the chains are as they must be, or what is wrong. */
const char *stress_world_check(int cgroup);

/** @return a new reference to the handle of a slot, or NULL. */
void *stress_take(enum stress_kind kind, uint32_t slot);
/** Puts a reference into a slot, and drops the one that was there. */
void stress_put(enum stress_kind kind, uint32_t slot, void *handle);
void stress_drop(enum stress_kind kind, void *handle);
/** Drops everything. */
void stress_slots_clear(void);

/* ---- operations.c */

/** Does one operation. @return its name. */
const char *stress_operation(struct stress_random *random);
/** Prints how often each operation succeeded, and each cause of refusal. @return false if there
 * was one that cannot be. */
bool stress_report(void);

/** Reads all of the last error, as a caller would, and counts its cause. @return true for success. */
bool stress_done(enum cgswap_status status);

uint32_t stress_any_slot(struct stress_random *random);
const char *stress_any_cgroup(struct stress_random *random);

/* ---- transactions.c */

void stress_plan_step(struct stress_random *random);
/** Two threads may have the same transaction. */
void stress_use_shared(struct stress_random *random);
/** The commit's own callback drops the last reference to the transaction. */
void stress_commit(struct stress_random *random);

/* ---- threads.c */

/** A thread that ends with an error, and calls the library from a destructor of its data. */
void stress_short_thread(struct stress_random *random);
/** Another program, which inherits nothing, lists the same chains. */
void stress_fork_and_exec(struct stress_random *random);

/* ---- writer.c */

/** Another process: changes the chains by raw calls until it is killed. */
void stress_writer(uint64_t seed) __attribute__((noreturn));

#endif
