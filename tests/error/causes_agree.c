/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header, the table, the library, `cgswap explain` and the man page have the same causes in the
 * same order with the same texts, and all documents mention only these.
 */
#include "cgswap.h"

#include "../lib/command.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAUSES_MAX = 256, NAME_SIZE = 64 };

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

struct list {
	size_t count;
	char names[CAUSES_MAX][NAME_SIZE];
};

static char *read_file(char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t capacity = 0;

	if (!file)
		bail_out("cannot read %s", path);
	if (getdelim(&text, &capacity, '\0', file) < 0)
		bail_out("%s is empty", path);
	fclose(file);
	free(path);
	return text;
}

static void add(struct list *list, const char *name, size_t length)
{
	if (list->count == CAUSES_MAX || length >= NAME_SIZE)
		bail_out("too many causes, or too long a name");
	for (size_t i = 0; i < length; i++)
		list->names[list->count][i] = tolower((unsigned char)name[i]);
	list->names[list->count++][length] = '\0';
}

/* Collects the words right after each mark. */
static struct list words_after(const char *text, const char *mark)
{
	struct list list = { 0 };

	while ((text = strstr(text, mark))) {
		text += strlen(mark);
		add(&list, text, strspn(text, letters));
	}
	return list;
}

static bool holds(const struct list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->names[i], name))
			return true;
	return false;
}

static void same(const struct list *got, const struct list *wanted, const char *where)
{
	size_t i = 0;

	is_int(got->count, wanted->count, "%s: as many causes as the header has", where);
	while (i < got->count && i < wanted->count && !strcmp(got->names[i], wanted->names[i]))
		i++;
	if (!ok(i == wanted->count, "%s: the same names in the same order", where))
		diag("number %zu: %s, wanted %s", i, i < got->count ? got->names[i] : "none",
		     i < wanted->count ? wanted->names[i] : "none");
}

/* The header's causes; enum cgswap_cause begins with CGSWAP_CAUSE_NONE. */
static struct list in_header(void)
{
	char *text = read_file(source_path("include/cgswap.h")), *begin, *end;
	struct list all, list = { 0 };

	begin = strstr(text, "enum cgswap_cause {");
	end = begin ? strchr(begin, '}') : NULL;
	if (!end)
		bail_out("the header has no enum cgswap_cause");
	*end = '\0';
	all = words_after(begin, "CGSWAP_CAUSE_");
	for (size_t i = 1; i < all.count; i++)
		add(&list, all.names[i], strlen(all.names[i]));
	free(text);
	return list;
}

static struct list in_library(void)
{
	struct list list = { 0 };

	for (size_t i = 0; i < cgswap_cause_get_count(); i++) {
		const char *name = cgswap_cause_get_name(cgswap_cause_get_at(i));

		add(&list, name, strlen(name));
	}
	return list;
}

static void table(const struct list *causes)
{
	char *text = read_file(source_path("src/base/causes.def"));
	struct list constants = words_after(text, "\nCAUSE("), names = { 0 };

	for (const char *at = strstr(text, "\nCAUSE("); at; at = strstr(at + 1, "\nCAUSE(")) {
		const char *name = strchr(at, ',') + 2;

		add(&names, name, strcspn(name, ","));
	}
	same(&constants, causes, "the constants of the table");
	same(&names, causes, "the names of the table");
	free(text);
}

/* An example is a command or a call, and its message: two lines. */
static bool is_example(const char *example)
{
	const char *answer = strchr(example, '\n');
	bool typed = !strncmp(example, "$ ", 2);

	if (!answer++ || strchr(answer, '\n') || answer - example > 100)
		return false;
	if (strncmp(answer, "cgswap: ", 8))
		return !typed && strstr(example, "cgswap_") && strstr(answer, ": ");
	return typed && strstr(example, "cgswap ") && strstr(answer + 8, ": ");
}

static void examples(void)
{
	for (size_t i = 0; i < cgswap_cause_get_count(); i++) {
		enum cgswap_cause cause = cgswap_cause_get_at(i);

		if (!ok(is_example(cgswap_cause_get_example(cause)), "%s has an example",
			cgswap_cause_get_name(cause)))
			diag("%s", cgswap_cause_get_example(cause));
	}
	is_str(cgswap_cause_get_example(CGSWAP_CAUSE_NONE), "", "CGSWAP_CAUSE_NONE has no example");
	is_str(cgswap_cause_get_example((enum cgswap_cause)9999), "",
	       "an unknown cause has no example");
}

static const char *text_of(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static bool is_cause(json_t *object, enum cgswap_cause cause)
{
	json_t *list = json_object_get(object, "errnos"), *word;
	char errnos[128] = "";
	size_t index;

	json_array_foreach(list, index, word)
		snprintf(errnos + strlen(errnos), sizeof(errnos) - strlen(errnos), "%s%s",
			 index ? " " : "", json_string_value(word));
	return !strcmp(errnos, cgswap_cause_get_errnos(cause)) &&
	       !strcmp(text_of(object, "status"),
		       cgswap_status_get_name(cgswap_cause_get_status(cause))) &&
	       !strcmp(text_of(object, "meaning"), cgswap_cause_get_meaning(cause)) &&
	       !strcmp(text_of(object, "remedy"), cgswap_cause_get_remedy(cause)) &&
	       !strcmp(text_of(object, "example"), cgswap_cause_get_example(cause));
}

static void command(const struct list *causes)
{
	struct command command = cgswap_run("explain", "--json", NULL);
	json_t *json = command_json(&command), *list = json_object_get(json, "causes"), *object;
	struct list names = { 0 };
	size_t index;

	json_array_foreach(list, index, object) {
		const char *name = text_of(object, "cause");

		add(&names, name, strlen(name));
		ok(is_cause(object, cgswap_cause_get_at(index)), "explain has the texts of %s",
		   name);
	}
	same(&names, causes, "cgswap explain --json");
	json_decref(json);
	command_free(&command);
}

/* Makes one blank of every run of blanks and line breaks. */
static void join_lines(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (!isspace((unsigned char)*from))
			*to++ = *from;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = '\0';
}

/* The text output of explain for one cause has all its texts. */
static void for_people(enum cgswap_cause cause)
{
	struct command command = cgswap_run("explain", cgswap_cause_get_name(cause), NULL);
	const char *example = cgswap_cause_get_example(cause), *answer = strchr(example, '\n') + 1;
	char typed[128];

	join_lines(command.out);
	snprintf(typed, sizeof(typed), "%.*s", (int)strcspn(example, "\n"), example);
	is_int(command.status, 0, "explain %s", cgswap_cause_get_name(cause));
	has_str(command.out, cgswap_cause_get_meaning(cause), "it has the meaning");
	has_str(command.out, cgswap_cause_get_remedy(cause), "it has the remedy");
	has_str(command.out, typed, "it has the command of the example");
	has_str(command.out, answer, "it has the message of the example");
	command_free(&command);
}

/* Names of characters in the page: quotes of each kind are compared as one. */
static const struct {
	const char *markup;
	char character;
} characters[] = {
	{ "\\(oq", '\'' }, { "\\(cq", '\'' }, { "\\(aq", '\'' }, { "\\(dq", '"' }, { "\\e", '\\' },
};

/* Replaces the name of a character by the character. Returns the length of the name, or 0. */
static size_t read_character(const char *from, char *to)
{
	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		size_t length = strlen(characters[i].markup);

		if (strncmp(from, characters[i].markup, length))
			continue;
		*to = characters[i].character;
		return length;
	}
	return 0;
}

/* Returns the page without its markup and with single blanks. */
static char *page_text(void)
{
	char *text = read_file(build_path("man/cgswap-causes.7")), *to = text;
	size_t length;

	for (const char *from = text; *from; from++) {
		length = read_character(from, to);
		if (length) {
			from += length - 1;
			to++;
			continue;
		}
		if (!strncmp(from, "\\%", 2) || !strncmp(from, "\\-", 2))
			from++;
		if (*from == '%')
			continue;
		if (!isspace((unsigned char)*from))
			*to++ = *from;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = '\0';
	return text;
}

static void in_page(const char *page, const char *text, const char *what, const char *name)
{
	char flat[512], *to = flat;

	for (; *text && to < flat + sizeof(flat) - 1; text++)
		if (*text != '%')
			*to++ = *text == '`' ? '\'' : *text;
	*to = '\0';
	ok(strstr(page, flat) != NULL, "the man page has the %s of %s", what, name);
}

static void man_page(const struct list *causes)
{
	char *text = read_file(build_path("man/cgswap-causes.7")), *page = page_text();
	struct list names = words_after(text, "\n.It Sy ");

	same(&names, causes, "the man page");
	for (size_t i = 0; i < cgswap_cause_get_count(); i++) {
		enum cgswap_cause cause = cgswap_cause_get_at(i);
		const char *name = cgswap_cause_get_name(cause);

		in_page(page, cgswap_cause_get_meaning(cause), "meaning", name);
		in_page(page, cgswap_cause_get_remedy(cause), "remedy", name);
		in_page(page, strchr(cgswap_cause_get_example(cause), '\n') + 1, "example", name);
	}
	free(page);
	free(text);
}

/* Checks a word of a comment that can only be a cause or a field in brackets. */
static void check_word(const struct list *causes, const char *word, size_t length)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	if (!strchr(name, '_') || !islower((unsigned char)*name) ||
	    !strncmp(name, "cgswap_", 7) || word[-1] == '(')
		return;
	if (!holds(causes, name))
		ok(false, "the header names the unknown cause %s", name);
}

/* Checks the causes that the header's comments name after @return. */
static void promises(const struct list *causes)
{
	char *text = read_file(source_path("include/cgswap.h"));
	size_t comments = 0;

	for (char *at = strstr(text, "@return"); at; at = strstr(at, "@return")) {
		char *end = strstr(at, "*/");

		comments++;
		while (at < end) {
			size_t length = strspn(at, letters);

			check_word(causes, at, length);
			at += length + 1;
		}
	}
	ok(comments > 20, "the header documents the results of calls (%zu)", comments);
	free(text);
}

/* Every `cgswap explain X` of a document names an existing cause. */
static void mentions(const struct list *causes, const char *file)
{
	char *text = read_file(source_path(file));
	struct list names = words_after(text, "cgswap explain ");

	for (size_t i = 0; i < names.count; i++)
		if (*names.names[i])
			ok(holds(causes, names.names[i]), "%s mentions a cause: %s", file,
			   names.names[i]);
	free(text);
}

int main(void)
{
	static const char *const files[] = { "README", "HACKING", "NEWS", "man/cgswap.8",
					     "man/libcgswap.3", "man/cgswap-causes.7.in" };
	struct list causes = in_header(), library = in_library();

	ok(causes.count >= 68, "the header has causes (%zu)", causes.count);
	same(&library, &causes, "the library");
	table(&causes);
	examples();
	command(&causes);
	for_people(CGSWAP_CAUSE_HELD_BY_LINK);
	for_people(CGSWAP_CAUSE_HANDLE_CLOSED);
	man_page(&causes);
	promises(&causes);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		mentions(&causes, files[i]);
	return done_testing();
}
