/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A journal whose lines were exchanged, repeated or left out is refused, although each line is as it
 * was written. One that was written by hand, with right checksums, is refused for each field
 * that is missing or cannot be true, and if it is of another version.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/journal.h"

#include "../lib/tap.h"

#define STEP(index, more)                                                                          \
	"step index=" #index " cgroup_id=4711 cgroup=/c type=cgroup_inet_egress method=plain "    \
	"link_id=0 position=1 old_id=1" #index " old_name=a old_tag=00 new_id=2" #index           \
	" new_name=b new_tag=11 old_preorder=no new_preorder=no" more

enum { LINES_MAX = 16, NOTES = 5 };

static const char *const lines[] = {
	"transaction version=1 id=7 uid=0 pid=2 since=3 command=a boot=x pins=/b/cgswap_transaction_7_0",
	STEP(0, ""),
	STEP(1, " pin=/b/p pin_was_old=1"),
	"map id=5 program_id=10 name=jump slots=0,2-5",
	"ready steps=2 maps=1",
	"done step=0",
	"done step=1",
	"undone step=1",
};

enum { COUNT = sizeof(lines) / sizeof(*lines) };

/* Ends the text with its checksum, and appends it as a line of a journal. */
static void seal(struct journal_text *out, const char *line)
{
	journal_text_begin(out, line);
	journal_text_end(out);
}

/* Takes the text. Returns true if it is refused as damaged. */
static bool is_refused(char *text, size_t length)
{
	struct journal_record *record;
	enum cgswap_status status = journal_record_parse(&record, text, length, "journal");
	bool complete = !status && record->is_complete;

	if (!status)
		journal_record_free(record);
	/* without its last line it never was in its place, and the sweep refuses it */
	return status ? cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_JOURNAL_DAMAGED
		      : !complete;
}

/* ---- lines as they were written, but elsewhere ----------------------------------------------- */

static char *sealed[COUNT]; /* with their newlines */

static void split(void)
{
	struct journal_text text = { 0 };
	size_t from = 0;

	for (size_t i = 0; i < COUNT; i++) {
		seal(&text, lines[i]);
		sealed[i] = strndup(text.data + from, text.length - from);
		from = text.length;
	}
	ok(!is_refused(text.data, text.length), "a whole journal is read");
}

/* Joins lines of these numbers. */
static bool is_refused_as(const size_t *order, size_t count)
{
	char *text = calloc(1, LINES_MAX * 512);

	for (size_t i = 0; i < count; i++)
		strcat(text, sealed[order[i]]);
	return is_refused(text, strlen(text));
}

static void rearrange(void)
{
	unsigned wrong = 0, done = 0;

	for (size_t a = 0; a < COUNT; a++)
		for (size_t b = 0; b < COUNT; b++) {
			size_t order[COUNT + 1], count = 0;

			/* line a behind line b: exchanged, or repeated where it was */
			for (size_t i = 0; i < COUNT; i++) {
				if (i != a || b == a)
					order[count++] = i;
				if (i == b)
					order[count++] = a;
			}
			if (b + 1 == a)
				continue;
			done++;
			wrong += !is_refused_as(order, count);
		}
	ok(!wrong, "%u times a line is elsewhere or twice: refused", done);
	for (size_t a = 0; a + 1 < COUNT; a++) {
		size_t order[COUNT], count = 0;

		for (size_t i = 0; i < COUNT; i++)
			if (i != a)
				order[count++] = i;
		wrong += !is_refused_as(order, count);
	}
	ok(!wrong, "a line is left out: refused");
}

/* ---- by hand --------------------------------------------------------------------------------- */

/* A line instead of another, with right checksums. */
static bool is_refused_with(size_t index, const char *line)
{
	struct journal_text text = { 0 };

	for (size_t i = 0; i < COUNT; i++) {
		if (i != index)
			seal(&text, lines[i]);
		else if (*line)
			seal(&text, line);
	}
	return is_refused(text.data, text.length);
}

/* Leaves out one field after another. */
static void leave_out_fields(size_t index)
{
	const char *line = lines[index], *field = strchr(line, ' ');
	unsigned wrong = 0;
	char other[512];

	for (; field; field = strchr(field + 1, ' ')) {
		snprintf(other, sizeof(other), "%.*s%s", (int)(field - line), line,
			 strchr(field + 1, ' ') ? strchr(field + 1, ' ') : "");
		/* a pin is optional, but not what is there if it is */
		if (strncmp(field, " pin=", 5) == 0 || is_refused_with(index, other))
			continue;
		diag("believed: %s", other);
		wrong++;
	}
	ok(!wrong, "line %zu without one of its fields: refused", index);
}

static void write_by_hand(void)
{
	static const struct {
		size_t index;
		const char *from, *to;
	} cases[] = {
		{ 0, "version=1", "version=2" },
		{ 0, "version=1", "version=0" },
		{ 0, "id=7", "id=0" },
		{ 0, "id=7", "id=-7" },
		{ 0, "id=7", "id=18446744073709551616" },
		{ 0, "pid=2", "pid=x" },
		{ 0, "command=a", "command=%00" },
		{ 0, "command=a", "command=%zz" },
		{ 0, "transaction", "lock" },
		{ 1, "index=0", "index=1" },
		{ 1, "cgroup=/c", "cgroup=c" },
		{ 1, "cgroup=/c", "cgroup=" },
		{ 1, "cgroup=/c", "cgroup=fd:3" },
		{ 1, "cgroup_inet_egress", "xdp" },
		{ 1, "plain", "wonder" },
		{ 1, "plain", "link" },
		{ 1, "link_id=0", "link_id=9" },
		{ 1, "old_id=10", "old_id=0" },
		{ 1, "new_id=20", "new_id=0" },
		{ 1, "new_id=20", "new_id=4294967296" },
		{ 1, "old_preorder=no", "old_preorder=perhaps" },
		{ 2, "pin=/b/p", "pin=p" },
		{ 2, "pin_was_old=1", "pin_was_old=2" },
		{ 3, "map ", "step " },
		{ 4, "steps=2", "steps=1" },
		{ 4, "steps=2", "steps=3" },
		{ 4, "maps=1", "maps=0" },
		{ 5, "step=0", "step=2" },
		{ 5, "done", "perhaps" },
		{ 5, "done", "ready" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *line = lines[cases[i].index], *at = strstr(line, cases[i].from);
		char other[512];

		snprintf(other, sizeof(other), "%.*s%s%s", (int)(at - line), line, cases[i].to,
			 at + strlen(cases[i].from));
		ok(is_refused_with(cases[i].index, other), "by hand: %s", cases[i].to);
	}
	for (size_t i = 0; i < NOTES; i++)
		ok(is_refused_with(i, ""), "by hand: no line %zu", i);
}

int main(void)
{
	split();
	rearrange();
	for (size_t i = 0; i < NOTES + 1; i++)
		leave_out_fields(i);
	write_by_hand();
	for (size_t i = 0; i < COUNT; i++)
		free(sealed[i]);
	return done_testing();
}
