/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transaction of one or many swaps. Each file uses only those above it in this list:
 *
 *	chain_state.c          a chain as the transaction knows it
 *	replace_request.c      what the kernel is asked, and the guard that goes with it
 *	replace_errors.c       the sentences for what is refused here
 *	replace_preorder.c     whether the old program is preorder, and so the new one
 *	replace_refresh.c      a step looks at its chain again
 *	replace_link_safety.c  updates of a link that would do harm
 *	replace_pin.c          the pin of a step
 *	replace_bind.c         a new step is bound to the entry that a selector names
 *	replace_verify.c       a look after a swap
 *	replace_swap.c         one swap, there and back
 *	replace_step.c         what can be read of a step
 *	replace.c              life of the handle
 *	replace_add.c          adds steps
 *	replace_commit.c       does all of them or none
 *	replace_drain.c        waits for the old programs
 */
#ifndef CGSWAP_REPLACE_REPLACE_H
#define CGSWAP_REPLACE_REPLACE_H

#include "cgroup/preorder.h"
#include "chain/chain.h"
#include "explain/explain.h"
#include "load/dropped_maps.h"
#include "load/load_cache.h"
#include "program/pin.h"
#include "replace/chain_state.h"

/* How the kernel is asked to do it. */
enum step_method {
	STEP_PLAIN,    /* PROG_ATTACH with BPF_F_REPLACE */
	STEP_LINK,     /* LINK_UPDATE */
	STEP_OVERWRITE /* PROG_ATTACH in none or override mode */
};

/* The caller's request; it stays as it was given. */
struct step_request {
	cgswap_chain *chain;
	char *selector;                /* names the old program */
	char *pin;                     /* where the new program is to be pinned, or NULL */
	enum cgswap_preorder preorder; /* DEFAULT: as the old program is */
	enum cgswap_map_policy maps;
	uint64_t expected_revision; /* 0: any */
	bool allow_unguarded;       /* the caller can do without a guard */
};

/* The entry that the selector named, as it was last looked at. */
struct step_target {
	struct chain_state *chain;
	struct program *old;
	enum step_method method;
	int link_fd; /* of STEP_LINK; else -1 */
	uint32_t link_id;
	size_t position;
	bool position_known; /* else the old program stands in several, or the chain is unread */
	bool unread;         /* the chain may not be read: what the caller said must do */
	unsigned generation; /* the chain's, when position and flags were looked at */
	bool flags_known;    /* the preorder in the flags was found out then, not assumed */
	uint32_t flags_old, flags_new; /* with the preorder that goes with each program */
	/* the chain's counters when it was bound: what came later is counted from these */
	unsigned external_changes, own_changes;
	char *temp_pin;           /* a buffer for pin_swap */
	struct pin_swap pin_swap; /* under way while its lock is not -1 */
	bool pin_was_old;         /* the old program was pinned at the path of the pin */
};

/* The outcome of the last commit or rollback. */
struct step_result {
	enum cgswap_step_state state;
	enum cgswap_guard guard;
	bool applied; /* the new program was put in and not taken out again */
	bool in_use;  /* the maps of the new program are pinned by their names */
	bool verified;
	enum cgswap_cause cause;
	uint64_t revision; /* after the swap */
};

struct cgswap_step {
	struct step_request asked;
	struct step_target target;
	struct step_result result;
	struct program *new;
	const struct dropped_maps *dropped_maps; /* the transaction's */
};

struct cgswap_replace {
	struct handle handle;
	struct cgswap_session *session;
	struct cgswap_step **steps;
	size_t length, capacity;
	struct chain_state *chains;
	struct load_cache load_cache;
	struct dropped_maps *dropped_lists;
	struct probe_programs probe_programs;
	struct snapshot found; /* a look at a chain that is compared with the chain's state */
	bool verify;
	bool has_revisions; /* the kernel takes the revision that a swap expects */
	int retries;
	atomic_bool cancelled;
};

/* ---- replace_request.c */

/* The flags that replace a plain entry. */
uint32_t replace_flags(enum cgswap_preorder preorder);

/*
 * The revision that the caller expects, counting the transaction's own changes since the step was
 * bound; 0: any.
 */
uint64_t replace_expected_revision(const struct cgswap_step *step);

/* The revision that the kernel is to insist on; 0: none. A link's update takes none. */
uint64_t replace_guard_revision(const struct cgswap_replace *replace,
				const struct cgswap_step *step);
enum cgswap_guard replace_guard(const struct cgswap_replace *replace,
				const struct cgswap_step *step);

/* The change that a step is about to make, for explain. */
struct change replace_change(const struct cgswap_replace *replace, const struct cgswap_step *step);

/* Asks the kernel, one time: 0 or a negative errno. */
int replace_call(const struct cgswap_replace *replace, const struct cgswap_step *step,
		 const struct program *from, const struct program *to, uint32_t flags,
		 uint64_t revision);

/* ---- replace_preorder.c */

/*
 * Finds out the preorder of the old program, and with it of the new one unless the caller said it.
 * Where the kernel refuses the probe as it will refuse the replace, the result is PREORDER_FOUND and
 * the flags stay unknown: the commit looks again, or explains the kernel's refusal. *errnum is set
 * for PREORDER_FAILED. replace_error_preorder() has the words for all but FOUND and MOVED.
 */
enum preorder_result replace_detect_preorder(struct cgswap_replace *replace,
					     struct cgswap_step *step, int *errnum);

/* Without a look at the chain only the caller knows it. */
enum cgswap_status replace_preorder_unread(struct cgswap_replace *replace,
					   struct cgswap_step *step);

/* ---- replace_refresh.c */

/* Position and flags are those of the chain as the transaction knows it. */
bool replace_is_current(const struct cgswap_step *step);

/*
 * Reads the chain again and finds the step's entry there; refuses when the old program is gone.
 * *moved when the chain changed once more while it was looked at.
 */
enum cgswap_status replace_refresh(struct cgswap_replace *replace, struct cgswap_step *step,
				   bool *moved);

/* ---- replace_link_safety.c */

/*
 * Refuses an update of a link that the kernel would make and that does harm: to another attach type
 * or other storage, or among preorder entries where the kernel mistakes them.
 */
enum cgswap_status replace_check_link_safety(const struct cgswap_replace *replace,
					     const struct cgswap_step *step,
					     const struct program *program);

/* ---- replace_pin.c */

/* Keeps the path for the step's pin, with memory for all that will be done about it; or NULL. */
enum cgswap_status replace_name_pin(struct cgswap_step *step, const char *path);

/* Refuses where the step's pin cannot be made; after a commit, where it no longer could. */
enum cgswap_status replace_check_pin(struct cgswap_replace *replace, struct cgswap_step *step);

/*
 * The rest is for steps that have a pin, and needs no memory. Before the swap the pin is prepared,
 * and its directory locked; afterwards it is put in its place. replace_end_pin() ends it in any
 * case.
 */
enum cgswap_status replace_prepare_pin(struct cgswap_replace *replace, struct cgswap_step *step);
enum cgswap_status replace_place_pin(struct cgswap_step *step);
void replace_end_pin(struct cgswap_step *step);

/* Takes off what was prepared for a swap that was refused. Leaves the last error as it is. */
void replace_withdraw_pin(struct cgswap_step *step);

/*
 * The same for the way back; a pin that others made meanwhile stays. What could not be prepared is
 * attempted again by replace_restore_pin().
 */
enum cgswap_status replace_prepare_restore(struct cgswap_replace *replace,
					   struct cgswap_step *step);
enum cgswap_status replace_restore_pin(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_bind.c */

/*
 * Binds a new step to the entry that its selector names, in a chain that is read again for it.
 * program is the new one, or NULL where that is not known yet.
 */
enum cgswap_status replace_bind(struct cgswap_replace *replace, struct cgswap_step *step,
				const struct program *program);

/* ---- replace_verify.c */

/*
 * Compares the chain with what the swap must have made of it. A new program that the kernel put
 * elsewhere is taken back, and refused; changes by others are not held against the swap.
 */
enum cgswap_status replace_verify(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_swap.c */

/* Does one step, looking again as often as allowed while the chain moves; and verifies it. */
enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step);

/* Puts the old program back where the new one still stands. */
enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace.c */

/* One of its new programs is in. */
bool replace_is_committed(const struct cgswap_replace *replace);

/* ---- replace_step.c */

void replace_free_step(struct cgswap_replace *replace, struct cgswap_step *step);

#endif
