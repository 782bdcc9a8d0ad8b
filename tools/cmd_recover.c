/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "json_record.h"
#include "open.h"
#include "print_journal.h"
#include "report.h"

#include <limits.h>
#include <stdio.h>

/* One that was made with --keep-old is held for an undo when it is finished. */
static bool recover_is_held(cgswap_session *session, uint64_t id)
{
	cgswap_history *history;
	bool held = false;

	if (cgswap_history_open(&history, session) != CGSWAP_OK)
		return false;
	for (size_t i = 0; i < cgswap_history_get_length(history); i++)
		held |= cgswap_history_get_id(history, i) == id &&
			cgswap_history_is_held(history, i);
	cgswap_history_unref(history);
	return held;
}

static bool recover_print(const struct options *options, cgswap_session *session,
			  const cgswap_journal *journal)
{
	bool lists = !(options->given & (OPTION_FINISH | OPTION_UNDO));
	bool back = options->given & OPTION_UNDO;
	char directory[PATH_MAX];

	if (!cgswap_journal_get_id(journal)) {
		report_sentence("No transaction in '%s' is unfinished.",
				open_journals_text(directory, sizeof(directory), options));
		return true;
	}
	if (lists)
		return print_unfinished(options, journal);
	if (back)
		return print_journal(journal, CGSWAP_ENTRY_OLD, "the old program");
	if (!print_journal(journal, CGSWAP_ENTRY_NEW, "the new program"))
		return false;
	if (recover_is_held(session, cgswap_journal_get_id(journal)))
		print_held(options, cgswap_journal_get_id(journal));
	return true;
}

static enum exit_status recover_run(const struct options *options, cgswap_session *session)
{
	struct cgswap_recover_opts opts = {
		.sz = sizeof(opts),
		.wait_ms = options->wait_ms,
		.old_maps = !!(options->given & OPTION_OLD_MAPS),
	};
	cgswap_journal *journal;
	bool ok;

	if (options->given & OPTION_FINISH)
		opts.action = CGSWAP_RECOVER_FINISH;
	else if (options->given & OPTION_UNDO)
		opts.action = CGSWAP_RECOVER_UNDO;
	if (cgswap_session_recover(&journal, session, &opts) != CGSWAP_OK)
		return report_last_error(options);
	ok = options->given & OPTION_JSON
		     ? json_print(json_wrap("transaction", json_journal(journal)))
		     : recover_print(options, session, journal);
	cgswap_journal_unref(journal);
	return ok ? EXIT_DONE : report_no_memory(options, opts.action != CGSWAP_RECOVER_LIST);
}

enum exit_status cmd_recover(const struct options *options)
{
	return open_session_and_run(options, recover_run);
}
