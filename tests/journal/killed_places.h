/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file killed_places.h
 * The chains of killed_anywhere: of six kinds in turn, with a program before and one after the entry
 * that a transaction replaces.
 */
#ifndef TESTS_JOURNAL_KILLED_PLACES_H
#define TESTS_JOURNAL_KILLED_PLACES_H

#include "../lib/scratch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLACES_MAX = 60 };

enum place_kind {
	PLACE_PLAIN,
	PLACE_LINK,
	PLACE_PIN,
	PLACE_PREORDER,
	PLACE_MAPS,
	PLACE_OVERRIDE,
	PLACE_KINDS
};

struct place {
	enum place_kind kind;
	struct scratch cgroup, child;
	uint32_t before, after; /* the programs beside the entry; 0: none */
	uint32_t below;         /* the program of the child */
	uint32_t old, new;      /* new: the last that was found in the chain; or 0 */
	int link;
};

extern struct place places[PLACES_MAX];
extern size_t places_count;

void places_build(size_t count);

/** A program for a chain of this kind. */
int place_program(enum place_kind kind, const char *name);

/** The path where the chain's program is pinned, or will be; it is overwritten by the next call. */
const char *place_pin(const struct place *place);

/** Each chain has one of both programs. Returns the number of new ones; -1: a chain is wrong. */
int places_look(void);

/** All entries and pins are those of one side, and nothing is left of the other. */
bool places_are_settled(bool forward);

#endif
