/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bound for the descriptors of the programs of a transaction. Only few of them are open: the one
 * that was not used for longest is put somewhere else, where it is held, and its descriptor is
 * closed; it is taken from there when it is used again.
 */
#ifndef CGSWAP_PROGRAM_PROGRAM_SHELF_H
#define CGSWAP_PROGRAM_PROGRAM_SHELF_H

#include "program/program.h"

/* The place where the programs are held. Both return a negative errno on failure. */
struct program_place {
	/* Puts an open program there, once. */
	int (*put)(const struct program *program, void *user);
	/* Returns a descriptor of a program that was put there. */
	int (*take)(uint32_t id, void *user);
	void *user;
};

/* Used by one thread at a time, as its transaction. Zeroed: programs that are added stay open. */
struct program_shelf {
	struct program_place place;
	struct program *members;         /* each has a reference */
	struct program *oldest, *newest; /* the open ones */
	struct program *used[2];         /* the last that were opened, which a call works with */
	size_t open, capacity;           /* the capacity may be exceeded by others' programs */
};

/*
 * Adds an open program. One that has a shelf already is another transaction's too, and stays open
 * from then on.
 */
void program_shelf_add(struct program_shelf *shelf, struct program *program);

/* Closed programs stay closed: the transaction is their only user. */
void program_shelf_free(struct program_shelf *shelf);

#endif
