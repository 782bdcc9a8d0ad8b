/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_chain.h"
#include "commands.h"
#include "describe.h"
#include "report.h"
#include "escape.h"
#include "json_chain.h"
#include "open.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct column chain_columns[] = {
	{ "POS", COLUMN_RIGHT, "position" },
	{ "ID", COLUMN_RIGHT, "id" },
	{ "NAME", COLUMN_CUT | COLUMN_NAME, "name" },
	{ "TAG", COLUMN_SPARE, "tag" },
	{ "LINK", COLUMN_RIGHT, "link_id" },
	{ "PREORDER", COLUMN_DOUBT, "preorder" },
	{ "MAPS", COLUMN_CUT, "maps" },
	{ "RUNS", COLUMN_RIGHT, "run_count" },
	{ "RUN NS", COLUMN_RIGHT, "run_time_ns" },
	{ "LOADED", COLUMN_SPARE, "loaded_at" },
	{ "UID", COLUMN_RIGHT | COLUMN_SPARE, "uid" },
	{ 0 },
};

static const struct column effective_columns[] = {
	{ "RUN", COLUMN_RIGHT, "run" },
	{ "ID", COLUMN_RIGHT, "id" },
	{ "NAME", COLUMN_CUT | COLUMN_NAME | COLUMN_DOUBT, "name" },
	{ "POS", COLUMN_RIGHT | COLUMN_DOUBT, "position" },
	{ "LINK", COLUMN_RIGHT, "link_id" },
	{ "PREORDER", COLUMN_DOUBT, "preorder" },
	{ 0 },
};

/*
 * The kernel accepts a program twice in a chain only if a link holds one of the two entries. If no
 * link is known then, the entry that it holds is not known either.
 */
static bool link_is_unknown(const json_t *programs, const json_t *entry)
{
	json_int_t id = json_integer_value(json_object_get(entry, "id"));
	size_t i, count = 0;
	json_t *other;

	json_array_foreach(programs, i, other)
	{
		if (json_integer_value(json_object_get(other, "id")) != id)
			continue;
		if (json_is_integer(json_object_get(other, "link_id")))
			return false;
		count++;
	}
	return count > 1;
}

bool print_mark_unknown_links(json_t *programs)
{
	json_t *entry, *link;
	bool ok = true;
	size_t i;

	json_array_foreach(programs, i, entry)
	{
		link = json_object_get(entry, "link_id");
		if (json_is_null(link) && link_is_unknown(programs, entry))
			ok &= json_put(entry, "link_id", json_text("?"));
	}
	return ok;
}

/* The cgroups from which the programs come are headings. */
static bool print_effective(json_t *programs)
{
	const char *cgroup, *before = NULL;
	struct table table;
	char *heading;
	json_t *entry;
	size_t i;
	bool ok;

	table_init(&table, effective_columns);
	json_array_foreach(programs, i, entry)
	{
		cgroup = json_string_value(json_object_get(entry, "cgroup"));
		if (!cgroup)
			cgroup = "above the root of this cgroup namespace";
		if (!before || strcmp(before, cgroup) != 0) {
			if (asprintf(&heading, "from %s", cgroup) < 0)
				heading = NULL;
			table_put_heading(&table, heading);
			free(heading);
		}
		before = cgroup;
		table.failed |= !json_put(entry, "run", json_number(i));
		table_put_object(&table, entry);
	}
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

static void print_chain_heading(const json_t *chain, size_t runs)
{
	const json_t *revision = json_object_get(chain, "revision");
	const char *mode = json_string_value(json_object_get(chain, "mode"));

	table_print_heading(json_string_value(json_object_get(chain, "cgroup")));
	printf("%s, ", json_string_value(json_object_get(chain, "attach_type")));
	if (json_object_get(chain, "effective")) {
		printf("%zu program%s\n", runs, runs == 1 ? " runs" : "s run");
		return;
	}
	if (json_array_size(json_object_get(chain, "programs")) > 0)
		printf("mode %s", mode ? mode : "-");
	else
		fputs("empty", stdout);
	if (json_is_integer(revision))
		printf(", revision %" JSON_INTEGER_FORMAT, json_integer_value(revision));
	putchar('\n');
}

bool print_put_short_type(json_t *o)
{
	const char *name = json_string_value(json_object_get(o, "attach_type"));
	size_t i;

	for (i = 0; name && i < cgswap_attach_type_get_count(); i++) {
		if (strcmp(cgswap_attach_type_get_name(i), name) == 0)
			return json_put(o, "type", json_text(cgswap_attach_type_get_short_name(i)));
	}
	return json_put(o, "type", json_text_or_null(name));
}

void print_leftover(const char *path)
{
	fputs("temporary pin of a killed process: ", stdout);
	escape_print(stdout, path);
	putchar('\n');
}

bool print_chain(const json_t *chain)
{
	json_t *effective = json_object_get(chain, "effective"), *path;
	json_t *programs = effective ? effective : json_object_get(chain, "programs");
	size_t i;

	print_chain_heading(chain, json_array_size(effective));
	if (effective)
		return print_effective(programs);
	if (!print_mark_unknown_links(programs) || !table_print_list(chain_columns, programs))
		return false;
	json_array_foreach(json_object_get(chain, "leftover_pins"), i, path)
		print_leftover(json_string_value(path));
	return true;
}

bool print_chain_list(const json_t *chains)
{
	bool printed = true;
	json_t *chain;
	size_t i;

	json_array_foreach(chains, i, chain)
	{
		if (i > 0)
			putchar('\n');
		printed = printed && print_chain(chain);
	}
	return printed;
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
static enum exit_status print_changed_json(const struct options *options, json_t *chain,
					   bool certain)
{
	bool dry = options_dry_run(options);

	if (dry)
		chain = json_finish(chain,
				    json_put(chain, "dry_run", json_true()) &&
					    json_put(chain, "certain", json_boolean(certain)));
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
	return print_changed_json(options, json_chain_unread(chain),
				  cgswap_chain_get_certain(chain));
}

enum exit_status print_changed_chain(const struct options *options, cgswap_chain *chain)
{
	struct describe describe = { .options = options };
	bool dry = options_dry_run(options);

	if (dry && !cgswap_chain_get_certain(chain))
		report_uncertain(options);
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
		return print_changed_json(options, json_chain(chain),
					  cgswap_chain_get_certain(chain));
	return json_print_or(false, json_chain(chain), print_chain)
		       ? EXIT_DONE
		       : report_no_memory(options, !dry);
}
