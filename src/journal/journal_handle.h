/* SPDX-License-Identifier: BSD-2-Clause */
/* The public handle of a record, and the state of each of its entries when it was read. */
#ifndef CGSWAP_JOURNAL_JOURNAL_HANDLE_H
#define CGSWAP_JOURNAL_JOURNAL_HANDLE_H

#include "journal/journal.h"

struct cgswap_journal {
	struct handle handle;
	struct cgswap_session *session;
	struct journal_record *record;  /* NULL: there is none */
	enum cgswap_entry_state *found; /* by step */
};

/* Takes ownership of the record, also on failure; in a call that works for the session. */
enum cgswap_status journal_handle_new(cgswap_journal **out, struct cgswap_session *session,
				      struct journal_record *record);

#endif
