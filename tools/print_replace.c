/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_replace.h"
#include "escape.h"
#include "open.h"
#include "print_cells.h"
#include "print_chain.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Any entry of the program will do: all have the same name and version. */
static const cgswap_entry *find_entry(const cgswap_chain *chain, uint32_t id)
{
	const cgswap_entry *entry;
	size_t i;

	for (i = 0; i < cgswap_chain_get_length(chain); i++) {
		entry = cgswap_chain_get_entry(chain, i);
		if (cgswap_entry_get_id(entry) == id)
			return entry;
	}
	return NULL;
}

void old_program_read(struct old_program *old, const cgswap_step *step)
{
	cgswap_chain *chain = cgswap_step_get_chain(step);
	const cgswap_entry *entry;

	*old = (struct old_program){ .known = false };
	/* a failure must not prevent the replace, and is reported only if the replace succeeds */
	if (cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS) != CGSWAP_OK)
		old->error = cgswap_error_dup();
	else
		cgswap_chain_describe(chain, CGSWAP_DESCRIBE_METADATA);
	entry = find_entry(chain, cgswap_step_get_old_id(step));
	if (!entry || !*cgswap_entry_get_type(entry))
		return;
	old->known = true;
	cell_write_entry_name(old->name, sizeof(old->name), entry);
}

void print_replace_position(struct table *table, size_t position)
{
	if (position == CGSWAP_POSITION_UNKNOWN)
		table_put(table, "?");
	else
		table_put_number(table, position);
}

/* The entry of the new program in the current chain; NULL: none, or it cannot be read. */
static const cgswap_entry *find_new_entry(const cgswap_step *step)
{
	cgswap_chain *chain = cgswap_step_get_chain(step);
	const cgswap_entry *entry;

	if (cgswap_step_get_state(step) != CGSWAP_STEP_DONE ||
	    cgswap_chain_read(chain) != CGSWAP_OK ||
	    cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS) != CGSWAP_OK)
		return NULL;
	cgswap_chain_describe(chain, CGSWAP_DESCRIBE_METADATA);
	entry = find_entry(chain, cgswap_step_get_new_id(step));
	return entry && *cgswap_entry_get_type(entry) ? entry : NULL;
}

/* Writes the version that an object file has in its metadata; "" for any other source. */
static void read_source_version(char *version, size_t size, cgswap_session *session,
				const char *source)
{
	cgswap_object *object = open_source_object(session, source);
	size_t i;

	*version = '\0';
	for (i = 0; i < cgswap_object_get_metadata_count(object); i++) {
		if (strcmp(cgswap_object_get_metadata_name(object, i), "version") == 0)
			snprintf(version, size, "%s", cgswap_object_get_metadata_value(object, i));
	}
	cgswap_object_unref(object);
}

/* The name of a new program that has no entry, after a dry run or another change of the chain. */
static void put_loaded_name(struct table *table, cgswap_session *session, uint32_t id,
			    const char *source)
{
	char loaded[16], version[512], name[1024];
	cgswap_program *program;

	snprintf(loaded, sizeof(loaded), "id:%" PRIu32, id);
	if (cgswap_program_open(&program, session, loaded, NULL) != CGSWAP_OK) {
		table_put(table, "?");
		return;
	}
	read_source_version(version, sizeof(version), session, source);
	cell_write_name(name, sizeof(name), cgswap_program_get_name(program), version);
	table_put(table, name);
	cgswap_program_unref(program);
}

static void put_new_name(struct table *table, const struct options *options,
			 cgswap_session *session, const cgswap_step *step)
{
	const cgswap_entry *entry = find_new_entry(step);
	const char *source = options->arguments[3];

	if (entry)
		cell_name(table, entry);
	else
		put_loaded_name(table, session, cgswap_step_get_new_id(step), source);
}

void print_replace_verified(struct table *table, const struct options *options,
			    const cgswap_step *step)
{
	if (options_dry_run(options))
		table_put(table, "-");
	else
		table_put(table, cgswap_step_get_verified(step) ? "yes" : "no");
}

static bool print_swap(const struct options *options, cgswap_session *session,
		       const cgswap_step *step, const struct old_program *old)
{
	static const struct column columns[] = {
		{ "POS", COLUMN_RIGHT },
		{ "LINK", COLUMN_RIGHT },
		{ "OLD ID", COLUMN_RIGHT },
		{ "OLD NAME", COLUMN_CUT },
		{ "NEW ID", COLUMN_RIGHT },
		{ "NEW NAME", COLUMN_CUT },
		{ "REVISION", COLUMN_RIGHT },
		{ "VERIFIED", 0 },
		{ 0 },
	};
	struct table table;
	bool ok;

	table_init(&table, columns);
	print_replace_position(&table, cgswap_step_get_position(step));
	cell_number(&table, cgswap_step_get_link_id(step));
	table_put_number(&table, cgswap_step_get_old_id(step));
	table_put(&table, old->known ? old->name : "?");
	table_put_number(&table, cgswap_step_get_new_id(step));
	put_new_name(&table, options, session, step);
	cell_number(&table, cgswap_step_get_revision(step));
	print_replace_verified(&table, options, step);
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

/* The beginning of the reason if the map was created for the new program. */
static const char made_new[] = "new: ";

static bool map_is_made_new(const cgswap_step *step, size_t i)
{
	return strncmp(cgswap_step_get_map_reason(step, i), made_new, strlen(made_new)) == 0;
}

/* The maps of a program that was loaded earlier may have contents of their own. */
static const char *map_contents(const cgswap_step *step, size_t i)
{
	if (cgswap_step_get_map_kept(step, i))
		return "reused";
	return map_is_made_new(step, i) ? "new" : "its own";
}

void print_replace_map(struct table *table, const cgswap_step *step, size_t i)
{
	size_t skipped = map_is_made_new(step, i) ? strlen(made_new) : 0;

	table_put_number(table, cgswap_step_get_map_id(step, i));
	cell_text(table, cgswap_step_get_map_name(step, i));
	table_put(table, map_contents(step, i));
	cell_text(table, cgswap_step_get_map_reason(step, i) + skipped);
}

static void put_step_map_row(struct table *table, const void *step, size_t i)
{
	print_replace_map(table, step, i);
}

static bool print_step_maps(const cgswap_step *step)
{
	static const struct column columns[] = {
		{ "MAP ID", COLUMN_RIGHT },
		{ "MAP NAME", COLUMN_CUT },
		{ "CONTENTS", 0 },
		{ "REASON", COLUMN_WRAP },
		{ 0 },
	};
	size_t maps = cgswap_step_get_map_count(step);

	if (maps > 0)
		putchar('\n');
	return table_print_rows(columns, maps, put_step_map_row, step);
}

void print_replace_constant(struct table *table, const void *step, size_t i)
{
	const char *old = cgswap_step_get_constant_old_value(step, i);

	table_put(table, cgswap_step_get_constant_name(step, i));
	cell_text(table, cgswap_step_get_constant_value(step, i));
	cell_text(table, *old ? old : NULL);
	cell_text(table, cgswap_step_get_constant_reason(step, i));
}

/* The constants that had a choice of values. */
static bool print_step_constants(const cgswap_step *step)
{
	static const struct column columns[] = {
		{ "CONSTANT", COLUMN_CUT },
		{ "VALUE", COLUMN_CUT },
		{ "OLD VALUE", COLUMN_CUT },
		{ "REASON", COLUMN_WRAP },
		{ 0 },
	};
	size_t constants = cgswap_step_get_constant_count(step);

	if (!constants)
		return true;
	putchar('\n');
	return table_print_rows(columns, constants, print_replace_constant, step);
}

/* Prints a blank line between the tables and the first sentence. */
void print_replace_sentence(bool *begun)
{
	if (!*begun)
		putchar('\n');
	*begun = true;
}

/* Other programs may still use these maps, so this does not say that they are freed. */
static void print_dropped_maps(const struct options *options, const cgswap_step *step, bool *begun)
{
	const char *is_not = options_dry_run(options) ? "would not be" : "is not";
	const char *name;
	size_t i;

	for (i = 0; i < cgswap_step_get_dropped_map_count(step); i++) {
		print_replace_sentence(begun);
		name = cgswap_step_get_dropped_map_name(step, i);
		printf("the old program's map %" PRIu32 "%s",
		       cgswap_step_get_dropped_map_id(step, i), *name ? " (" : "");
		escape_print(stdout, name);
		printf("%s %s used by the new one\n", *name ? ")" : "", is_not);
	}
}

static void print_dropped_constants(const struct options *options, const cgswap_step *step,
				    bool *begun)
{
	const char *is_not = options_dry_run(options) ? "would not be" : "is not";
	size_t i;

	for (i = 0; i < cgswap_step_get_dropped_constant_count(step); i++) {
		print_replace_sentence(begun);
		printf("the old program's constant ");
		escape_print(stdout, cgswap_step_get_dropped_constant_name(step, i));
		printf(" (");
		escape_print(stdout, cgswap_step_get_dropped_constant_value(step, i));
		printf(") %s in the new one\n", is_not);
	}
}

/* Says if no revision guarded the replace. */
static void print_weak_guard(const cgswap_step *step, bool *begun)
{
	enum cgswap_guard guard = cgswap_step_get_guard(step);

	if (guard != CGSWAP_GUARD_NONE && guard != CGSWAP_GUARD_PROGRAM)
		return;
	print_replace_sentence(begun);
	puts(guard == CGSWAP_GUARD_NONE
		     ? "not guarded: the kernel overwrote whichever program was attached"
		     : "guarded by the old program only, not by a revision");
}

static void print_left_pin(const struct options *options, const cgswap_step *step, size_t i)
{
	uint32_t map = cgswap_step_get_left_pin_map_id(step, i);

	escape_print(stdout, cgswap_step_get_left_pin_path(step, i));
	printf(options_dry_run(options) ? " would still name " : " still names ");
	if (map)
		printf("map %" PRIu32 ", which the new program does not use\n", map);
	else if (options->of_object || options->pin)
		puts("the old program");
	else
		puts("the old program; with --pin and this path the new one replaces it");
}

void print_left_pins(const struct options *options, const cgswap_step *step, bool *begun)
{
	for (size_t i = 0; i < cgswap_step_get_left_pin_count(step); i++) {
		print_replace_sentence(begun);
		print_left_pin(options, step, i);
	}
}

void print_unpinned_map(const cgswap_step *step, size_t i, bool *begun)
{
	print_replace_sentence(begun);
	printf("map ");
	escape_print(stdout, cgswap_step_get_unpinned_map_name(step, i));
	puts(" is not pinned by its name: no chosen program uses it");
}

static void print_sentences(const struct options *options, const cgswap_step *step, bool drained)
{
	bool begun = false;

	print_dropped_maps(options, step, &begun);
	print_dropped_constants(options, step, &begun);
	print_left_pins(options, step, &begun);
	for (size_t i = 0; i < cgswap_step_get_unpinned_map_count(step); i++)
		print_unpinned_map(step, i, &begun);
	if (options_dry_run(options))
		return;
	print_weak_guard(step, &begun);
	if (!cgswap_step_get_verified(step) && !(options->given & OPTION_NO_VERIFY)) {
		print_replace_sentence(&begun);
		puts("the chain changed again before the new program was verified");
	}
	if (drained) {
		print_replace_sentence(&begun);
		puts("no CPU runs the old program any more");
	}
	if (options->pin) {
		print_replace_sentence(&begun);
		print_pinned("the new program", options->pin);
	}
}

bool print_replaced(const struct options *options, cgswap_session *session, const cgswap_step *step,
		    const struct old_program *old, bool drained)
{
	const cgswap_chain *chain = cgswap_step_get_chain(step);

	if (options_dry_run(options))
		print_dry_run(options);
	escape_print(stdout, cgswap_chain_get_cgroup(chain));
	printf(": %s, %s\n", cgswap_chain_get_attach_type(chain),
	       options_dry_run(options) ? "to be replaced" : "replaced");
	if (!print_swap(options, session, step, old) || !print_step_maps(step) ||
	    !print_step_constants(step))
		return false;
	print_sentences(options, step, drained);
	return true;
}
