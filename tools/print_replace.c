/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_replace.h"
#include "print_cells.h"
#include "table.h"
#include "escape.h"
#include "print_chain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* An entry with the program of this id; in whichever place, it is the same program. */
static const cgswap_entry *entry_of(const cgswap_step *step, uint32_t id)
{
	const cgswap_chain *chain = cgswap_step_get_chain(step);
	size_t i;

	for (i = 0; i < cgswap_chain_get_length(chain); i++)
		if (cgswap_entry_get_id(cgswap_chain_get_entry(chain, i)) == id)
			return cgswap_chain_get_entry(chain, i);
	return NULL;
}

void old_program_read(struct old_program *old, const cgswap_step *step)
{
	cgswap_chain *chain = cgswap_step_get_chain(step);
	const cgswap_entry *entry;

	*old = (struct old_program){ .known = false };
	/* a refusal here must not stop the swap, nor be told before it is known how that ends */
	if (cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS) != CGSWAP_OK)
		old->error = cgswap_error_dup();
	else
		cgswap_chain_describe(chain, CGSWAP_DESCRIBE_METADATA);
	entry = entry_of(step, cgswap_step_get_old_id(step));
	if (!entry || !*cgswap_entry_get_type(entry))
		return;
	old->known = true;
	name_and_version(old->name, sizeof(old->name), entry);
}

static const char *guard_name(enum cgswap_guard guard)
{
	switch (guard) {
	case CGSWAP_GUARD_NONE:
		return "none";
	case CGSWAP_GUARD_PROGRAM:
		return "program";
	case CGSWAP_GUARD_REVISION:
		return "revision";
	default:
		return "";
	}
}

static json_t *json_map(const cgswap_step *step, size_t i)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "id", json_number(cgswap_step_get_map_id(step, i)));
	ok &= json_put(o, "name", json_text_or_null(cgswap_step_get_map_name(step, i)));
	ok &= json_put(o, "kept", json_boolean(cgswap_step_get_map_kept(step, i)));
	ok &= json_put(o, "reason", json_text(cgswap_step_get_map_reason(step, i)));
	return json_all(o, ok);
}

static json_t *json_maps(const cgswap_step *step)
{
	json_t *list = json_array();
	bool ok = true;
	size_t i;

	for (i = 0; i < cgswap_step_get_map_count(step) && ok; i++)
		ok = json_add(list, json_map(step, i));
	return json_all(list, ok);
}

static json_t *json_dropped_maps(const cgswap_step *step)
{
	json_t *list = json_array();
	bool ok = true;
	size_t i;

	for (i = 0; i < cgswap_step_get_dropped_map_count(step) && ok; i++) {
		json_t *o = json_object();

		ok &= json_put(o, "id", json_number(cgswap_step_get_dropped_map_id(step, i)));
		ok &= json_put(o, "name", json_text_or_null(cgswap_step_get_dropped_map_name(step, i)));
		ok &= json_add(list, json_all(o, ok));
	}
	return json_all(list, ok);
}

static json_t *json_position(size_t position)
{
	return position == CGSWAP_POSITION_UNKNOWN ? json_null() : json_number(position);
}

static void put_position(struct table *table, size_t position)
{
	if (position == CGSWAP_POSITION_UNKNOWN)
		table_put(table, "?");
	else
		table_put_number(table, position);
}

static json_t *json_step(const cgswap_step *step)
{
	const cgswap_chain *chain = cgswap_step_get_chain(step);
	const char *guard = guard_name(cgswap_step_get_guard(step));
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "cgroup", json_text(cgswap_chain_get_cgroup(chain)));
	ok &= json_put(o, "attach_type", json_text(cgswap_chain_get_attach_type(chain)));
	ok &= json_put(o, "position", json_position(cgswap_step_get_position(step)));
	ok &= json_put(o, "old_id", json_number(cgswap_step_get_old_id(step)));
	ok &= json_put(o, "new_id", json_number(cgswap_step_get_new_id(step)));
	ok &= json_put(o, "link_id", json_number_or_null(cgswap_step_get_link_id(step)));
	ok &= json_put(o, "revision", json_number_or_null(cgswap_step_get_revision(step)));
	ok &= json_put(o, "guard", json_text_or_null(guard));
	ok &= json_put(o, "verified", json_boolean(cgswap_step_get_verified(step)));
	ok &= json_put(o, "maps", json_maps(step));
	ok &= json_put(o, "dropped_maps", json_dropped_maps(step));
	return json_all(o, ok);
}

json_t *json_replaced(const struct options *options, const cgswap_step *step)
{
	json_t *list = json_array(), *o = json_object();
	bool ok;

	ok = json_add(list, json_step(step));
	ok &= json_put(o, "replaced", list);
	ok &= json_put(o, "dry_run", json_boolean(options_dry_run(options)));
	return json_all(o, ok);
}

/* The chain tells the version too; but it may have moved on, and in a dry run it is as it was. */
static void put_new_name(struct table *table, cgswap_session *session, const cgswap_step *step)
{
	cgswap_chain *chain = cgswap_step_get_chain(step);
	cgswap_program *program;
	const cgswap_entry *entry;
	char source[16];

	if (cgswap_step_get_state(step) == CGSWAP_STEP_DONE &&
	    cgswap_chain_read(chain) == CGSWAP_OK &&
	    cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS) == CGSWAP_OK) {
		cgswap_chain_describe(chain, CGSWAP_DESCRIBE_METADATA);
		entry = entry_of(step, cgswap_step_get_new_id(step));
		if (entry && *cgswap_entry_get_type(entry)) {
			cell_name(table, entry);
			return;
		}
	}
	snprintf(source, sizeof(source), "id:%" PRIu32, cgswap_step_get_new_id(step));
	if (cgswap_program_open(&program, session, source, NULL) != CGSWAP_OK) {
		table_put(table, "?");
		return;
	}
	cell_text(table, cgswap_program_get_name(program));
	cgswap_program_unref(program);
}

static const char *verified_text(const struct options *options, const cgswap_step *step)
{
	if (options_dry_run(options))
		return "-";
	return cgswap_step_get_verified(step) ? "yes" : "no";
}

static bool print_swap(const struct options *options, cgswap_session *session,
		       const cgswap_step *step, const struct old_program *old)
{
	static const struct column columns[] = {
		{ "POS", COLUMN_RIGHT },
		{ "LINK", COLUMN_RIGHT | COLUMN_OPTIONAL },
		{ "OLD ID", COLUMN_RIGHT },
		{ "OLD NAME", COLUMN_CUT },
		{ "NEW ID", COLUMN_RIGHT },
		{ "NEW NAME", COLUMN_CUT },
		{ "REVISION", COLUMN_RIGHT | COLUMN_OPTIONAL },
		{ "VERIFIED", COLUMN_OPTIONAL },
	};
	struct table table;
	bool ok;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	put_position(&table, cgswap_step_get_position(step));
	cell_number(&table, cgswap_step_get_link_id(step));
	table_put_number(&table, cgswap_step_get_old_id(step));
	table_put(&table, old->known ? old->name : "?");
	table_put_number(&table, cgswap_step_get_new_id(step));
	put_new_name(&table, session, step);
	cell_number(&table, cgswap_step_get_revision(step));
	table_put(&table, verified_text(options, step));
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

/* What a reason begins with where the map was made for the new program. */
static const char made_new[] = "new: ";

/* A map of a program that was loaded before is not the old one's, but need not be empty. */
static const char *contents(const cgswap_step *step, size_t i)
{
	if (cgswap_step_get_map_kept(step, i))
		return "kept";
	if (strncmp(cgswap_step_get_map_reason(step, i), made_new, strlen(made_new)) == 0)
		return "fresh";
	return "its own";
}

static const char *why(const cgswap_step *step, size_t i)
{
	const char *reason = cgswap_step_get_map_reason(step, i);

	if (strncmp(reason, made_new, strlen(made_new)) == 0)
		reason += strlen(made_new);
	return reason;
}

static bool print_maps(const cgswap_step *step)
{
	static const struct column columns[] = {
		{ "MAP ID", COLUMN_RIGHT },
		{ "MAP NAME", COLUMN_CUT },
		{ "CONTENTS", 0 },
		{ "WHY", COLUMN_WRAP | COLUMN_OPTIONAL },
	};
	struct table table;
	size_t i;
	bool ok;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < cgswap_step_get_map_count(step); i++) {
		table_put_number(&table, cgswap_step_get_map_id(step, i));
		cell_text(&table, cgswap_step_get_map_name(step, i));
		table_put(&table, contents(step, i));
		cell_text(&table, why(step, i));
	}
	if (table.length > 0)
		putchar('\n');
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

/* The first of some sentences stands apart from the tables. */
static void begin_sentence(bool *begun)
{
	if (!*begun)
		putchar('\n');
	*begun = true;
}

/* Whoever else uses them has what is in them; so it is not said that they end. */
static void print_lost(const struct options *options, const cgswap_step *step, bool *begun)
{
	const char *is_not = options_dry_run(options) ? "would not be" : "is not";
	const char *name;
	size_t i;

	for (i = 0; i < cgswap_step_get_dropped_map_count(step); i++) {
		begin_sentence(begun);
		name = cgswap_step_get_dropped_map_name(step, i);
		printf("the old program's map %" PRIu32 "%s", cgswap_step_get_dropped_map_id(step, i),
		       *name ? " (" : "");
		plain_print(stdout, name);
		printf("%s %s used by the new one\n", *name ? ")" : "", is_not);
	}
}

/* What the swap was not held to. */
static void print_guard(const cgswap_step *step, bool *begun)
{
	enum cgswap_guard guard = cgswap_step_get_guard(step);

	if (guard != CGSWAP_GUARD_NONE && guard != CGSWAP_GUARD_PROGRAM)
		return;
	begin_sentence(begun);
	puts(guard == CGSWAP_GUARD_NONE ? "not guarded: whatever stood there was overwritten" :
					  "guarded by the old program only, not by a revision");
}

static void print_sentences(const struct options *options, const cgswap_step *step, bool drained)
{
	bool begun = false;

	print_lost(options, step, &begun);
	if (options_dry_run(options))
		return;
	print_guard(step, &begun);
	if (!cgswap_step_get_verified(step) && !(options->given & OPTION_NO_VERIFY)) {
		begin_sentence(&begun);
		puts("the chain changed again before the new program was seen in its place");
	}
	if (drained) {
		begin_sentence(&begun);
		puts("no processor runs the old program any more");
	}
	if (options->pin) {
		begin_sentence(&begun);
		view_print_pinned("the new program", options->pin);
	}
}

bool print_replaced(const struct options *options, cgswap_session *session, const cgswap_step *step,
		    const struct old_program *old, bool drained)
{
	const cgswap_chain *chain = cgswap_step_get_chain(step);

	if (options_dry_run(options))
		view_print_dry_run(options);
	plain_print(stdout, cgswap_chain_get_cgroup(chain));
	printf(": %s, %s\n", cgswap_chain_get_attach_type(chain),
	       options_dry_run(options) ? "to be replaced" : "replaced");
	if (!print_swap(options, session, step, old) || !print_maps(step))
		return false;
	print_sentences(options, step, drained);
	return true;
}
