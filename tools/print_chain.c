/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_chain.h"
#include "print_cells.h"
#include "json.h"
#include "feature_mask.h"
#include "table.h"
#include "escape.h"
#include "error_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum exit_status view_session_open(const struct options *options, cgswap_session **session)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.kernel = options->kernel,
		.disable_features = mask_names(),
	};
	enum exit_status status;

	*session = NULL;
	status = mask_check(options);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_session_open(session, &opts) != CGSWAP_OK)
		return refuse_last(options);
	return EXIT_DONE;
}

enum exit_status view_with_chain(const struct options *options,
				 enum exit_status (*command)(const struct options *options,
							     cgswap_session *session,
							     cgswap_chain *chain))
{
	enum exit_status status;
	cgswap_session *session;
	cgswap_chain *chain;

	status = view_session_open(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_chain_open(&chain, session, options->arguments[0], options->arguments[1])) {
		status = refuse_last(options);
	} else {
		status = command(options, session, chain);
		cgswap_chain_unref(chain);
	}
	cgswap_session_unref(session);
	return status;
}

/* On a kernel without revisions an empty chain looks as one that was not read. */
static enum cgswap_status make_sure_of_reading(cgswap_chain *chain)
{
	if (cgswap_chain_get_length(chain) > 0 || cgswap_chain_get_revision(chain) > 0)
		return CGSWAP_OK;
	return cgswap_chain_read(chain);
}

enum cgswap_status view_open(cgswap_chain **chain, cgswap_session *session, const char *cgroup,
			     const char *attach_type)
{
	enum cgswap_status status;

	status = cgswap_chain_open(chain, session, cgroup, attach_type);
	if (status != CGSWAP_OK)
		return status;
	status = make_sure_of_reading(*chain);
	if (status == CGSWAP_OK)
		return CGSWAP_OK;
	cgswap_chain_unref(*chain);
	*chain = NULL;
	return status;
}

static const struct part {
	unsigned bit;
	const char *missing;
} parts[] = {
	{ CGSWAP_DESCRIBE_PROGRAMS, "names, tags and maps are not shown" },
	{ CGSWAP_DESCRIBE_LINKS, "links are not shown" },
	{ CGSWAP_DESCRIBE_PREORDER, "preorder is not shown" },
	{ CGSWAP_DESCRIBE_METADATA, "versions and other metadata are not shown" },
};

static enum cgswap_status describe_part(struct describer *describer, cgswap_chain *chain,
					const struct part *part)
{
	enum cgswap_status status;
	enum cgswap_cause cause;

	if (describer->refused & part->bit)
		return CGSWAP_OK;
	status = cgswap_chain_describe(chain, part->bit);
	if (status != CGSWAP_E_PERMISSION && status != CGSWAP_E_UNSUPPORTED)
		return status;
	describer->refused |= part->bit;
	cause = cgswap_error_get_cause(cgswap_last_error());
	if (cause != describer->noted)
		note(describer->options, part->missing, cgswap_last_error());
	describer->noted = cause;
	return CGSWAP_OK;
}

enum cgswap_status view_describe(struct describer *describer, cgswap_chain *chain)
{
	enum cgswap_status status;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		status = describe_part(describer, chain, &parts[i]);
		if (status != CGSWAP_OK)
			return status;
	}
	return CGSWAP_OK;
}

static void put_entry(struct table *table, const cgswap_chain *chain, const cgswap_entry *entry)
{
	table_put_number(table, cgswap_entry_get_position(entry));
	table_put_number(table, cgswap_entry_get_id(entry));
	cell_name(table, entry);
	cell_text(table, cgswap_entry_get_tag(entry));
	cell_link(table, chain, entry);
	table_put(table, preorder_name(cgswap_entry_get_preorder(entry)));
	cell_maps(table, entry);
	cell_number(table, cgswap_entry_get_run_count(entry));
	cell_number(table, cgswap_entry_get_run_time_ns(entry));
	cell_time(table, cgswap_entry_get_loaded_at(entry));
	cell_uid(table, entry);
}

static void print_heading(const cgswap_chain *chain)
{
	uint64_t revision = cgswap_chain_get_revision(chain);

	plain_print(stdout, cgswap_chain_get_cgroup(chain));
	printf(": %s, ", cgswap_chain_get_attach_type(chain));
	if (cgswap_chain_get_length(chain) > 0)
		printf("mode %s", mode_name(cgswap_chain_get_mode(chain)));
	else
		fputs("empty", stdout);
	if (revision)
		printf(", revision %" PRIu64, revision);
	putchar('\n');
}

bool view_print_table(const cgswap_chain *chain)
{
	static const struct column columns[] = {
		{ "POS", COLUMN_RIGHT },
		{ "ID", COLUMN_RIGHT },
		{ "NAME", COLUMN_CUT },
		{ "TAG", COLUMN_OPTIONAL | COLUMN_SPARE },
		{ "LINK", COLUMN_RIGHT | COLUMN_OPTIONAL },
		{ "PREORDER", 0 },
		{ "MAPS", COLUMN_CUT | COLUMN_OPTIONAL },
		{ "RUNS", COLUMN_RIGHT | COLUMN_OPTIONAL },
		{ "RUN NS", COLUMN_RIGHT | COLUMN_OPTIONAL },
		{ "LOADED", COLUMN_OPTIONAL | COLUMN_SPARE },
		{ "UID", COLUMN_RIGHT | COLUMN_OPTIONAL | COLUMN_SPARE },
	};
	struct table table;
	size_t i;
	bool ok;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < cgswap_chain_get_length(chain); i++)
		put_entry(&table, chain, cgswap_chain_get_entry(chain, i));
	if (!table.failed)
		print_heading(chain);
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

bool view_print(const struct options *options, const cgswap_chain *chain)
{
	if (options->given & OPTION_JSON)
		return json_print(json_chain(chain));
	return view_print_table(chain);
}

void view_print_dry_run(const struct options *options)
{
	printf("dry run: %s would be done; nothing was changed\n", options->command->name);
}

void view_print_pinned(const char *what, const char *path)
{
	printf("%s is pinned at ", what);
	plain_print(stdout, path);
	putchar('\n');
}

/* Prints an object, with the mark of a dry run where this was one. */
static enum exit_status print_object(const struct options *options, json_t *object)
{
	bool dry = options_dry_run(options);

	if (!dry || json_put(object, "dry_run", json_true()))
		return json_print(object) ? EXIT_DONE : refuse_memory(options, !dry);
	json_decref(object);
	return refuse_memory(options, false);
}

/* What can be said of a chain that may be changed, but not read. */
static enum exit_status show_unread(const struct options *options, const cgswap_chain *chain)
{
	json_t *object;

	note(options,
	     options_dry_run(options) ? "it would be done, but the chain cannot be shown" :
					"the change was made, but the chain cannot be shown",
	     cgswap_last_error());
	if (!(options->given & OPTION_JSON))
		return EXIT_DONE;
	object = json_chain(chain);
	if (json_put(object, "programs", json_null()))
		return print_object(options, object);
	json_decref(object);
	return refuse_memory(options, !options_dry_run(options));
}

enum exit_status view_changed(const struct options *options, cgswap_chain *chain)
{
	struct describer describer = { .options = options };
	bool dry = options_dry_run(options);

	if (dry && !(options->given & OPTION_JSON))
		view_print_dry_run(options);
	if (make_sure_of_reading(chain) != CGSWAP_OK)
		return show_unread(options, chain);
	if (view_describe(&describer, chain) != CGSWAP_OK)
		note(options,
		     dry ? "names and links are not shown" :
			   "the change was made, but names and links are not shown",
		     cgswap_last_error());
	if (options->given & OPTION_JSON)
		return print_object(options, json_chain(chain));
	return view_print_table(chain) ? EXIT_DONE : refuse_memory(options, !dry);
}
