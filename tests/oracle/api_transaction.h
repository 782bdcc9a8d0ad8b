/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file api_transaction.h
 * One transaction that is played: its adds, commits and rollbacks.
 */
#ifndef TESTS_ORACLE_API_TRANSACTION_H
#define TESTS_ORACLE_API_TRANSACTION_H

#include "api_judge.h"

struct transaction {
	struct api_operation operation; /* with the steps that were added */
	cgswap_session *session;
	cgswap_replace *replace;
	struct api_bound bound[API_STEPS];
	bool old_preorder[API_STEPS];
};

/** Marks the steps whose chain is another than before. */
void api_transaction_note_moved(struct transaction *transaction, const struct api_state *before);
/** Adds a step. @return false if the answer is wrong. */
bool api_transaction_add(struct transaction *transaction, const struct api_step *step);
/**
 * Commits; *out is the cause. checked: that of the dry run just before, or unexplained if it is not
 * to be compared. @return false if the answer or the chain is wrong.
 */
bool api_transaction_commit(struct transaction *transaction, enum cgswap_cause checked,
			    const char *name, enum cgswap_cause *out);
bool api_transaction_roll_back(struct transaction *transaction);
/** True if no step is committed, as far as the chains show. */
bool api_transaction_is_out(const struct transaction *transaction);

#endif
