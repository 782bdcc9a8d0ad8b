/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/map_choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "base/string_list.h"
#include "base/text.h"

static const char MAX_ENTRIES[] = ",max_entries=";

static enum cgswap_status map_choice_error(const char *text)
{
	return error_bad_argument(
		"opts.map_choices has '%.200s'{found}; expected NAME=old, NAME=new, NAME=id:N or "
		"NAME=pin:PATH",
		text);
}

/* The number after `new`, if there is one. */
static enum cgswap_status map_choice_parse_new(struct map_choice *out, const char *rest)
{
	uint64_t number;

	if (!*rest)
		return CGSWAP_OK;
	if (strncmp(rest, MAX_ENTRIES, strlen(MAX_ENTRIES)) != 0)
		return map_choice_error(out->text);
	if (!number_parse(rest + strlen(MAX_ENTRIES), UINT32_MAX, &number) || !number)
		return error_bad_argument(
			"opts.map_choices has '%.200s'{found}; expected a positive 32-bit number "
			"after max_entries=",
			out->text);
	out->max_entries = (uint32_t)number;
	return CGSWAP_OK;
}

static enum cgswap_status map_choice_parse_existing(struct map_choice *out, const char *choice)
{
	static const char *const prefixes[] = { "id", "pin", NULL };
	const char *rest;
	int prefix = text_prefix(choice, prefixes, &rest);

	if (prefix == 0 && number_parse_id(rest, &out->id)) {
		out->kind = MAP_CHOICE_ID;
		return CGSWAP_OK;
	}
	if (prefix == 1 && *rest) {
		out->kind = MAP_CHOICE_PIN;
		out->pin = rest;
		return CGSWAP_OK;
	}
	return map_choice_error(out->text);
}

static enum cgswap_status map_choice_parse(struct map_choice *out, const char *text)
{
	const char *equals = strchr(text, '=');
	const char *choice = equals ? equals + 1 : "";

	*out = (struct map_choice){ .text = text };
	if (!equals || equals == text)
		return map_choice_error(text);
	out->name_length = (size_t)(equals - text);
	out->kind = MAP_CHOICE_NEW;
	if (strncmp(choice, "new", strlen("new")) == 0)
		return map_choice_parse_new(out, choice + strlen("new"));
	if (strstr(choice, MAX_ENTRIES))
		return error_bad_argument(
			"opts.map_choices has '%.200s'{found}: max_entries applies to new maps "
			"only; expected NAME=new,max_entries=N",
			text);
	out->kind = MAP_CHOICE_OLD;
	return strcmp(choice, "old") == 0 ? CGSWAP_OK : map_choice_parse_existing(out, choice);
}

static bool map_choice_same_name(const struct map_choice *a, const struct map_choice *b)
{
	return a->name_length == b->name_length && memcmp(a->text, b->text, a->name_length) == 0;
}

/* By an id, or by a pin; an id and a pin of one map are not seen here. */
static bool map_choice_same_map(const struct map_choice *a, const struct map_choice *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind == MAP_CHOICE_ID ? a->id == b->id
					: a->kind == MAP_CHOICE_PIN && strcmp(a->pin, b->pin) == 0;
}

/* One choice for a map, and one map for each choice: two maps of a program are two in the kernel.
 */
static enum cgswap_status map_choice_check_pair(const struct map_choice *earlier,
						const struct map_choice *added)
{
	if (map_choice_same_name(earlier, added))
		return error_bad_argument(
			"opts.map_choices has '%.200s'{found} and '%.200s'{found}; "
			"expected one choice for a map",
			earlier->text, added->text);
	if (map_choice_same_map(earlier, added))
		return error_bad_argument(
			"opts.map_choices has '%.200s'{found} and '%.200s'{found}; "
			"expected another map for each",
			earlier->text, added->text);
	return CGSWAP_OK;
}

static enum cgswap_status map_choices_add(struct map_choices *choices, const char *text)
{
	struct map_choice *added = &choices->choices[choices->count];
	enum cgswap_status status = map_choice_parse(added, text);

	for (size_t i = 0; i < choices->count && !status; i++)
		status = map_choice_check_pair(&choices->choices[i], added);
	choices->count += !status;
	return status;
}

enum cgswap_status map_choices_parse(struct map_choices *out, const char *const *list)
{
	size_t count = string_list_count(list);
	enum cgswap_status status = CGSWAP_OK;

	*out = (struct map_choices){ 0 };
	if (!count)
		return CGSWAP_OK;
	out->choices = calloc(count, sizeof(*out->choices));
	if (!out->choices)
		return error_no_memory();
	for (size_t i = 0; i < count && !status; i++)
		status = map_choices_add(out, list[i]);
	return status;
}

void map_choices_free(struct map_choices *choices)
{
	free(choices->choices);
	*choices = (struct map_choices){ 0 };
}

enum cgswap_status map_choices_check(const char *const *list)
{
	struct map_choices choices;
	enum cgswap_status status = map_choices_parse(&choices, list);

	map_choices_free(&choices);
	return status;
}

const struct map_choice *map_choices_find(const struct map_choices *choices, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < choices->count; i++)
		if (choices->choices[i].name_length == length &&
		    memcmp(choices->choices[i].text, name, length) == 0)
			return &choices->choices[i];
	return NULL;
}
