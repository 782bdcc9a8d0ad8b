/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_steps.h"
#include "json_replace.h"
#include "print_chain.h"
#include "print_findings.h"
#include "print_journal.h"
#include "report.h"
#include "table.h"

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
		if (id ? !finding_has_id(to, id) : !has_object(to, object))
			ok &= json_array_append(to, object) == 0;
	}
	return ok;
}

/* ---- sentences --------------------------------------------------------------------------------
 */

/* Tells if no revision guarded a change, or if it could not be verified. */
static void say_guard_and_verified(struct sentences *to, const struct steps *steps,
				   const json_t *list)
{
	bool program_only = false, unguarded = false, unverified = false;
	const char *guard;
	json_t *step;
	size_t i;

	json_array_foreach(list, i, step)
	{
		guard = json_string_value(json_object_get(step, "guard"));
		unguarded |= guard && strcmp(guard, "none") == 0;
		program_only |= guard && strcmp(guard, "program") == 0;
		unverified |= !json_is_true(json_object_get(step, "verified"));
	}
	if (unguarded)
		sentences_say(to,
			      "not guarded: the kernel overwrote whichever program was attached");
	if (program_only)
		sentences_say(to, "guarded by the old program only, not by a revision");
	if (unverified && !(steps->options->given & OPTION_NO_VERIFY))
		sentences_say(to, "%s chain changed again before %s program was verified",
			      steps->old ? "the" : "a", steps->old ? "the new" : "a");
}

static void say_pinned(struct sentences *to, const struct steps *steps)
{
	const struct options *options = steps->options;

	if (options->pin)
		sentences_say(to, "%s is pinned at %s",
			      options->given & OPTION_LINK ? "each link"
			      : steps->old                 ? "the new program"
							   : "each program",
			      options->pin);
}

static void say_held(struct sentences *to, const struct steps *steps)
{
	if (!(steps->options->given & OPTION_KEEP_OLD))
		return;
	if (!to->begun)
		putchar('\n');
	to->begun = true;
	print_held(steps->options, cgswap_replace_get_id(steps->replace));
}

static void print_sentences(const struct steps *steps, const json_t *list, const json_t *all)
{
	bool dry = options_dry_run(steps->options);
	struct sentences to = {
		.options = steps->options,
		.may_move = steps->old && !steps->options->pin,
		.new_ones = steps->old ? "the new one" : "the new ones",
		.is_not = dry ? "would not be" : "is not",
	};

	print_finding_sentences(&to, all);
	if (dry)
		return;
	say_guard_and_verified(&to, steps, list);
	if (steps->drained)
		sentences_say(&to, "no CPU runs the old program%s any more", steps->old ? "" : "s");
	say_pinned(&to, steps);
	say_held(&to, steps);
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
		ok = print_changes(steps, list) && print_finding_tables(all, false);
	}
	if (ok)
		print_sentences(steps, list, all);
	json_decref(list);
	json_decref(all);
	return ok;
}
