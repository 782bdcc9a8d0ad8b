/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transaction of one or many swaps: replace.c is the object, replace_add.c adds steps,
 * replace_bind.c ties them to what stands there, replace_swap.c does one and verifies it,
 * replace_commit.c does all of them or none.
 */
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
	uint32_t flags_old, flags_new; /* with the preorder that goes with each program */
	enum cgswap_preorder wanted;   /* the caller's word; DEFAULT: as the old one is */
	bool settled;                  /* the flags are right for the place as of this look: */
	unsigned look;
	uint64_t expected_revision; /* the caller's; 0: any */
	enum cgswap_step_state state;
	bool stands; /* the new program was put in and not taken out again */
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

/* ---- replace_bind.c */

/*
 * Ties a new step to the entry that a selector names; its chain is read anew. program is what is to
 * take its place, or NULL where that is not known yet.
 */
enum cgswap_status replace_bind(struct cgswap_replace *replace, struct cgswap_step *step,
				const char *old, const struct program *program);

/*
 * Ties a step anew to its place as that stands now; refuses when the old program is gone. *moved
 * when the chain moved on while it was looked at.
 */
enum cgswap_status replace_look_again(struct cgswap_replace *replace, struct cgswap_step *step,
				      bool *moved);

/* ---- replace_swap.c */

/* What a step is about to do, for those who explain. */
struct attempt replace_attempt(const struct cgswap_replace *replace, const struct cgswap_step *step);

/* Does one step, looking again as often as allowed while the chain moves; and verifies it. */
enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step);

/* Puts the old program back where the new one still stands. */
enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step);

#endif
