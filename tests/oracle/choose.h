/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file choose.h
 * The dice, and the single things that an operation is made of.
 */
#ifndef TESTS_ORACLE_CHOOSE_H
#define TESTS_ORACLE_CHOOSE_H

#include "compare.h"

enum { NO_TYPE = 9999 /**< no kernel has it */ };

/** Random numbers (splitmix64): the same seed gives the same ones everywhere. */
struct dice {
	uint64_t state;
};

/** What the operations of one scene have in common. */
struct mood {
	uint32_t hooks[2]; /**< where most happens */
	unsigned modes;    /**< percent of attaches that are not in multi mode */
	unsigned shrink;   /**< weight of what makes chains shorter */
	unsigned links;    /**< weight of links */
	unsigned preorder; /**< percent */
	bool fills;        /**< chains are filled up */
};

/** A number from 0 to sides - 1. */
uint32_t roll(struct dice *dice, uint32_t sides);
bool chance(struct dice *dice, unsigned percent);

struct ref ref(enum ref_kind kind, unsigned index);

uint32_t any_hook(struct dice *dice, const struct fixture *fixture);
uint32_t choose_hook(struct dice *dice, const struct mood *mood, const struct fixture *fixture);
struct ref bad_target(struct dice *dice);
struct ref choose_target(struct dice *dice);
/** The chain of a target; an empty one where there is none. */
const struct view *view_of(const struct book *book, struct ref target, uint32_t hook);

struct ref bad_program(struct dice *dice);
/** Mostly one that fits the hook. */
struct ref choose_program(struct dice *dice, const struct fixture *fixture, uint32_t hook);
/** Mostly one that stands in the chain. */
struct ref program_there(struct dice *dice, const struct fixture *fixture, const struct view *view,
			 uint32_t hook);
/** A slot with a link in it, if the dice find one; best one of this chain. */
struct ref choose_link(struct dice *dice, const struct book *book, unsigned cgroup, uint32_t hook);

enum revision_kind choose_revision(struct dice *dice);
/** Any of the eight flags together; now and then one that no kernel knows. */
uint32_t any_flags(struct dice *dice);
uint32_t choose_mode(struct dice *dice, const struct mood *mood);

#endif
