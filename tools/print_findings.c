/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_findings.h"
#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool finding_has_id(const json_t *list, const json_t *id)
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

/* ---- tables ---------------------------------------------------------------------------------- */

/* A map that was made for the new program; one of a program loaded earlier may have contents. */
static bool complete_map(json_t *map)
{
	static const char made_new[] = "new: ";
	const char *reason = json_string_value(json_object_get(map, "reason"));
	bool is_new = strncmp(reason, made_new, strlen(made_new)) == 0;
	const char *contents = is_new ? "new" : "its own";

	if (json_is_true(json_object_get(map, "kept")))
		contents = "reused";
	return json_object_set_new(map, "contents", json_string(contents)) == 0 &&
	       (!is_new ||
		json_object_set_new(map, "reason", json_string(reason + strlen(made_new))) == 0);
}

bool print_finding_tables(json_t *findings, bool many)
{
	static const struct column map_columns[] = {
		{ "CGROUPS", COLUMN_RIGHT, "cgroups" }, { "MAP ID", COLUMN_RIGHT, "id" },
		{ "MAP NAME", COLUMN_CUT, "name" },     { "CONTENTS", 0, "contents" },
		{ "REASON", COLUMN_WRAP, "reason" },    { 0 },
	};
	/* those that had a choice of values */
	static const struct column constant_columns[] = {
		{ "CGROUPS", COLUMN_RIGHT, "cgroups" }, { "CONSTANT", COLUMN_CUT, "name" },
		{ "VALUE", COLUMN_CUT, "value" },       { "OLD VALUE", COLUMN_CUT, "old_value" },
		{ "REASON", COLUMN_WRAP, "reason" },    { 0 },
	};
	const json_t *maps = json_object_get(findings, "maps");
	const json_t *constants = json_object_get(findings, "constants");
	size_t skipped = many ? 0 : 1, i;
	bool ok = true;
	json_t *map;

	json_array_foreach(maps, i, map) ok &= complete_map(map);
	return ok && table_print_next_list(map_columns + skipped, maps) &&
	       table_print_next_list(constant_columns + skipped, constants);
}

/* ---- sentences ------------------------------------------------------------------------------- */

void sentences_say(struct sentences *to, const char *format, ...)
{
	va_list args;

	if (!to->begun)
		putchar('\n');
	to->begun = true;
	va_start(args, format);
	table_print_sentence(format, args);
	va_end(args);
}

enum { WHERE_SIZE = 48, MAP_TEXT_SIZE = 1024 };

/* "in 12 cgroups: ", or "" for a finding that is of one cgroup's report. */
static const char *finding_where(char where[WHERE_SIZE], const json_t *finding)
{
	const json_t *cgroups = json_object_get(finding, "cgroups");
	json_int_t count = json_integer_value(cgroups);

	if (cgroups)
		snprintf(where, WHERE_SIZE, "in %" JSON_INTEGER_FORMAT " cgroup%s: ", count,
			 count == 1 ? "" : "s");
	else
		*where = '\0';
	return where;
}

/* "53 (counts)", or "counts" where cgroups have a map of this name each. */
static void finding_map_text(char text[MAP_TEXT_SIZE], const json_t *map)
{
	const char *name = json_string_value(json_object_get(map, "name"));
	const json_t *id = json_object_get(map, "id");

	if (!id)
		snprintf(text, MAP_TEXT_SIZE, "%s", name ? name : "without a name");
	else if (!name)
		snprintf(text, MAP_TEXT_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(id));
	else
		snprintf(text, MAP_TEXT_SIZE, "%" JSON_INTEGER_FORMAT " (%s)",
			 json_integer_value(id), name);
}

/* Other programs may still use this map, so this does not say that it is freed. */
static void say_dropped_map(struct sentences *to, const json_t *map)
{
	char where[WHERE_SIZE], text[MAP_TEXT_SIZE];

	finding_map_text(text, map);
	sentences_say(to, "%sthe old program's map %s %s used by %s", finding_where(where, map),
		      text, to->is_not, to->new_ones);
}

static void say_dropped_maps(struct sentences *to, const json_t *dropped, const json_t *maps)
{
	json_t *map;
	size_t i;

	json_array_foreach(dropped, i, map)
	{
		/* another new program of the cgroup may use it */
		if (json_object_get(map, "cgroups") ||
		    !finding_has_id(maps, json_object_get(map, "id")))
			say_dropped_map(to, map);
	}
}

static void say_dropped_constants(struct sentences *to, const json_t *dropped)
{
	char where[WHERE_SIZE];
	json_t *constant;
	size_t i;

	json_array_foreach(dropped, i, constant) sentences_say(
		to, "%sthe old program's constant %s (%s) %s in %s", finding_where(where, constant),
		json_string_value(json_object_get(constant, "name")),
		json_string_value(json_object_get(constant, "value")), to->is_not, to->new_ones);
}

/* A pin of a map that another new program uses is not among them. */
static void say_left_pins(struct sentences *to, const json_t *left)
{
	const char *names = options_dry_run(to->options) ? "would still name" : "still names";
	const char *path;
	json_t *pin, *map;
	size_t i;

	json_array_foreach(left, i, pin)
	{
		path = json_string_value(json_object_get(pin, "path"));
		map = json_object_get(pin, "map_id");
		if (json_is_integer(map))
			sentences_say(to, "%s %s map %" JSON_INTEGER_FORMAT " of the old program",
				      path, names, json_integer_value(map));
		else
			sentences_say(to, "%s %s the old program%s", path, names,
				      to->may_move ? "; with --pin and this path the new one "
						     "replaces it"
						   : "");
	}
}

static void say_unpinned_maps(struct sentences *to, const json_t *unpinned)
{
	json_t *map;
	size_t i;

	json_array_foreach(unpinned, i, map)
		sentences_say(to, "map %s is not pinned by its name: no chosen program uses it",
			      json_string_value(json_object_get(map, "name")));
}

void print_finding_sentences(struct sentences *to, const json_t *findings)
{
	say_dropped_maps(to, json_object_get(findings, "dropped_maps"),
			 json_object_get(findings, "maps"));
	say_dropped_constants(to, json_object_get(findings, "dropped_constants"));
	say_left_pins(to, json_object_get(findings, "left_pins"));
	say_unpinned_maps(to, json_object_get(findings, "unpinned_maps"));
}
