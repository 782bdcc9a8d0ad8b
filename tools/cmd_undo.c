/* SPDX-License-Identifier: BSD-2-Clause */
/* undo [ID], forget ID: a transaction whose old programs are held. */
#include "commands.h"
#include "open.h"
#include "print_journal.h"
#include "report.h"
#include "time_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads the number of a transaction; an error of usage if it is not one. */
static enum exit_status read_id(uint64_t *id, const struct options *options)
{
	const char *text = options->arguments[0];
	char message[256];

	errno = 0;
	*id = strtoull(text, NULL, 10);
	if (*text && !text[strspn(text, "0123456789")] && !errno && *id)
		return EXIT_DONE;
	snprintf(message, sizeof(message), "'%.100s' is not the number of a transaction", text);
	return report_usage(options, message, "`cgswap history` lists the transactions");
}

static bool undo_print(const cgswap_journal *journal)
{
	char since[TIME_SIZE];
	size_t left;

	printf("Transaction %llu, which process %u of user %u (%s) began at %s:\n\n",
	       (unsigned long long)cgswap_journal_get_id(journal), cgswap_journal_get_pid(journal),
	       cgswap_journal_get_uid(journal), cgswap_journal_get_command(journal),
	       time_text(since, cgswap_journal_get_began_at(journal)));
	if (!print_journal(journal))
		return false;
	left = journal_count(journal, CGSWAP_ENTRY_CHANGED) +
	       journal_count(journal, CGSWAP_ENTRY_GONE);
	printf("\n%zu of %zu entries have the old program again",
	       journal_count(journal, CGSWAP_ENTRY_OLD), cgswap_journal_get_length(journal));
	if (left)
		printf("; %zu were left alone", left);
	printf(".\n");
	return true;
}

static enum exit_status undo_report(const struct options *options, const cgswap_journal *journal)
{
	bool ok = options->given & OPTION_JSON
			  ? json_print(json_wrap("transaction", json_journal(journal)))
			  : undo_print(journal);

	return ok ? EXIT_DONE : report_no_memory(options, true);
}

enum exit_status cmd_undo(const struct options *options)
{
	struct cgswap_undo_opts opts = {
		.sz = sizeof(opts),
		.wait_ms = options->wait_ms,
		.old_maps = !!(options->given & OPTION_OLD_MAPS),
	};
	enum exit_status status = options->length ? read_id(&opts.id, options) : EXIT_DONE;
	cgswap_session *session;
	cgswap_journal *journal;

	if (status == EXIT_DONE)
		status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_session_undo(&journal, session, &opts) != CGSWAP_OK) {
		status = report_last_error(options);
	} else {
		status = undo_report(options, journal);
		cgswap_journal_unref(journal);
	}
	cgswap_session_unref(session);
	return status;
}

static enum exit_status forget_report(const struct options *options, uint64_t id)
{
	if (options->given & OPTION_JSON)
		return json_print(json_wrap("forgotten", json_number(id)))
			       ? EXIT_DONE
			       : report_no_memory(options, true);
	printf("The old programs of transaction %llu are held no longer.\n",
	       (unsigned long long)id);
	return EXIT_DONE;
}

enum exit_status cmd_forget(const struct options *options)
{
	cgswap_session *session;
	uint64_t id;
	enum exit_status status = read_id(&id, options);

	if (status == EXIT_DONE)
		status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_session_forget(session, id) != CGSWAP_OK)
		status = report_last_error(options);
	else
		status = forget_report(options, id);
	cgswap_session_unref(session);
	return status;
}
