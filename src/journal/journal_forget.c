/* SPDX-License-Identifier: BSD-2-Clause */
/* Lets a transaction go that is held for an undo. */
#include "base/error.h"
#include "journal/journal.h"

static enum cgswap_status forget_locked(struct cgswap_session *session,
					struct journal_directory *directory, uint64_t id)
{
	enum cgswap_status status;
	bool was_there = false;

	if (id)
		status = journal_kept_forget(&was_there, session, directory, id);
	else
		status = error_bad_argument("'%s'{option} is 0; expected the number of a "
					    "transaction",
					    "id");
	if (!status && !was_there)
		status = journal_error_not_held(directory, id, false);
	return status;
}

static enum cgswap_status forget_run(struct cgswap_session *session, uint64_t id)
{
	struct journal_directory directory;
	enum cgswap_status status;

	if (!session->state_dir)
		return error_bad_argument("the session has no state_dir");
	status = journal_directory_open(&directory, session->kernel, session->state_dir, false);
	if (!status && directory.fd >= 0)
		status = journal_lock(&directory, 0);
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_TRANSACTION_BUSY)
		error_remedy("call it again after the end of the other transaction");
	if (!status)
		status = forget_locked(session, &directory, id);
	journal_unlock(&directory);
	journal_directory_close(&directory);
	return status;
}

enum cgswap_status cgswap_session_forget(cgswap_session *session, uint64_t id)
{
	enum cgswap_status status = session_enter(session, "forget");

	return status ? status : session_leave(session, forget_run(session, id));
}
