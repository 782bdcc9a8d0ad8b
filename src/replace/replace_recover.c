/* SPDX-License-Identifier: BSD-2-Clause */
/* Ends the transaction of a process that died: all of its entries get the old or the new program.
 */
#include "replace/replace_recover.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/opts.h"

enum { RECOVER_ATTEMPTS = 5 };

static void recover_drop_steps(struct recovery *recovery)
{
	cgswap_replace_unref(recovery->replace);
	recovery->replace = NULL;
	free(recovery->indexes);
	recovery->indexes = NULL;
}

static void recover_note_found(struct recovery *recovery)
{
	for (size_t i = 0; i < recovery->replace->length; i++)
		recovery->journal->found[recovery->indexes[i]] = recovery_goal(recovery);
}

/* Looks, and does what is left to do, all or none. */
static enum cgswap_status recover_attempt(struct recovery *recovery)
{
	enum cgswap_status status;

	status = recover_look(recovery->journal);
	if (!status)
		status = recover_check_maps(recovery);
	if (!status)
		status = recover_make_steps(recovery);
	if (!status)
		status = replace_check(recovery->replace);
	if (!status)
		status = replace_commit(recovery->replace, NULL);
	if (!status)
		recover_note_found(recovery);
	recover_drop_steps(recovery);
	return status;
}

/* Other processes may change a chain after it was looked at. */
static bool recover_may_repeat(enum cgswap_status status)
{
	return status == CGSWAP_E_STALE || status == CGSWAP_E_NOT_ATTACHED ||
	       cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_CGROUP_GONE;
}

enum cgswap_status recover_end(struct recovery *recovery)
{
	int attempts = 0;
	enum cgswap_status status;

	do
		status = recover_attempt(recovery);
	while (status && ++attempts < RECOVER_ATTEMPTS && recover_may_repeat(status));
	if (!status)
		status = recover_settle_pins(recovery);
	if (!status)
		journal_end(&recovery->writer, recovery->back ? "undone" : "done");
	return status;
}

static enum cgswap_status recover_run(cgswap_journal **out, cgswap_session *session,
				      const struct cgswap_recover_opts *opts)
{
	bool lists = opts->action == CGSWAP_RECOVER_LIST;
	struct recovery recovery = {
		.session = session,
		.back = opts->action == CGSWAP_RECOVER_UNDO,
		.old_maps = opts->old_maps,
	};
	struct journal_record *record;
	enum cgswap_status status;

	status = journal_resume(&recovery.writer, &record, session, session->state_dir,
				opts->wait_ms, !lists);
	if (status)
		return status;
	status = journal_handle_new(&recovery.journal, session, record);
	if (!status && record)
		status = lists ? recover_look(recovery.journal) : recover_end(&recovery);
	if (record)
		journal_writer_close(&recovery.writer);
	if (status || !out)
		cgswap_journal_unref(recovery.journal);
	else
		*out = recovery.journal;
	return status;
}

static enum cgswap_status recover_check_opts(const cgswap_session *session,
					     const struct cgswap_recover_opts *opts)
{
	if ((unsigned)opts->action > CGSWAP_RECOVER_UNDO)
		return error_bad_argument("opts.action is %d{found}; expected CGSWAP_RECOVER_...",
					  (int)opts->action);
	if (opts->wait_ms < 0)
		return error_bad_argument("opts.wait_ms is %d{found}; expected 0 or more",
					  (int)opts->wait_ms);
	if (opts->reserved)
		return error_bad_argument("opts.reserved is %u{found}; expected %u{expected}",
					  opts->reserved, 0U);
	if (!session->state_dir)
		return error_bad_argument("the session has no state_dir");
	return CGSWAP_OK;
}

enum cgswap_status cgswap_session_recover(cgswap_journal **out, cgswap_session *session,
					  const struct cgswap_recover_opts *given)
{
	enum cgswap_status status = session_enter(session, "recover");
	struct cgswap_recover_opts opts;

	if (out)
		*out = NULL;
	if (status)
		return status;
	status = opts_take(&opts, sizeof(opts), OPTS_FIRST_RECOVER, given);
	if (!status)
		status = recover_check_opts(session, &opts);
	if (!status)
		status = recover_run(out, session, &opts);
	return session_leave(session, status);
}
