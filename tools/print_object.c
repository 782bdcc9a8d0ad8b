/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_object.h"
#include "escape.h"
#include "print_cells.h"
#include "print_chain.h"
#include "print_replace.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The transaction, and what else a row needs. */
struct steps {
	const struct options *options;
	cgswap_session *session;
	const cgswap_replace *replace;
};

static void put_name(struct table *table, cgswap_session *session, uint32_t id)
{
	cgswap_program *program;
	char source[16];

	snprintf(source, sizeof(source), "id:%" PRIu32, id);
	if (cgswap_program_open(&program, session, source, NULL) != CGSWAP_OK) {
		table_put(table, "?");
		return;
	}
	cell_text(table, cgswap_program_get_name(program));
	cgswap_program_unref(program);
}

static void put_step_row(struct table *table, const void *object, size_t i)
{
	const struct steps *steps = object;
	const cgswap_step *step = cgswap_replace_get_step(steps->replace, i);
	const cgswap_chain *chain = cgswap_step_get_chain(step);

	table_put(table, cgswap_chain_get_attach_type(chain));
	print_replace_position(table, cgswap_step_get_position(step));
	cell_number(table, cgswap_step_get_link_id(step));
	cell_number(table, cgswap_step_get_old_id(step));
	table_put_number(table, cgswap_step_get_new_id(step));
	put_name(table, steps->session, cgswap_step_get_new_id(step));
	cell_number(table, cgswap_step_get_revision(step));
	print_replace_verified(table, steps->options, step);
}

static bool is_listed(const cgswap_replace *replace, size_t steps, size_t maps, uint32_t id)
{
	for (size_t i = 0; i <= steps; i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);
		size_t count = i == steps ? maps : cgswap_step_get_map_count(step);

		for (size_t j = 0; j < count; j++)
			if (cgswap_step_get_map_id(step, j) == id)
				return true;
	}
	return false;
}

/* Each map once, in the order of the programs. */
static bool print_maps(const cgswap_replace *replace)
{
	static const struct column columns[] = {
		{ "MAP ID", COLUMN_RIGHT },
		{ "MAP NAME", COLUMN_CUT },
		{ "CONTENTS", 0 },
		{ "REASON", COLUMN_WRAP },
		{ 0 },
	};
	struct table table;
	bool ok;

	table_init(&table, columns);
	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		for (size_t j = 0; j < cgswap_step_get_map_count(step); j++)
			if (!is_listed(replace, i, j, cgswap_step_get_map_id(step, j)))
				print_replace_map(&table, step, j);
	}
	if (!table_is_empty(&table))
		putchar('\n');
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

static bool was_constant(const cgswap_replace *replace, size_t steps, const char *name)
{
	for (size_t i = 0; i < steps; i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		for (size_t j = 0; j < cgswap_step_get_constant_count(step); j++)
			if (strcmp(cgswap_step_get_constant_name(step, j), name) == 0)
				return true;
	}
	return false;
}

/* The programs share their constants: each once. */
static bool print_constants(const cgswap_replace *replace)
{
	static const struct column columns[] = {
		{ "CONSTANT", COLUMN_CUT },
		{ "VALUE", COLUMN_CUT },
		{ "OLD VALUE", COLUMN_CUT },
		{ "REASON", COLUMN_WRAP },
		{ 0 },
	};
	struct table table;
	bool ok;

	table_init(&table, columns);
	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		for (size_t j = 0; j < cgswap_step_get_constant_count(step); j++)
			if (!was_constant(replace, i, cgswap_step_get_constant_name(step, j)))
				print_replace_constant(&table, step, j);
	}
	if (!table_is_empty(&table))
		putchar('\n');
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

static bool is_used(const cgswap_replace *replace, uint32_t id)
{
	return is_listed(replace, cgswap_replace_get_length(replace), 0, id);
}

/* Each old program of an earlier step that used it has listed it. */
static bool was_dropped(const cgswap_replace *replace, size_t steps, uint32_t id)
{
	for (size_t i = 0; i < steps; i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		for (size_t j = 0; j < cgswap_step_get_dropped_map_count(step); j++)
			if (cgswap_step_get_dropped_map_id(step, j) == id)
				return true;
	}
	return false;
}

static void print_dropped(const struct options *options, const cgswap_replace *replace, size_t at,
			  bool *begun)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, at);
	const char *is_not = options_dry_run(options) ? "would not be" : "is not";

	for (size_t i = 0; i < cgswap_step_get_dropped_map_count(step); i++) {
		uint32_t id = cgswap_step_get_dropped_map_id(step, i);
		const char *name = cgswap_step_get_dropped_map_name(step, i);

		if (is_used(replace, id) || was_dropped(replace, at, id))
			continue;
		print_replace_sentence(begun);
		printf("the old program's map %" PRIu32 "%s", id, *name ? " (" : "");
		escape_print(stdout, name);
		printf("%s %s used by the new ones\n", *name ? ")" : "", is_not);
	}
}

/* The programs of an object have the same list, but for the maps that each of them lacks alone. */
static bool was_unpinned(const cgswap_replace *replace, size_t steps, const char *name)
{
	for (size_t i = 0; i < steps; i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		for (size_t j = 0; j < cgswap_step_get_unpinned_map_count(step); j++)
			if (strcmp(cgswap_step_get_unpinned_map_name(step, j), name) == 0)
				return true;
	}
	return false;
}

static void print_unpinned(const cgswap_replace *replace, size_t at, bool *begun)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, at);

	for (size_t i = 0; i < cgswap_step_get_unpinned_map_count(step); i++)
		if (!was_unpinned(replace, at, cgswap_step_get_unpinned_map_name(step, i)))
			print_unpinned_map(step, i, begun);
}

static void print_sentences(const struct options *options, const cgswap_replace *replace,
			    bool drained)
{
	size_t count = cgswap_replace_get_length(replace), unverified = 0;
	bool begun = false;

	for (size_t i = 0; i < count; i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		print_dropped(options, replace, i, &begun);
		print_left_pins(options, step, &begun);
		print_unpinned(replace, i, &begun);
		unverified += !cgswap_step_get_verified(step);
	}
	if (options_dry_run(options))
		return;
	if (unverified && !(options->given & OPTION_NO_VERIFY)) {
		print_replace_sentence(&begun);
		puts("a chain changed again before a program was verified");
	}
	if (drained) {
		print_replace_sentence(&begun);
		puts("no CPU runs the old programs any more");
	}
	if (!options->pin)
		return;
	print_replace_sentence(&begun);
	print_pinned(options->given & OPTION_LINK ? "each link" : "each program", options->pin);
}

bool print_object_steps(const struct options *options, cgswap_session *session, const char *done,
			const cgswap_replace *replace, bool drained)
{
	static const struct column columns[] = {
		{ "ATTACH TYPE", 0 },         { "POS", COLUMN_RIGHT }, { "LINK", COLUMN_RIGHT },
		{ "OLD ID", COLUMN_RIGHT },   { "ID", COLUMN_RIGHT },  { "NAME", COLUMN_CUT },
		{ "REVISION", COLUMN_RIGHT }, { "VERIFIED", 0 },       { 0 },
	};
	const cgswap_chain *chain = cgswap_step_get_chain(cgswap_replace_get_step(replace, 0));
	const struct steps steps = { options, session, replace };

	if (options_dry_run(options))
		print_dry_run(options);
	escape_print(stdout, cgswap_chain_get_cgroup(chain));
	printf(": %s%s\n", options_dry_run(options) ? "to be " : "", done);
	if (!table_print_rows(columns, cgswap_replace_get_length(replace), put_step_row, &steps) ||
	    !print_maps(replace) || !print_constants(replace))
		return false;
	print_sentences(options, replace, drained);
	return true;
}
