/* SPDX-License-Identifier: BSD-2-Clause */
/* The transaction of one or many swaps. */
#ifndef REPLACE_H
#define REPLACE_H

#include "chain.h"
#include "preorder.h"

/*
 * One chain that steps of a transaction change, as we know it: read when a step was added, and
 * kept up with what we do to it ourselves, so that a commit need not look.
 */
struct place {
	struct place *next;
	struct cgroup *cgroup;
	const struct attach_type *type;
	struct snapshot now;
	unsigned looks; /* how often it was read anew; steps bound before must be bound again */
};

struct cgswap_step {
	cgswap_chain *chain;
	struct place *place;
	struct program *old, *new;
	char *named; /* the selector that named the old one */
	size_t position;
	uint32_t flags;             /* of the replace: multi, replace, and preorder if it has it */
	bool preorder_given;        /* by the caller, so it need not be settled */
	bool settled;               /* flags are right for the place as it was at this look: */
	unsigned look;
	uint64_t expected_revision; /* the caller's; 0: any */
	enum cgswap_step_state state;
	bool verified;
	enum cgswap_cause cause;
	uint64_t revision; /* after the swap */
};

struct cgswap_replace {
	struct handle handle;
	struct cgswap_session *session;
	struct cgswap_step **steps;
	size_t length, room;
	struct place *places;
	struct witnesses witnesses;
	struct snapshot found; /* what a verification sees */
	bool verify, guarded;  /* guarded: by revisions */
	int retries;
	atomic_bool cancelled;
};

enum replace_direction { REPLACE_FORWARD, REPLACE_BACK };

/*
 * Binds a step to its place as that stands now: the position of the program that is to go, its
 * preorder, the revision. Refuses when it stands there no more.
 */
enum cgswap_status replace_look_again(struct cgswap_replace *replace, struct cgswap_step *step,
				      enum replace_direction direction);

/* Does one step, or undoes it, looking again as often as allowed while the chain moves. */
enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step,
				enum replace_direction direction);

/* Takes back what was done, last first; the number of steps that could not be. */
size_t replace_undo(struct cgswap_replace *replace);

#endif
