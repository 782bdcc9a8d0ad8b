/* SPDX-License-Identifier: BSD-2-Clause */
/* The public handle of the history: the transactions that ended, and what is held of them. */
#ifndef CGSWAP_JOURNAL_HISTORY_HANDLE_H
#define CGSWAP_JOURNAL_HISTORY_HANDLE_H

#include "journal/journal.h"

/* Steps of a transaction with the same two programs. */
struct history_change {
	const struct journal_step *step; /* one of them */
	size_t count;
};

struct history_transaction {
	const struct journal_record *record;
	struct history_change *changes;
	size_t change_count;
	uint64_t undone_by; /* 0: it was not undone */
	bool of_this_boot, held;
	uint64_t memory; /* in bytes, of the programs and maps that are held */
};

struct cgswap_history {
	struct handle handle;
	struct cgswap_session *session;
	struct journal_history history;
	struct history_transaction *transactions;
};

/* ---- history_memory.c */

/*
 * The memory of the old programs of a transaction that is held, and of those of their maps that the
 * new programs do not use. What cannot be opened is not counted. Returns 0 or -ENOMEM.
 */
int history_memory(struct history_transaction *transaction, struct cgswap_session *session,
		   const char *pins);

#endif
