/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_steps.h"
#include "json_replace.h"
#include "print_chain.h"
#include "print_journal.h"
#include "report.h"
#include "table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- tables -----------------------------------------------------------------------------------
 */

/* Adds the members that only the tables have. */
static bool complete_step(json_t *o, const struct steps *steps, size_t i)
{
	const cgswap_step *step = cgswap_replace_get_step(steps->replace, i);
	char *name = step_new_name(steps->session, step, steps->source);
	bool ok = print_put_short_type(o);

	ok &= json_put(o, "name", json_text_or_null(name));
	ok &= json_put(o, "old_name", json_text_or_null(steps->old ? steps->old->name : NULL));
	if (options_dry_run(steps->options))
		ok &= json_put(o, "verified", json_null());
	free(name);
	return ok;
}

static bool print_changes(const struct steps *steps, const json_t *list)
{
	static const struct column one[] = {
		{ "POS", COLUMN_RIGHT | COLUMN_DOUBT, "position" },
		{ "LINK", COLUMN_RIGHT | COLUMN_SPARE, "link_id" },
		{ "OLD ID", COLUMN_RIGHT, "old_id" },
		{ "OLD NAME", COLUMN_CUT | COLUMN_SPARE | COLUMN_DOUBT, "old_name" },
		{ "NEW ID", COLUMN_RIGHT, "new_id" },
		{ "NEW NAME", COLUMN_CUT | COLUMN_DOUBT, "name" },
		{ "REVISION", COLUMN_RIGHT | COLUMN_SPARE, "revision" },
		{ "VERIFIED", 0, "verified" },
		{ 0 },
	};
	static const struct column many[] = {
		{ "TYPE", 0, "type" },
		{ "POS", COLUMN_RIGHT | COLUMN_SPARE | COLUMN_DOUBT, "position" },
		{ "LINK", COLUMN_RIGHT | COLUMN_SPARE, "link_id" },
		{ "OLD ID", COLUMN_RIGHT, "old_id" },
		{ "NEW ID", COLUMN_RIGHT, "new_id" },
		{ "NAME", COLUMN_CUT | COLUMN_DOUBT, "name" },
		{ "REVISION", COLUMN_RIGHT | COLUMN_SPARE, "revision" },
		{ "VERIFIED", 0, "verified" },
		{ 0 },
	};

	return table_print_list(steps->old ? one : many, list);
}

static bool has_id(const json_t *list, const json_t *id)
{
	json_t *object;
	size_t i;

	json_array_foreach(list, i, object)
	{
		if (json_equal(json_object_get(object, "id"), id))
			return true;
	}
	return false;
}

static bool has_object(const json_t *list, const json_t *object)
{
	json_t *each;
	size_t i;

	json_array_foreach(list, i, each)
	{
		if (json_equal(each, object))
			return true;
	}
	return false;
}

/*
 * Appends the members of this name of all steps, each id once; those without an id, which may be
 * the same for the programs of an object, once too.
 */
static bool collect(json_t *to, const json_t *list, const char *name)
{
	json_t *step, *object, *id;
	bool ok = true;
	size_t i, j;

	json_array_foreach(list, i, step) json_array_foreach(json_object_get(step, name), j, object)
	{
		id = json_object_get(object, "id");
		if (id ? !has_id(to, id) : !has_object(to, object))
			ok &= json_array_append(to, object) == 0;
	}
	return ok;
}

/* A map that was made for the new program; one of a program loaded earlier may have contents. */
static bool complete_map(json_t *map)
{
	static const char made_new[] = "new: ";
	const char *reason = json_string_value(json_object_get(map, "reason"));
	bool is_new = strncmp(reason, made_new, strlen(made_new)) == 0;
	const char *contents = is_new ? "new" : "its own";

	if (json_is_true(json_object_get(map, "kept")))
		contents = "reused";
	return json_put(map, "contents", json_text(contents)) &&
	       (!is_new || json_put(map, "reason", json_text(reason + strlen(made_new))));
}

static bool print_maps_and_constants(const json_t *maps, const json_t *constants)
{
	static const struct column map_columns[] = {
		{ "MAP ID", COLUMN_RIGHT, "id" },
		{ "MAP NAME", COLUMN_CUT, "name" },
		{ "CONTENTS", 0, "contents" },
		{ "REASON", COLUMN_WRAP, "reason" },
		{ 0 },
	};
	/* those that had a choice of values */
	static const struct column constant_columns[] = {
		{ "CONSTANT", COLUMN_CUT, "name" },
		{ "VALUE", COLUMN_CUT, "value" },
		{ "OLD VALUE", COLUMN_CUT, "old_value" },
		{ "REASON", COLUMN_WRAP, "reason" },
		{ 0 },
	};
	bool ok = true;
	json_t *map;
	size_t i;

	json_array_foreach(maps, i, map) ok &= complete_map(map);
	return ok && table_print_next_list(map_columns, maps) &&
	       table_print_next_list(constant_columns, constants);
}

/* ---- sentences --------------------------------------------------------------------------------
 */

struct sentences {
	const struct steps *steps;
	const json_t *list; /* the steps */
	const char *new_ones, *is_not;
	bool begun;
};

/* Prints a sentence, and a blank line between the tables and the first one. */
static void __attribute__((format(printf, 2, 3))) say(struct sentences *to, const char *format, ...)
{
	va_list args;

	if (!to->begun)
		putchar('\n');
	to->begun = true;
	va_start(args, format);
	table_print_sentence(format, args);
	va_end(args);
}

/* Other programs may still use these maps, so this does not say that they are freed. */
static void say_dropped_maps(struct sentences *to, const json_t *dropped, const json_t *maps)
{
	const char *name;
	json_t *map, *id;
	size_t i;

	json_array_foreach(dropped, i, map)
	{
		id = json_object_get(map, "id");
		name = json_string_value(json_object_get(map, "name"));
		if (!has_id(maps, id))
			say(to,
			    "the old program's map %" JSON_INTEGER_FORMAT "%s%s%s %s used by %s",
			    json_integer_value(id), name ? " (" : "", name ? name : "",
			    name ? ")" : "", to->is_not, to->new_ones);
	}
}

static void say_dropped_constants(struct sentences *to, const json_t *dropped)
{
	json_t *constant;
	size_t i;

	json_array_foreach(dropped, i, constant) say(
		to, "the old program's constant %s (%s) %s in %s",
		json_string_value(json_object_get(constant, "name")),
		json_string_value(json_object_get(constant, "value")), to->is_not, to->new_ones);
}

/* Tells if no revision guarded a change, or if it could not be verified. */
static void say_guard_and_verified(struct sentences *to)
{
	bool program_only = false, unguarded = false, unverified = false;
	const char *guard;
	json_t *step;
	size_t i;

	json_array_foreach(to->list, i, step)
	{
		guard = json_string_value(json_object_get(step, "guard"));
		unguarded |= guard && strcmp(guard, "none") == 0;
		program_only |= guard && strcmp(guard, "program") == 0;
		unverified |= !json_is_true(json_object_get(step, "verified"));
	}
	if (unguarded)
		say(to, "not guarded: the kernel overwrote whichever program was attached");
	if (program_only)
		say(to, "guarded by the old program only, not by a revision");
	if (unverified && !(to->steps->options->given & OPTION_NO_VERIFY))
		say(to, "%s chain changed again before %s program was verified",
		    to->steps->old ? "the" : "a", to->steps->old ? "the new" : "a");
}

/* A pin of a map that another new program uses is not among them. */
static void say_left_pins(struct sentences *to, const json_t *left)
{
	const struct options *options = to->steps->options;
	const char *names = options_dry_run(options) ? "would still name" : "still names";
	bool may_move = to->steps->old && !options->pin;
	const char *path;
	json_t *pin, *map;
	size_t i;

	json_array_foreach(left, i, pin)
	{
		path = json_string_value(json_object_get(pin, "path"));
		map = json_object_get(pin, "map_id");
		if (json_is_integer(map))
			say(to, "%s %s map %" JSON_INTEGER_FORMAT " of the old program", path,
			    names, json_integer_value(map));
		else
			say(to, "%s %s the old program%s", path, names,
			    may_move ? "; with --pin and this path the new one replaces it" : "");
	}
}

static void say_unpinned_maps(struct sentences *to, const json_t *unpinned)
{
	json_t *map;
	size_t i;

	json_array_foreach(unpinned, i, map)
		say(to, "map %s is not pinned by its name: no chosen program uses it",
		    json_string_value(json_object_get(map, "name")));
}

static void say_pinned(struct sentences *to)
{
	const struct options *options = to->steps->options;

	if (options->pin)
		say(to, "%s is pinned at %s",
		    options->given & OPTION_LINK ? "each link"
		    : to->steps->old             ? "the new program"
						 : "each program",
		    options->pin);
}

static void say_held(struct sentences *to)
{
	if (!(to->steps->options->given & OPTION_KEEP_OLD))
		return;
	if (!to->begun)
		putchar('\n');
	to->begun = true;
	print_held(to->steps->options, cgswap_replace_get_id(to->steps->replace));
}

static void print_sentences(const struct steps *steps, const json_t *list, const json_t *all)
{
	bool dry = options_dry_run(steps->options);
	struct sentences to = {
		.steps = steps,
		.list = list,
		.new_ones = steps->old ? "the new one" : "the new ones",
		.is_not = dry ? "would not be" : "is not",
	};

	say_dropped_maps(&to, json_object_get(all, "dropped_maps"), json_object_get(all, "maps"));
	say_dropped_constants(&to, json_object_get(all, "dropped_constants"));
	say_left_pins(&to, json_object_get(all, "left_pins"));
	say_unpinned_maps(&to, json_object_get(all, "unpinned_maps"));
	if (dry)
		return;
	say_guard_and_verified(&to);
	if (steps->drained)
		say(&to, "no CPU runs the old program%s any more", steps->old ? "" : "s");
	say_pinned(&to);
	say_held(&to);
}

static void print_heading(const struct steps *steps, size_t count)
{
	const cgswap_chain *chain = cgswap_step_get_chain(
		cgswap_replace_get_step(steps->replace, 0));
	const char *to_be = options_dry_run(steps->options) ? "to be " : "";

	if (*to_be)
		print_dry_run(steps->options);
	table_print_heading(cgswap_chain_get_cgroup(chain));
	if (steps->old)
		printf("%s, %s%s\n", cgswap_chain_get_attach_type(chain), to_be, steps->done);
	else
		printf("%zu program%s %s%s\n", count, count == 1 ? "" : "s", to_be, steps->done);
}

bool print_steps(const struct steps *steps)
{
	json_t *list = json_step_list(steps->replace), *step;
	/* those of all steps */
	json_t *all = json_pack("{s:[], s:[], s:[], s:[], s:[], s:[]}", "maps", "constants",
				"dropped_maps", "dropped_constants", "left_pins", "unpinned_maps");
	bool ok = list && all;
	const char *name;
	json_t *objects;
	size_t i;

	json_array_foreach(list, i, step) ok = ok && complete_step(step, steps, i);
	json_object_foreach(all, name, objects) ok = ok && collect(objects, list, name);
	if (ok && steps->old && steps->old->error)
		report_warning(steps->options, "the old program's name is not shown",
			       steps->old->error);
	if (ok) {
		print_heading(steps, json_array_size(list));
		ok = print_changes(steps, list) &&
		     print_maps_and_constants(json_object_get(all, "maps"),
					      json_object_get(all, "constants"));
	}
	if (ok)
		print_sentences(steps, list, all);
	json_decref(list);
	json_decref(all);
	return ok;
}
