/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ends a transaction whose process died. Each file uses only those above it in this list:
 *
 *	replace_recover_look.c   finds what each entry has now
 *	replace_recover_steps.c  makes a transaction of the steps that are left to do
 *	replace_recover_pin.c    sets the pins of the entries right
 *	replace_recover.c        the call
 */
#ifndef CGSWAP_REPLACE_REPLACE_RECOVER_H
#define CGSWAP_REPLACE_REPLACE_RECOVER_H

#include "journal/journal_handle.h"
#include "replace/replace.h"

struct recovery {
	struct cgswap_session *session;
	struct journal_writer writer; /* goes on with the journal */
	struct cgswap_journal *journal;
	bool back;     /* to the old programs */
	bool old_maps; /* also where contents of their maps were lost */
	cgswap_replace *replace;
	size_t *indexes; /* in the journal, of its steps */
};

/* The program that an entry is to have, and the other one. */
static inline const struct journal_program *recovery_wanted(const struct recovery *recovery,
							    const struct journal_step *step)
{
	return recovery->back ? &step->old : &step->new;
}

static inline enum cgswap_entry_state recovery_goal(const struct recovery *recovery)
{
	return recovery->back ? CGSWAP_ENTRY_OLD : CGSWAP_ENTRY_NEW;
}

/* True if the entry has the program that the recovery replaces. */
static inline bool recovery_has_left(const struct recovery *recovery, size_t index)
{
	enum cgswap_entry_state found = recovery->journal->found[index];

	return found == (recovery->back ? CGSWAP_ENTRY_NEW : CGSWAP_ENTRY_OLD);
}

/* ---- replace_recover_look.c */

/*
 * Opens the chain of a step; *out is NULL if the cgroup is gone, also if there is another one at
 * its path.
 */
enum cgswap_status recover_open_chain(cgswap_chain **out, struct cgswap_session *session,
				      const struct journal_step *step);

/* Finds what each entry has now. */
enum cgswap_status recover_look(struct cgswap_journal *journal);

/* ---- replace_recover_steps.c */

/* Opens a program of the transaction: from its pin, or by its id. */
enum cgswap_status recover_open_program(struct program **out, struct recovery *recovery,
					const struct journal_program *program);

/* Opens a map of the transaction: from its pin, or by its id. Returns 0 or a negative errno. */
int recover_open_map(struct map_fd **out, struct recovery *recovery, uint32_t id);

/* Fails if a program that is attached again would miss slots of a program array. */
enum cgswap_status recover_check_maps(struct recovery *recovery);

/* Makes the transaction, with a step for each entry that is left to do. */
enum cgswap_status recover_make_steps(struct recovery *recovery);

/* ---- replace_recover_pin.c */

/* The pins of all entries that have the wanted program, and those of maps by their names. */
enum cgswap_status recover_settle_pins(struct recovery *recovery);

/* ---- replace_recover.c */

/* Gives all entries the wanted program, or none, settles the pins, and ends the journal. */
enum cgswap_status recover_end(struct recovery *recovery);

#endif
