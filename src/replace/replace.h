/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transaction of one or many swaps. Each file uses only those above it in this list:
 *
 *	chain_state.c          a chain as the transaction knows it
 *	replace_request.c      the kernel call of a step, and its guard
 *	replace_errors.c       the errors of the transaction itself
 *	replace_preorder.c     the preorder of the old program, and so of the new one
 *	replace_refresh.c      refreshes a step from its chain
 *	replace_link_safety.c  checks for link updates that would do harm
 *	replace_pin.c          the pin of a step
 *	replace_bind.c         binds a new step to the entry that a selector names
 *	replace_verify.c       compares the chain after a swap
 *	replace_swap.c         one swap, forward and back
 *	replace_step.c         the getters of a step
 *	replace.c              the handle: create, reference, close
 *	replace_add.c          adds steps
 *	replace_commit.c       commits all steps or none
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

/* The kernel operation of a step. */
enum step_method {
	STEP_PLAIN,    /* PROG_ATTACH with BPF_F_REPLACE */
	STEP_LINK,     /* LINK_UPDATE */
	STEP_OVERWRITE /* PROG_ATTACH in none or override mode */
};

/* The caller's request, unchanged. */
struct step_request {
	cgswap_chain *chain;
	char *selector;                /* names the old program */
	char *pin;                     /* path of the pin for the new program, or NULL */
	enum cgswap_preorder preorder; /* DEFAULT: the same as the old program's */
	enum cgswap_map_policy maps;
	uint64_t expected_revision; /* 0: any */
	bool allow_unguarded;       /* the caller accepts a replace without a guard */
};

/* The entry that the selector named, as it was last read. */
struct step_target {
	struct chain_state *chain;
	struct program *old;
	enum step_method method;
	int link_fd; /* for STEP_LINK; else -1 */
	uint32_t link_id;
	size_t position;
	bool position_known; /* false: the old program has several positions, or the chain is unread
			      */
	bool unread;         /* the caller may not read the chain, and only the request is known */
	unsigned generation; /* the chain's generation when position and flags were read */
	bool flags_known;    /* the preorder in the flags was probed then, not assumed */
	int flags_errnum;    /* otherwise: the errno of the probe, which a replace would get too */
	uint32_t flags_old, flags_new; /* each includes the preorder of its program */
	/* the chain's counters at the time of binding; later changes are counted from these */
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
	const struct dropped_maps *dropped_maps; /* the transaction owns them */
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
	struct snapshot
		found; /* buffer for a read of a chain that is compared with the chain's state */
	bool verify;
	bool has_revisions; /* the kernel accepts an expected revision */
	int retries;        /* 0: never, however long the retry time */
	int retry_time_ms;  /* for the running commit; 0 or below: only retries count */
	atomic_bool cancelled;
};

/* ---- replace_request.c */

/* The flags that replace a plain entry. */
uint32_t replace_flags(enum cgswap_preorder preorder);

/* Returns the revision that the kernel checks; 0: none. A link's update takes none. */
uint64_t replace_guard_revision(const struct cgswap_replace *replace,
				const struct cgswap_step *step);
enum cgswap_guard replace_guard(const struct cgswap_replace *replace,
				const struct cgswap_step *step);

/* Returns the change that a step makes, for explain. */
struct change replace_change(const struct cgswap_replace *replace, const struct cgswap_step *step);

/* Makes the kernel call once. Returns 0 or a negative errno. */
int replace_call(const struct cgswap_replace *replace, const struct cgswap_step *step,
		 const struct program *from, const struct program *to, uint32_t flags,
		 uint64_t revision);

/* ---- replace_preorder.c */

/*
 * Finds the preorder of the old program, and also of the new one unless the caller gave it. If the
 * kernel rejects the probe for the same reason as the replace, the result is PREORDER_FOUND and the
 * flags stay unknown: the commit probes again, or explains the kernel's error. Sets *errnum for
 * PREORDER_FAILED. replace_error_preorder() has the messages for all results but FOUND and MOVED.
 */
enum preorder_result replace_detect_preorder(struct cgswap_replace *replace,
					     struct cgswap_step *step, int *errnum);

/* Without reading the chain, the caller must give the preorder. */
enum cgswap_status replace_preorder_unread(struct cgswap_replace *replace,
					   struct cgswap_step *step);

/* ---- replace_refresh.c */

/* True if position and flags match the transaction's state of the chain. */
bool replace_is_current(const struct cgswap_step *step);

/*
 * Reads the chain again and finds the step's entry; fails if the old program is gone. Sets *moved
 * if the chain changed again meanwhile.
 */
enum cgswap_status replace_refresh(struct cgswap_replace *replace, struct cgswap_step *step,
				   bool *moved);

/* ---- replace_link_safety.c */

/*
 * Fails for a link update that the kernel would accept and that does harm: to another attach type,
 * to other storage, or among preorder entries where the kernel confuses positions.
 */
enum cgswap_status replace_check_link_safety(const struct cgswap_replace *replace,
					     const struct cgswap_step *step,
					     const struct program *program);

/* ---- replace_pin.c */

/* Stores the path of the step's pin, or NULL, and allocates all memory that the pin will need. */
enum cgswap_status replace_name_pin(struct cgswap_step *step, const char *path);

/* Fails if the step's pin cannot be created; after a commit, if it no longer could be. */
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
 * Binds a new step to the entry that its selector names, in a newly read chain. program is the new
 * program, or NULL if it is not loaded yet.
 */
enum cgswap_status replace_bind(struct cgswap_replace *replace, struct cgswap_step *step,
				const struct program *program);

/* ---- replace_verify.c */

/*
 * Compares the chain with the expected result of the swap. If the kernel put the new program
 * elsewhere, the swap is rolled back and fails; changes by other writers are not errors.
 */
enum cgswap_status replace_verify(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_swap.c */

/* Makes and verifies one step. Refreshes it as often as allowed while others change the chain. */
enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step);

/* Puts the old program back if the new one is still attached. */
enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace.c */

/* True if any of its new programs is attached. */
bool replace_is_committed(const struct cgswap_replace *replace);

/* ---- replace_step.c */

void replace_free_step(struct cgswap_replace *replace, struct cgswap_step *step);

#endif
