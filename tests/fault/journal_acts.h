/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file journal_acts.h
 * What journal_faults.h fails: a transaction with a journal over four chains of the fixture (a link
 * with its pin, override mode, preorder with a new pin, a plain entry), and what comes after it.
 */
#ifndef TESTS_FAULT_JOURNAL_ACTS_H
#define TESTS_FAULT_JOURNAL_ACTS_H

#include "scenarios.h"

#include <stdbool.h>

/*
 * After a commit: its rollback; after a kill: a recover; after a commit that keeps the old programs: undo.
 * With a shelf, only two of the programs are open, and the others are held by pins; its commit has the
 * adds too.
 */
enum journal_act {
	ACT_COMMIT,
	ACT_ROLLBACK,
	ACT_FINISH,
	ACT_UNDO,
	ACT_SHELF_COMMIT,
	ACT_SHELF_ROLLBACK,
	ACT_SHELF_FINISH,
	ACT_SHELF_UNDO,
	ACT_KEEP,
	ACT_TAKE_BACK,
	ACT_FORGET,
	JOURNAL_ACTS
};

extern const char *const journal_act_names[JOURNAL_ACTS];

/** The same act without a shelf. */
enum journal_act journal_act_plainly(enum journal_act act);

/** Makes the state before an act. A failure ends the test. */
void journal_act_prepare(struct run *run, enum journal_act act);
/** Does it, and closes all handles. */
void journal_act_do(struct run *run, enum journal_act act);

/** Recovers in a session of its own. @return false, with the error in the run, if it fails. */
bool journal_act_recover(struct run *run, enum cgswap_recover action);
/** Undoes or forgets what is held, in the same way. */
bool journal_act_let_go(struct run *run, enum journal_act act);

#endif
