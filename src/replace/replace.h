/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transaction of one or many steps: swaps, attaches and detaches. Each file uses only those
 * above it in this list. replace_request.h, replace_bind.h and replace_pin.h declare what works on
 * one step: its kernel call, its entry in the chain, its pin.
 *
 *	chain_state.c          a chain as the transaction knows it
 *	left_pins.c            pins that a swap leaves with the old program (left_pins.h)
 *	replace_request.c      the kernel call of a step, and its guard
 *	replace_errors.c       the errors of the transaction itself
 *	replace_hold.c         keeps the cgroup and link of a step open while they are used
 *	replace_shelf.c        bounds the descriptors for the programs
 *	replace_preorder.c     the preorder of the old program, and so of the new one
 *	replace_refresh.c      refreshes a step from its chain
 *	replace_link_safety.c  checks for link updates that would do harm
 *	replace_event.c        tells the caller of a commit what happens
 *	replace_gone.c         cgroups that were removed, where that is ignored
 *	replace_waves.c        the canary, the soak and the health checks of a commit
 *	replace_pin.c          the pin of a step
 *	replace_array.c        checks that no program loses its program array
 *	replace_bind.c         binds a new step to the entry that a selector names
 *	replace_entry.c        binds and verifies a step that attaches or detaches
 *	replace_verify.c       compares the chain after a step
 *	replace_swap.c         one step, forward and back
 *	replace_step.c         the getters of a step
 *	recursive_request.c    the arguments of a recursive add (recursive_request.h)
 *	replace_group.c        the swaps in groups of tag and maps (replace_group.h)
 *	replace_recorded.c     the constants of old programs, as the history has them
 *	replace.c              the handle: create, reference, close
 *	replace_new_step.c     makes a step, and completes it
 *	replace_add.c          adds a swap of a program, or of what a source has
 *	recursive_tags.c       compares the tags of the programs that a search has found
 *	recursive_steps.c      the steps of a search (recursive_look.h)
 *	replace_recursive.c    adds a swap in each cgroup below one (replace_recursive.h)
 *	replace_add_entry.c    adds attaches and detaches, which have no public function each
 *	replace_object.c       the programs that a call on an object selects (replace_object.h)
 *	replace_add_object.c   adds a swap for each program of an object
 *	replace_journal.c      keeps the journal of a commit or rollback
 *	replace_check.c        asks for each step whether a commit would succeed
 *	replace_rollback.c     takes back the steps that were done
 *	replace_commit.c       commits all steps or none
 *	replace_recover*.c     end the transaction of a process that died (replace_recover.h)
 *	replace_object_attach.c
 *	                       attaches each program of an object
 *	replace_undo*.c        take back a transaction that ended (replace_undo.h)
 *	replace_drain.c        waits for the old programs
 */
#ifndef CGSWAP_REPLACE_REPLACE_H
#define CGSWAP_REPLACE_REPLACE_H

#include "cgroup/preorder.h"
#include "chain/chain_resolve.h"
#include "explain/explain.h"
#include "journal/journal.h"
#include "load/dropped_maps.h"
#include "load/load_cache.h"
#include "load/load_set.h"
#include "object/constant_report.h"
#include "program/pin.h"
#include "program/program_shelf.h"
#include "program/program_table.h"
#include "replace/chain_state.h"
#include "replace/left_pins.h"
#include "replace/replace_group.h"

/* The change that a step makes. */
enum step_kind {
	STEP_SWAPS,
	STEP_ATTACHES, /* it has no old program */
	STEP_DETACHES  /* it has no new program */
};

/* The kernel operation of a step. */
enum step_method {
	STEP_PLAIN,    /* PROG_ATTACH, of a swap with BPF_F_REPLACE; PROG_DETACH */
	STEP_LINK,     /* LINK_UPDATE, LINK_CREATE */
	STEP_OVERWRITE /* PROG_ATTACH in none or override mode; PROG_DETACH there */
};

/* The caller's request, unchanged. */
struct step_request {
	cgswap_chain *chain;
	char *selector;             /* names the old program; NULL for an attach */
	char *pin;                  /* path of the pin for the new program, or NULL */
	char **map_choices;         /* or NULL */
	uint64_t expected_revision; /* 0: any */
	enum step_kind kind : 8;
	enum cgswap_preorder preorder : 8; /* DEFAULT: the same as the old program's */
	enum cgswap_map_policy maps : 8;
	bool allow_unguarded; /* the caller accepts a replace without a guard */
	bool ignore_gone;     /* a cgroup that was removed is not an error */
	bool of_object;       /* its maps may be those of other old programs too */
};

/* The pin of a step, and its temporary pin. */
struct step_pin {
	struct pin_swap swap; /* under way while its lock is not -1 */
	char *temp;           /* a buffer for swap */
	bool was_old;         /* the old program was pinned at the path */
};

/*
 * The entry that the selector named, as it was last read. A transaction may have many steps:
 * members are next to others that fill their holes.
 */
struct step_target {
	struct chain_state *chain;
	struct program *old;
	enum step_method method;
	int made_link;         /* the link that the step attached, open for the way back; or -1 */
	struct pooled_fd link; /* for a swap by STEP_LINK; else in no pool, and its fd is -1 */
	uint32_t link_id;
	bool link_may_close; /* the caller may open it again */
	bool link_is_kept;   /* open as long as the step exists */
	bool is_plain;       /* no link had the entry then; false: unknown, or a link had it */
	bool unread;         /* the caller may not read the chain, and only the request is known */
	bool position_known; /* false: the old program has several positions, or the chain is unread
			      */
	size_t position;
	unsigned generation;                 /* the chain's when position and flags were read */
	bool flags_known;                    /* the preorder in the flags was found then */
	bool old_assumed;                    /* the old program's is what the caller gave */
	bool probe_attached;                 /* a probe was in the chain for a moment */
	bool may_be_last;                    /* see anchor_id */
	int flags_errnum;                    /* with unknown flags: the errno of a replace */
	uint32_t flags_old, flags_new;       /* each includes the preorder of its program */
	enum cgswap_preorder found_preorder; /* the old program's, when last found; or DEFAULT */
	unsigned found_changes;              /* the chain's external_changes then */
	/* the chain's counters at the time of binding; later changes are counted from these */
	unsigned external_changes, own_changes;
	/*
	 * For a detach: the way back attaches at this side of the program beside it, or at the end
	 * if that is gone and the detached one may be last, as it was when it was bound.
	 */
	uint32_t side;        /* KERNEL_BEFORE, KERNEL_AFTER; 0: at the end */
	uint32_t anchor_id;   /* 0: first, or at the end */
	bool taken;           /* an earlier step attaches the old program: the entry was a link's */
	struct step_pin *pin; /* NULL: the step has no pin */
};

/* The outcome of the last commit or rollback. */
struct step_result {
	enum cgswap_step_state state;
	enum cgswap_guard guard;
	bool applied; /* the change was made and not taken back */
	bool in_use;  /* the maps of the new program are pinned by their names */
	bool verified;
	bool uncertain; /* in the last check: a cgroup that cannot be seen may forbid it */
	enum cgswap_cause cause;
	uint64_t revision; /* after the swap */
};

struct cgswap_step {
	size_t index;
	struct cgswap_step *next_in_chain;
	struct step_request asked;
	struct step_target target;
	struct step_result result;
	struct program *new;
	const struct dropped_maps *dropped_maps; /* the transaction owns them */
	struct left_pins *left_pins;             /* NULL: none, or not looked for */
	struct constant_report *constants;       /* NULL: the program is not from an object */
};

/* The running commit; zeroed: there is none. */
struct replace_run {
	cgswap_progress_fn progress;
	void *user;
	cgswap_event_fn event;
	void *event_user;
	cgswap_health_fn health;
	void *health_user;
	size_t done, refused, gone; /* steps */
	size_t wave, wave_end;      /* the number of waves that are done; where the next one ends */
	int64_t follow_until_ms;    /* 0: not set yet */
	int soak_ms, follow_ms;     /* 0 or below: none */
	bool active, waves, ignore_gone;
	bool stop; /* an event callback asked for it */
};

struct cgswap_replace {
	struct handle handle;
	struct cgswap_session *session;
	struct cgswap_step **steps;
	size_t length, capacity;
	struct replace_groups groups;
	struct recursive_request *requests; /* by cgswap_replace_add_recursive() */
	struct hash_index pins;             /* the steps that have one, by its path */
	struct chain_states chains;
	struct program_table programs; /* the old and new ones */
	struct program_shelf shelf;    /* for them, where a journal is kept */
	struct journal_shelf *place;   /* its pins; NULL: none yet */
	int shelf_errnum;              /* the first pin there that failed; 0: none */
	struct load_cache load_cache;
	struct load_set *load_sets; /* for the objects below, whose files they read */
	cgswap_object **objects;
	size_t object_count;
	/* the last two loaded programs whose constants were compared, and the report; or NULL */
	const struct dropped_maps *compared_pair;
	struct constant_report *compared;
	struct hash_index dropped_maps;        /* by the old and the new program */
	struct pin_list *some_pins, *all_pins; /* NULL: not read */
	struct snapshot
		found; /* buffer for a read of a chain that is compared with the chain's state */
	bool verify;
	bool committing;     /* a commit adds steps for cgroups that came during it */
	bool dry_run;        /* only checks are allowed */
	bool is_large;       /* not all of its chains and links are kept open */
	bool may_be_applied; /* a commit has run since none of the new programs was attached */
	bool pins_left;      /* a step was undone, but not its pin */
	bool has_revisions;  /* the kernel accepts an expected revision */
	int retries;         /* 0: never, however long the retry time */
	int retry_time_ms;   /* for the running commit; 0 or below: only retries count */
	struct replace_run run;
	struct journal_writer *journal; /* from its beginning until it ends; or NULL */
	const size_t
		*journal_indexes; /* the steps in the journal that a recover continues; or NULL */
	bool journal_reversed;    /* our steps undo those of the journal */
	uint64_t id;              /* that of the last commit or rollback; 0: none */
	bool id_due;              /* it has none before a caller asks for it */
	bool keeps_journal;
	int wait_ms;   /* for another transaction */
	uint32_t keep; /* the old programs are held, as in struct journal_aim */
	struct recorded_programs *recorded; /* NULL: the history was not read */
	atomic_bool cancelled;
};

/* ---- replace_shelf.c */

/* From then on, the programs that are added to the shelf may be closed meanwhile. */
void replace_begin_shelf(struct cgswap_replace *replace);
void replace_end_shelf(struct cgswap_replace *replace);

/* ---- replace_event.c */

/* Calls the caller's function for events, if there is one. step: the event's, or NULL. */
void replace_tell(struct cgswap_replace *replace, enum cgswap_event_kind kind,
		  const struct cgswap_step *step);

/* Calls the caller's health check, which may write what it found to said. Returns true for yes. */
bool replace_ask_health(struct cgswap_replace *replace, char *said, size_t size);

/* ---- replace_gone.c */

/*
 * After an error of a step: true if the step ignores that its cgroup was removed, and it was. The
 * error stays the last error; replace_count_gone() clears it.
 */
bool replace_step_is_gone(struct cgswap_replace *replace, const struct cgswap_step *step);
void replace_count_gone(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_waves.c */

/* Fails if the caller has asked the commit to stop. */
enum cgswap_status replace_check_cancelled(struct cgswap_replace *replace);

/* Sleeps until then; fails if the caller asks the commit to stop. */
enum cgswap_status replace_sleep(struct cgswap_replace *replace, int64_t until_ms);

enum cgswap_status replace_begin_waves(struct cgswap_replace *replace, const char *canary);

/* Soaks and checks the steps before this position, if a wave ends there. */
enum cgswap_status replace_end_wave(struct cgswap_replace *replace, size_t position);

/* ---- replace_verify.c */

/*
 * Compares the chain with the expected result of the swap. If the kernel put the new program
 * elsewhere, the swap is rolled back and fails; changes by other writers are not errors.
 */
enum cgswap_status replace_verify(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_swap.c */

/* Makes and verifies one step. Refreshes it as often as allowed while others change the chain. */
enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step);

/* Takes the change back if it still stands. */
enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_recorded.c */

/*
 * For load_opts.recorded and its user, a transaction: reads the history when it is asked first,
 * since most old programs have the constants of the file.
 */
enum constant_origin replace_recorded_origin(const struct program *old, const char *constant,
					     void *user);
void replace_free_recorded(struct recorded_programs *recorded);

/* ---- replace.c */

/* Makes the handle, in a call that works for the session. */
enum cgswap_status replace_make(cgswap_replace **out, cgswap_session *session,
				const struct cgswap_replace_opts *opts);

/* True if any of its new programs is attached. */
bool replace_is_committed(struct cgswap_replace *replace);

/* Adds to the remedy of an error of a journal that a transaction can do without it. */
void replace_remedy_no_journal(const struct cgswap_replace *replace);

/* Begins the journal, and with it the transaction: others wait for its end. */
enum cgswap_status replace_open_journal(struct cgswap_replace *replace);

/* Leaves its journal for a recover if changes may have been made, and removes it otherwise. */
void replace_close_journal(struct cgswap_replace *replace);

/* ---- replace_new_step.c */

/* Fails if a new step with this pin, or any step, cannot be added to the transaction for the chain.
 */
enum cgswap_status replace_check_addable(struct cgswap_replace *replace,
					 const struct cgswap_chain *chain, const char *pin);

/* Allocates a step for the chain, and the place for it in the transaction. */
enum cgswap_status replace_make_step(struct cgswap_step **out, struct cgswap_replace *replace,
				     struct cgswap_chain *chain, enum step_kind kind,
				     const char *selector, const char *pin);

/*
 * Adds the step, which is bound, and its new program, or NULL; frees it on error. The two halves:
 * replace_prepare_step() may fail, and leaves the step to the caller; replace_append_step() cannot,
 * if the memory was reserved.
 */
enum cgswap_status replace_prepare_step(struct cgswap_replace *replace, struct cgswap_step *step,
					struct program *program);
enum cgswap_status replace_reserve(struct cgswap_replace *replace, size_t steps);

/*
 * Reports constants of a loaded program that differ from the old program's, in a prepared step
 * whose program was not loaded for it.
 */
enum cgswap_status replace_compare_constants(struct cgswap_replace *replace,
					     struct cgswap_step *step, struct program *program);

/* The report is the step's if its program was loaded to replace this old one, or for none. */
void replace_take_constants(struct cgswap_step *step, struct constant_report *report);

/*
 * Finds the pins that the step leaves behind, and refuses them under CGSWAP_MAPS_REQUIRE. news: the
 * programs that are added together with it.
 */
enum cgswap_status replace_find_left_pins(struct cgswap_replace *replace, struct cgswap_step *step,
					  const struct program *const *news, size_t count,
					  enum cgswap_map_policy maps);
void replace_append_step(struct cgswap_replace *replace, struct cgswap_step *step,
			 struct program *program);
enum cgswap_status replace_complete_step(struct cgswap_replace *replace, struct cgswap_step *step,
					 struct program *program);

/* Frees a step that is refused. A probe for it may have moved the chain's revision. */
enum cgswap_status replace_refuse_step(struct cgswap_step *step, enum cgswap_status status);

/* Checks the values that do not depend on the chain. */
enum cgswap_status replace_check_opts(const struct cgswap_step_opts *opts);

/* Makes a swap and binds it to the entry; the new program may be NULL, until it is loaded. */
enum cgswap_status replace_new_swap(struct cgswap_step **out, struct cgswap_replace *replace,
				    struct cgswap_chain *chain, const char *old,
				    const struct program *program,
				    const struct cgswap_step_opts *opts);

/* ---- replace_journal.c */

/*
 * A commit and a rollback call these functions, which do nothing without a journal. begin is called
 * before the first change, and gives the transaction its ID; grow before the first change of the
 * steps from this position on, which were found later; end returns its argument status, and
 * preserves the last error. A rollback continues even if it cannot keep a journal.
 */
enum cgswap_status replace_journal_begin(struct cgswap_replace *replace);
enum cgswap_status replace_journal_grow(struct cgswap_replace *replace, size_t from);
/* Logs a warning if a new swap is of an entry of a transaction that is not finished. */
void replace_journal_warn(struct cgswap_replace *replace, const struct cgswap_step *step);
enum cgswap_status replace_journal_done(struct cgswap_replace *replace,
					const struct cgswap_step *step);
void replace_journal_begin_rollback(struct cgswap_replace *replace);
void replace_journal_undone(struct cgswap_replace *replace, const struct cgswap_step *step);
enum cgswap_status replace_journal_end(struct cgswap_replace *replace, enum cgswap_status status);

/* ---- replace_check.c */

enum cgswap_status replace_check(struct cgswap_replace *replace);

/* ---- replace_rollback.c */

/*
 * After an error in a commit: rolls back the earlier steps. The error stays the last error, and the
 * cause of the step that failed, if one did.
 */
enum cgswap_status replace_give_up(struct cgswap_replace *replace, struct cgswap_step *refused,
				   enum cgswap_status status);

/* ---- replace_commit.c */

enum cgswap_status replace_commit(struct cgswap_replace *replace,
				  const struct cgswap_commit_opts *opts);

/* ---- replace_add_entry.c */

/*
 * Adds a step that attaches the program at the end of the chain, in multi mode, or one that
 * detaches an entry. Both run in a call that has entered the transaction and the chain. A link
 * that is detached cannot be attached again, so a detach of an entry that has one is refused.
 */
enum cgswap_status replace_add_attach(struct cgswap_replace *replace, struct cgswap_chain *chain,
				      struct program *program,
				      const struct cgswap_attach_opts *opts);
enum cgswap_status replace_add_detach(struct cgswap_replace *replace, struct cgswap_chain *chain,
				      const char *selector, const struct cgswap_detach_opts *opts);

/* ---- replace_step.c */

void replace_free_step(struct cgswap_step *step);
/* The two halves: what it has open, and its memory. */
void replace_shut_step(struct cgswap_step *step);
void replace_free_shut_step(struct cgswap_step *step);

#endif
