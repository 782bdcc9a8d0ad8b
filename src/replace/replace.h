/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transaction of one or many swaps: replace.c is the object, replace_add.c adds steps,
 * replace_bind.c ties them to what stands there, replace_detect_preorder.c finds out their
 * preorder, replace_link.c keeps links from harm, replace_swap.c does one, replace_verify.c looks
 * whether it took its place, replace_pin.c swaps its pin, replace_commit.c does all of them or
 * none.
 */
#ifndef CGSWAP_REPLACE_REPLACE_H
#define CGSWAP_REPLACE_REPLACE_H

#include "chain/chain_resolve.h"
#include "load/load_cache.h"
#include "load/dropped_maps.h"
#include "cgroup/preorder.h"

/*
 * One chain that steps of a transaction change, as we know it: read when a step was added, and
 * kept up with what we do to it ourselves, so that a commit need not look.
 */
struct place {
	struct place *next;
	struct cgroup *cgroup;
	const struct attach_type *type;
	struct snapshot now;
	unsigned looks; /* how often it was read anew; steps resolved before must be resolved again
			 */
	unsigned foreign; /* how often it was found to have been changed by others */
	unsigned swaps;   /* how often we changed it */
};

/* How the kernel is asked to do it. */
enum step_method {
	STEP_PLAIN,    /* PROG_ATTACH with BPF_F_REPLACE */
	STEP_LINK,     /* LINK_UPDATE */
	STEP_OVERWRITE /* PROG_ATTACH in none or override mode */
};

struct cgswap_step {
	cgswap_chain *chain;
	struct place *place;
	struct program *old, *new;
	const struct dropped_maps *dropped_maps; /* the transaction's */
	char *selector;                          /* the selector that named the old one */
	enum step_method method;
	int link_fd; /* of STEP_LINK; else -1 */
	uint32_t link_id;
	size_t position;
	bool position_unknown; /* the program stands in several places; the swap will show which it
				  was */
	bool position_found;   /* and did */
	bool unread;           /* the chain may not be read: what was said must do */
	bool allow_unguarded;  /* the caller can do without a guard */
	uint32_t flags_old, flags_new;           /* with the preorder that goes with each program */
	enum cgswap_preorder requested_preorder; /* the caller's word; DEFAULT: as the old one is */
	bool flags_known; /* the flags are right for the place as of this look: */
	unsigned look;
	uint64_t expected_revision; /* the caller's; 0: any */
	unsigned foreign, swaps;    /* the place's when it was added: what is since then is ours */
	enum cgswap_map_policy map_policy; /* the caller's word on the old program's maps */
	char *pin,
		*temp_pin; /* where the new program is to be pinned; beside it, until it is there */
	bool pin_was_old;  /* the old program was pinned there */
	enum cgswap_step_state state;
	enum cgswap_guard guard;
	bool applied; /* the new program was put in and not taken out again */
	bool verified;
	enum cgswap_cause cause;
	uint64_t revision; /* after the swap */
};

struct cgswap_replace {
	struct handle handle;
	struct cgswap_session *session;
	struct cgswap_step **steps;
	size_t length, capacity;
	struct place *places;
	struct load_cache load_cache;
	struct dropped_maps *dropped_lists;
	struct probe_programs probe_programs;
	struct snapshot found; /* what a verification sees */
	bool verify, guarded;  /* guarded: by revisions */
	int retries;
	atomic_bool cancelled;
};

/* ---- replace.c */

void replace_free_step(struct cgswap_replace *replace, struct cgswap_step *step);

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

/* ---- replace_detect_preorder.c */

/* Of a replace of a plain entry. */
uint32_t replace_flags(enum cgswap_preorder preorder);

/*
 * Settles the preorder of the old program, and with it of the new one unless the caller said it.
 * -ESTALE: the chain moved. A chain that refuses the probe as it will refuse the replace leaves
 * it unsettled: the commit looks again, or is told why. -ENODATA: it cannot be told; -EOPNOTSUPP:
 * it is preorder, which must not be used.
 */
int replace_detect_preorder(struct cgswap_replace *replace, struct cgswap_step *step);

/* What that could not do, but for a chain that moved. */
enum cgswap_status replace_error_preorder(const struct cgswap_replace *replace,
					  const struct cgswap_step *step, int err);

/* Without a look at the chain only the caller knows it. */
enum cgswap_status replace_preorder_unread(struct cgswap_replace *replace,
					   struct cgswap_step *step);

/* ---- replace_link.c */

/*
 * Refuses an update of a link that the kernel would make and that does harm: to another hook or
 * other storage, or among preorder entries where the kernel mistakes them.
 */
enum cgswap_status replace_check_link_safety(const struct cgswap_replace *replace,
					     const struct cgswap_step *step,
					     const struct program *program);

/* ---- replace_pin.c */

/* Keeps the path for the step's pin, with memory for all that will be done about it; or NULL. */
enum cgswap_status replace_name_pin(struct cgswap_step *step, const char *path);

/* Whether the step's pin can be made; after a commit whether it still could. */
enum cgswap_status replace_check_pin(struct cgswap_replace *replace, struct cgswap_step *step);

/*
 * The rest is for steps that have a pin. Before the swap it is made sure of, and afterwards put in
 * its place, with no memory.
 */
enum cgswap_status replace_prepare_pin(struct cgswap_replace *replace, struct cgswap_step *step);
enum cgswap_status replace_place_pin(struct cgswap_replace *replace, struct cgswap_step *step);

/* What was prepared for a swap that was refused is taken off. Leaves the last error as it is. */
void replace_withdraw_pin(struct cgswap_replace *replace, struct cgswap_step *step);

/* As it was before; the pin of somebody else stays. */
enum cgswap_status replace_restore_pin(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_verify.c */

/*
 * Looks whether what the swap left the place to be is there. Refuses what is nobody's doing but the
 * kernel's, and puts it back.
 */
enum cgswap_status replace_verify(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_swap.c */

/* Asks the kernel, one time: 0 or a negative errno. */
int replace_call(const struct cgswap_replace *replace, const struct cgswap_step *step,
		 const struct program *from, const struct program *to, uint32_t flags,
		 uint64_t revision);

/* What a step is about to do, for those who explain. */
struct change replace_change(const struct cgswap_replace *replace, const struct cgswap_step *step);

/* Does one step, looking again as often as allowed while the chain moves; and verifies it. */
enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step);

/* Puts the old program back where the new one still stands. */
enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step);

#endif
