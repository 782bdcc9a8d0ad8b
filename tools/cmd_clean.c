/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "report_line.h"
#include "json.h"
#include "leftovers.h"
#include "open.h"
#include "print_chain.h"
#include "table.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static bool print_cleaned(const json_t *o)
{
	static const struct column columns[] = {
		{ "KIND", 0, "kind" },
		{ "REMOVED", 0, "removed" },
		{ "LEFTOVER", 0, "path" },
		{ "REASON", COLUMN_WRAP, "reason" },
		{ 0 },
	};
	const json_t *list = json_object_get(o, "leftovers");

	if (json_array_size(list) == 0 && json_array_size(json_object_get(o, "unread")) == 0)
		puts("no killed process has left anything");
	return table_print_list(columns, list);
}

static size_t count_staying(const cgswap_clean *clean)
{
	size_t count = 0;

	for (size_t i = 0; i < cgswap_clean_get_count(clean); i++)
		count += *cgswap_clean_get_reason(clean, i) != '\0';
	return count;
}

/* Prints what was not looked at, and returns a list of it. */
static json_t *clean_unread(const struct options *options, const cgswap_session *session)
{
	const char *bpffs = cgswap_session_get_bpffs(session);
	json_t *list = json_array();
	char text[PATH_MAX + 64];

	if (options_model(options) || !*bpffs || !faccessat(AT_FDCWD, bpffs, R_OK | X_OK, AT_EACCESS))
		return list;
	snprintf(text, sizeof(text), "this user may not read the pins in '%s': run this as root",
		 bpffs);
	report_line(options, "not complete: %s", text);
	return json_finish(list, json_add(list, json_text(text)));
}

/* A transaction that was killed is not for this command to end. */
static void clean_tell_unfinished(const struct options *options, cgswap_session *session)
{
	cgswap_journal *journal;
	char text[128];

	if (!open_state_dir(options) || cgswap_session_recover(&journal, session, NULL))
		return;
	snprintf(text, sizeof(text),
		 "transaction %llu of a killed process is unfinished: `cgswap recover` shows it",
		 (unsigned long long)cgswap_journal_get_id(journal));
	if (cgswap_journal_get_id(journal) && options->given & OPTION_JSON)
		report_line(options, "%s", text);
	else if (cgswap_journal_get_id(journal))
		report_sentence("%s", text);
	cgswap_journal_unref(journal);
}

/* If a leftover must stay, or something was not looked at, the command fails. */
static enum exit_status clean_report(const struct options *options, cgswap_session *session,
				     const cgswap_clean *clean)
{
	bool json = options->given & OPTION_JSON, dry = options_dry_run(options);
	json_t *o = json_object(), *unread = clean_unread(options, session);
	size_t staying = count_staying(clean);
	bool ok, incomplete = json_array_size(unread) > 0;

	ok = json_put(o, "leftovers", leftovers_json(clean));
	ok &= json_put(o, "unread", unread);
	ok &= json_put(o, "dry_run", json_boolean(dry));
	if (dry && !json && staying)
		printf("dry run: %zu of %zu leftovers would stay; nothing was changed\n", staying,
		       cgswap_clean_get_count(clean));
	else if (dry && !json && !incomplete)
		print_dry_run(options);
	if (!json_print_or(json, json_finish(o, ok), print_cleaned))
		return report_no_memory(options, !dry);
	clean_tell_unfinished(options, session);
	return staying || incomplete ? EXIT_REFUSED : EXIT_DONE;
}

static enum exit_status clean_run(const struct options *options, cgswap_session *session)
{
	enum exit_status status;
	cgswap_clean *clean;

	if (cgswap_clean_open(&clean, session) != CGSWAP_OK ||
	    (!options_dry_run(options) && cgswap_clean_remove(clean) != CGSWAP_OK))
		status = report_last_error(options);
	else
		status = clean_report(options, session, clean);
	cgswap_clean_unref(clean);
	return status;
}

enum exit_status cmd_clean(const struct options *options)
{
	return open_session_and_run(options, clean_run);
}
