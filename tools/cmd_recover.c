/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "json_record.h"
#include "open.h"
#include "print_journal.h"
#include "report.h"
#include "time_text.h"

#include <stdio.h>

static bool recover_print(const struct options *options, const cgswap_journal *journal)
{
	bool lists = !(options->given & (OPTION_FINISH | OPTION_UNDO));
	char since[TIME_SIZE];
	size_t left;

	if (!cgswap_journal_get_id(journal)) {
		printf("No transaction is unfinished.\n");
		return true;
	}
	report_sentence("Transaction %llu, which process %u of user %u (%s) began at %s:",
			(unsigned long long)cgswap_journal_get_id(journal),
			cgswap_journal_get_pid(journal), cgswap_journal_get_uid(journal),
			cgswap_journal_get_command(journal),
			time_text(since, cgswap_journal_get_began_at(journal)));
	printf("\n");
	if (!print_journal(journal))
		return false;
	left = journal_count(journal, CGSWAP_ENTRY_CHANGED) +
	       journal_count(journal, CGSWAP_ENTRY_GONE);
	printf("\n%zu of %zu entries have the %s program",
	       journal_count(journal,
			     options->given & OPTION_UNDO ? CGSWAP_ENTRY_OLD : CGSWAP_ENTRY_NEW),
	       cgswap_journal_get_length(journal), options->given & OPTION_UNDO ? "old" : "new");
	if (left)
		printf("; %zu were left alone", left);
	printf(".\n");
	if (lists)
		printf("Run `cgswap recover --finish` or `cgswap recover --undo` to end it.\n");
	return true;
}

enum exit_status cmd_recover(const struct options *options)
{
	struct cgswap_recover_opts opts = {
		.sz = sizeof(opts),
		.wait_ms = options->wait_ms,
		.old_maps = !!(options->given & OPTION_OLD_MAPS),
	};
	enum exit_status status;
	cgswap_session *session;
	cgswap_journal *journal;
	bool ok;

	if (options->given & OPTION_FINISH)
		opts.action = CGSWAP_RECOVER_FINISH;
	else if (options->given & OPTION_UNDO)
		opts.action = CGSWAP_RECOVER_UNDO;
	status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_session_recover(&journal, session, &opts) != CGSWAP_OK) {
		status = report_last_error(options);
	} else {
		ok = options->given & OPTION_JSON
			     ? json_print(json_wrap("transaction", json_journal(journal)))
			     : recover_print(options, journal);
		if (!ok)
			status = report_no_memory(options, opts.action != CGSWAP_RECOVER_LIST);
		cgswap_journal_unref(journal);
	}
	cgswap_session_unref(session);
	return status;
}
