/* SPDX-License-Identifier: BSD-2-Clause */
#include "many_findings.h"
#include "json_record.h"
#include "print_findings.h"

#include <stdio.h>
#include <stdlib.h>

/* More rows of a kind do not help on a terminal. */
enum { FINDINGS_SHOWN = 20 };

/* Findings of one kind, and each by its text, so that an equal one is found at once. */
struct finding_list {
	json_t *list, *by_text;
	bool by_name; /* findings that differ only in the id of a map are equal */
};

static struct finding_list finding_list_new(bool by_name)
{
	return (struct finding_list){ json_array(), json_object(), by_name };
}

static json_t *finding_list_finish(struct finding_list *found, bool ok)
{
	json_decref(found->by_text);
	return json_finish(found->list, ok);
}

/* The text that equal findings share; free() it. */
static char *finding_text(const struct finding_list *to, const json_t *finding)
{
	json_t *copy = json_copy((json_t *)finding);
	char *text;

	json_object_del(copy, "cgroups");
	if (to->by_name)
		json_object_del(copy, "id");
	text = json_dumps(copy, JSON_SORT_KEYS);
	json_decref(copy);
	return text;
}

/* Counts the cgroups of a finding for an equal one; if the two are of two maps, it has no id. */
static bool finding_add_cgroups(json_t *to, const json_t *finding)
{
	json_int_t count = json_integer_value(json_object_get(to, "cgroups"));

	if (!json_equal(json_object_get(to, "id"), json_object_get(finding, "id")))
		json_object_del(to, "id");
	count += json_integer_value(json_object_get(finding, "cgroups"));
	return json_put(to, "cgroups", json_integer(count));
}

/* Appends the finding, which has the number of its cgroups, or counts them for an equal one. */
static bool finding_add(struct finding_list *to, json_t *finding)
{
	char *text = finding_text(to, finding);
	json_t *same = text ? json_object_get(to->by_text, text) : NULL;
	bool ok;

	if (same)
		ok = finding_add_cgroups(same, finding);
	else
		ok = text && json_object_set(to->by_text, text, finding) == 0 &&
		     json_array_append(to->list, finding) == 0;
	free(text);
	return ok;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* Only what was changed, or would be: a step that was put back left everything as it was. */
static bool step_counts(const struct many_cgroups *many, const cgswap_step *step)
{
	enum cgswap_step_state state = cgswap_step_get_state(step);

	return state == CGSWAP_STEP_DONE || (state == CGSWAP_STEP_PLANNED && many->checked);
}

static bool findings_of_step(struct finding_list *to, const struct field *field,
			     const struct many_cgroups *many, size_t i)
{
	const cgswap_step *step = cgswap_replace_get_step(many->replace, i);
	struct record_place place = { .h = many->replace, .r = step, .i = i };
	size_t count = step_counts(many, step) ? field->count(&place) : 0;
	bool ok = true;

	for (place.j = 0; place.j < count && ok; place.j++) {
		json_t *finding = json_object();

		ok = json_put_record(finding, field->of, place, 0) &&
		     json_put(finding, "cgroups", json_integer(1)) && finding_add(to, finding);
		json_decref(finding);
	}
	return ok;
}

static json_t *findings_of_kind(const struct field *field, const struct many_cgroups *many)
{
	struct finding_list found = finding_list_new(false);
	bool ok = true;

	for (size_t i = 0; i < cgswap_replace_get_length(many->replace) && ok; i++)
		ok = findings_of_step(&found, field, many, i);
	return finding_list_finish(&found, ok);
}

bool many_findings_put(json_t *o, const struct many_cgroups *many)
{
	bool ok = true;

	for (size_t n = 0; n < record_step.count && ok; n++) {
		const struct field *field = &record_step.fields[n];

		if (field->kind == FIELD_RECORDS)
			ok = json_put(o, field->name, findings_of_kind(field, many));
	}
	return ok;
}

/* ---- tables and sentences -------------------------------------------------------------------- */

/* The findings by name, cut to what is shown; more is the number of those that are not. */
static json_t *findings_shown(size_t *more, const json_t *list)
{
	struct finding_list shown = finding_list_new(true);
	bool ok = list != NULL;
	json_t *finding;
	size_t i;

	json_array_foreach(list, i, finding)
	{
		json_t *copy = json_copy(finding);

		ok &= copy && finding_add(&shown, copy);
		json_decref(copy);
	}
	for (; json_array_size(shown.list) > FINDINGS_SHOWN; ++*more)
		json_array_remove(shown.list, FINDINGS_SHOWN);
	return finding_list_finish(&shown, ok);
}

static bool findings_print_all(const struct many_cgroups *many, json_t *findings, size_t more)
{
	struct sentences to = {
		.options = many->options,
		.new_ones = "the new one",
		.is_not = options_dry_run(many->options) ? "would not be" : "is not",
	};

	if (!print_finding_tables(findings, true))
		return false;
	print_finding_sentences(&to, findings);
	if (more)
		sentences_say(&to, "and %zu more findings, which --json lists", more);
	return true;
}

bool many_findings_print(const struct many_cgroups *many)
{
	json_t *all = json_object(), *shown = json_object(), *list;
	bool ok = many_findings_put(all, many), any = false;
	const char *kind;
	size_t more = 0;

	json_object_foreach(all, kind, list)
	{
		ok &= json_put(shown, kind, findings_shown(&more, list));
		any |= json_array_size(list) > 0;
	}
	ok = ok && findings_print_all(many, shown, more);
	if (any)
		putchar('\n');
	json_decref(all);
	json_decref(shown);
	return ok;
}
