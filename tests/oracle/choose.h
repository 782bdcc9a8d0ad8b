/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file choose.h
 * Random numbers, and random values for the parts of an operation.
 */
#ifndef TESTS_ORACLE_CHOOSE_H
#define TESTS_ORACLE_CHOOSE_H

#include "compare.h"

enum { NO_TYPE = 9999 /**< an attach type that no kernel has */ };

/** A random number generator (splitmix64): the same seed gives the same numbers everywhere. */
struct dice {
	uint64_t state;
};

/** Common properties of the operations of one round. */
struct profile {
	uint32_t attach_types[2]; /**< used by most operations */
	unsigned modes;    /**< percentage of attaches that are not in multi mode */
	unsigned shrink;   /**< weight of operations that make chains shorter */
	unsigned links;    /**< weight of links */
	unsigned preorder; /**< percentage */
	bool fills;        /**< chains are filled up */
};

/** A number from 0 to sides - 1. */
uint32_t roll(struct dice *dice, uint32_t sides);
bool chance(struct dice *dice, unsigned percent);

struct ref ref(enum ref_kind kind, unsigned index);

uint32_t any_attach_type(struct dice *dice, const struct fixture *fixture);
uint32_t choose_attach_type(struct dice *dice, const struct profile *profile, const struct fixture *fixture);
struct ref bad_target(struct dice *dice);
struct ref choose_target(struct dice *dice);
/** The chain of a target; an empty one if there is none. */
const struct view *view_of(const struct state *state, struct ref target, uint32_t attach_type);

struct ref bad_program(struct dice *dice);
/** Chooses a program, mostly one that fits the attach type. */
struct ref choose_program(struct dice *dice, const struct fixture *fixture, uint32_t attach_type);
/** Chooses a program, mostly one of the chain. */
struct ref attached_program(struct dice *dice, const struct fixture *fixture, const struct view *view,
			 uint32_t attach_type);
/** Chooses a slot, preferably one with a link of this chain. */
struct ref choose_link(struct dice *dice, const struct state *state, unsigned cgroup, uint32_t attach_type);

enum revision_kind choose_revision(struct dice *dice);
/** Combines any of the eight flags, and sometimes an unknown one. */
uint32_t any_flags(struct dice *dice);
uint32_t choose_mode(struct dice *dice, const struct profile *profile);

#endif
