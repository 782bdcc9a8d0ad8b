/* SPDX-License-Identifier: BSD-2-Clause */
/* undo [ID], forget ID: a transaction whose old programs are held. */
#include "commands.h"
#include "open.h"
#include "print_journal.h"
#include "report.h"

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

static enum exit_status undo_report(const struct options *options, const cgswap_journal *journal)
{
	bool ok = options->given & OPTION_JSON
			  ? json_print(json_wrap("transaction", json_journal(journal)))
			  : print_journal(journal, CGSWAP_ENTRY_OLD, "the old program again");

	return ok ? EXIT_DONE : report_no_memory(options, true);
}

static enum exit_status undo_run(const struct options *options, cgswap_session *session)
{
	struct cgswap_undo_opts opts = {
		.sz = sizeof(opts),
		.wait_ms = options->wait_ms,
		.old_maps = !!(options->given & OPTION_OLD_MAPS),
	};
	enum exit_status status = options->length ? read_id(&opts.id, options) : EXIT_DONE;
	cgswap_journal *journal;

	if (status != EXIT_DONE)
		return status;
	if (cgswap_session_undo(&journal, session, &opts) != CGSWAP_OK)
		return report_last_error(options);
	status = undo_report(options, journal);
	cgswap_journal_unref(journal);
	return status;
}

enum exit_status cmd_undo(const struct options *options)
{
	if (options_model(options))
		return report_refusal(
			options, CGSWAP_CAUSE_TRANSACTION_NOT_HELD, ENOENT,
			"a simulated kernel ends with its command, so it holds nothing for an undo",
			"run it without --kernel model to take back a transaction of the running "
			"kernel");
	return open_session_and_run(options, undo_run);
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

static enum exit_status forget_run(const struct options *options, cgswap_session *session)
{
	uint64_t id;
	enum exit_status status = read_id(&id, options);

	if (status != EXIT_DONE)
		return status;
	if (cgswap_session_forget(session, id) != CGSWAP_OK)
		return report_last_error(options);
	return forget_report(options, id);
}

enum exit_status cmd_forget(const struct options *options)
{
	return open_session_and_run(options, forget_run);
}
