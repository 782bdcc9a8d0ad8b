/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_chain.h"
#include "commands.h"
#include "describe.h"
#include "report.h"
#include "escape.h"
#include "json_chain.h"
#include "open.h"
#include "print_cells.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>

static const struct column chain_columns[] = {
	{ "POS", COLUMN_RIGHT },
	{ "ID", COLUMN_RIGHT },
	{ "NAME", COLUMN_CUT },
	{ "TAG", COLUMN_SPARE },
	{ "LINK", COLUMN_RIGHT },
	{ "PREORDER", 0 },
	{ "MAPS", COLUMN_CUT },
	{ "RUNS", COLUMN_RIGHT },
	{ "RUN NS", COLUMN_RIGHT },
	{ "LOADED", COLUMN_SPARE },
	{ "UID", COLUMN_RIGHT | COLUMN_SPARE },
	{ 0 },
};

static void put_chain_row(struct table *table, const void *chain, size_t i)
{
	const cgswap_entry *entry = cgswap_chain_get_entry(chain, i);

	table_put_number(table, cgswap_entry_get_position(entry));
	table_put_number(table, cgswap_entry_get_id(entry));
	cell_name(table, entry);
	cell_text(table, cgswap_entry_get_tag(entry));
	cell_link(table, chain, entry);
	cell_preorder(table, entry);
	cell_maps(table, entry);
	cell_runs(table, entry);
	cell_time(table, cgswap_entry_get_loaded_at(entry));
	cell_uid(table, entry);
}

static void print_chain_heading(const cgswap_chain *chain)
{
	const char *mode = cgswap_mode_get_name(cgswap_chain_get_mode(chain));
	uint64_t revision = cgswap_chain_get_revision(chain);

	table_print_heading(cgswap_chain_get_cgroup(chain));
	printf("%s, ", cgswap_chain_get_attach_type(chain));
	if (cgswap_chain_get_length(chain) > 0)
		printf("mode %s", *mode ? mode : "-");
	else
		fputs("empty", stdout);
	if (revision)
		printf(", revision %" PRIu64, revision);
	putchar('\n');
}

void print_leftover(const char *path)
{
	fputs("temporary pin of a killed process: ", stdout);
	escape_print(stdout, path);
	putchar('\n');
}

bool print_chain_table(const cgswap_chain *chain)
{
	bool printed;
	size_t i;

	print_chain_heading(chain);
	printed = table_print_rows(chain_columns, cgswap_chain_get_length(chain), put_chain_row,
				   chain);
	for (i = 0; i < cgswap_chain_get_leftover_count(chain); i++)
		print_leftover(cgswap_chain_get_leftover(chain, i));
	return printed;
}

bool print_chain_set(const struct options *options, const struct chain_set *set)
{
	bool printed = true;
	size_t i;

	for (i = 0; i < set->length && printed; i++) {
		if (i > 0)
			putchar('\n');
		if (options->given & OPTION_EFFECTIVE)
			printed = effective_print(&set->effective[i]);
		else
			printed = print_chain_table(set->chains[i]);
	}
	return printed;
}

bool print_chain(const struct options *options, const cgswap_chain *chain)
{
	if (options->given & OPTION_JSON)
		return json_print(json_chain(chain));
	return print_chain_table(chain);
}

void print_dry_run(const struct options *options)
{
	printf("dry run: %s would succeed; nothing was changed\n", options->command->name);
}

void print_pinned(const char *subject, const char *path)
{
	printf("%s is pinned at ", subject);
	escape_print(stdout, path);
	putchar('\n');
}

/* Prints a chain as JSON after a change, and marks a dry run. */
static enum exit_status print_changed_json(const struct options *options, json_t *chain)
{
	bool dry = options_dry_run(options);

	if (dry)
		chain = json_finish(chain, json_put(chain, "dry_run", json_true()));
	return json_print(chain) ? EXIT_DONE : report_no_memory(options, !dry);
}

/* A process may have the privilege to change a chain but not to read it. */
static enum exit_status print_unread_chain(const struct options *options, const cgswap_chain *chain)
{
	report_warning(options,
		       options_dry_run(options)
			       ? "the change would succeed, but the chain cannot be shown"
			       : "the change was made, but the chain cannot be shown",
		       cgswap_last_error());
	if (!(options->given & OPTION_JSON))
		return EXIT_DONE;
	return print_changed_json(options, json_chain_unread(chain));
}

enum exit_status print_changed_chain(const struct options *options, cgswap_chain *chain)
{
	struct describe describe = { .options = options };
	bool dry = options_dry_run(options);

	if (dry && !(options->given & OPTION_JSON))
		print_dry_run(options);
	if (open_chain_ensure_read(chain) != CGSWAP_OK)
		return print_unread_chain(options, chain);
	if (describe_chain(&describe, chain) != CGSWAP_OK)
		report_warning(options,
			       dry ? "names and links are not shown"
				   : "the change was made, but names and links are not shown",
			       cgswap_last_error());
	if (options->given & OPTION_JSON)
		return print_changed_json(options, json_chain(chain));
	return print_chain_table(chain) ? EXIT_DONE : report_no_memory(options, !dry);
}
