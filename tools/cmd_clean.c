/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "json.h"
#include "leftovers.h"
#include "open.h"
#include "print_chain.h"
#include "table.h"

#include <stdio.h>

static bool print_cleaned(const json_t *o)
{
	static const struct column columns[] = {
		{ "KIND", 0, "kind" },
		{ "REMOVED", 0, "removed" },
		{ "LEFTOVER", 0, "path" },
		{ "REASON", 0, "reason" },
		{ 0 },
	};
	const json_t *list = json_object_get(o, "leftovers");

	if (json_array_size(list) == 0)
		puts("no killed process has left anything");
	return table_print_list(columns, list);
}

/* If a leftover must stay, the command fails. */
static enum exit_status clean_status(const cgswap_clean *clean)
{
	size_t i;

	for (i = 0; i < cgswap_clean_get_count(clean); i++) {
		if (*cgswap_clean_get_reason(clean, i))
			return EXIT_REFUSED;
	}
	return EXIT_DONE;
}

static enum exit_status clean_report(const struct options *options, const cgswap_clean *clean)
{
	bool json = options->given & OPTION_JSON, dry = options_dry_run(options);
	json_t *o = json_object();
	bool ok = json_put(o, "leftovers", leftovers_json(clean));

	ok &= json_put(o, "dry_run", json_boolean(dry));
	if (dry && !json)
		print_dry_run(options);
	if (!json_print_or(json, json_finish(o, ok), print_cleaned))
		return report_no_memory(options, !dry);
	return clean_status(clean);
}

static enum exit_status clean_run(const struct options *options, cgswap_session *session)
{
	enum exit_status status;
	cgswap_clean *clean;

	if (cgswap_clean_open(&clean, session) != CGSWAP_OK ||
	    (!options_dry_run(options) && cgswap_clean_remove(clean) != CGSWAP_OK))
		status = report_last_error(options);
	else
		status = clean_report(options, clean);
	cgswap_clean_unref(clean);
	return status;
}

enum exit_status cmd_clean(const struct options *options)
{
	return open_session_and_run(options, clean_run);
}
