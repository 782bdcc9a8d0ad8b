/* SPDX-License-Identifier: BSD-2-Clause */
#include "cases.h"

#include "../lib/live.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES_MAX = 400, FIELDS = 4 };

struct line {
	char *text;
	const char *field[FIELDS]; /* op, case, errno, cause */
	bool used;
};

static struct line lines[CASES_MAX];
static size_t line_count;

static void split(struct line *line)
{
	char *at = line->text;

	at[strcspn(at, "\n")] = '\0';
	for (int i = 0; i < FIELDS; i++) {
		line->field[i] = at;
		at += strcspn(at, "\t");
		if ((*at == '\0') != (i == FIELDS - 1))
			bail_out("cases.tsv: '%s' does not have %d fields", line->text, FIELDS);
		*at++ = '\0';
	}
}

void cases_read(void)
{
	char *path = source_path("tests/matrix/cases.tsv"), text[512];
	FILE *file = fopen(path, "re");

	if (!file || !fgets(text, sizeof(text), file))
		bail_out("%s: %s", path, strerror(errno));
	while (fgets(text, sizeof(text), file)) {
		if (line_count == CASES_MAX)
			bail_out("more than %d cases", CASES_MAX);
		lines[line_count].text = strdup(text);
		if (!lines[line_count].text)
			bail_out("out of memory");
		split(&lines[line_count++]);
	}
	fclose(file);
	free(path);
}

static int errno_of(const char *name)
{
	if (!strcmp(name, "OK"))
		return 0;
	for (int i = 1; i < 200; i++)
		if (!strcmp(cgswap_errno_get_name(i), name))
			return i;
	bail_out("cases.tsv: unknown errno '%s'", name);
}

enum cgswap_cause cases_cause(const char *name)
{
	enum cgswap_cause cause = cgswap_cause_get_by_name(name);

	if (!cause && strcmp(name, "ok") && strcmp(name, "-"))
		bail_out("unknown cause '%s'", name);
	return cause;
}

bool cases_find(struct wanted *out, const struct row *row)
{
	for (size_t i = 0; i < line_count; i++) {
		struct line *line = &lines[i];

		if (strcmp(line->field[0], row->op) || strcmp(line->field[1], row->name))
			continue;
		line->used = true;
		*out = (struct wanted){
			.errnum = errno_of(line->field[2]),
			.cause = cases_cause(line->field[3]),
			.cannot_be_called = !strcmp(line->field[3], "-"),
		};
		return true;
	}
	return false;
}

void cases_all_used(void)
{
	size_t unused = 0;

	for (size_t i = 0; i < line_count; i++) {
		if (lines[i].used)
			continue;
		diag("no row for %s: %s", lines[i].field[0], lines[i].field[1]);
		unused++;
	}
	ok(!unused, "each of the %zu cases has a row", line_count);
	for (size_t i = 0; i < line_count; i++)
		free(lines[i].text);
}
