/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A journal with any bit changed is refused as journal_damaged; so is one that is cut at any length
 * before all the steps that it began with are there. A note on a step, or a step that was found
 * later, may be cut at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "journal/journal.h"

#include "../lib/tap.h"

enum { STEPS = 3, LATER = 1 };

static char *text;
static size_t length, ready; /* where the notes begin */

static void write_step(struct journal_text *out, unsigned index)
{
	journal_text_begin(out, "step");
	journal_text_number(out, "index", index);
	journal_text_number(out, "cgroup_id", 4711 + index);
	journal_text_string(out, "cgroup", index == 1 ? "/sys/fs/cgroup/a b=%\n\x01\xff" : "/c");
	journal_text_string(out, "type", "cgroup_inet_egress");
	journal_text_string(out, "method", index == 2 ? "link" : "plain");
	journal_text_number(out, "link_id", index == 2 ? 9 : 0);
	journal_text_number(out, "position", UINT32_MAX);
	journal_text_number(out, "old_id", 10 + index);
	journal_text_string(out, "old_name", "");
	journal_text_string(out, "old_tag", "0123456789abcdef");
	journal_text_number(out, "new_id", 20 + index);
	journal_text_string(out, "new_name", "new");
	journal_text_string(out, "new_tag", "fedcba9876543210");
	journal_text_string(out, "old_preorder", "yes");
	journal_text_string(out, "new_preorder", "no");
	if (!index) {
		journal_text_string(out, "pin", "/sys/fs/bpf/x");
		journal_text_number(out, "pin_was_old", 1);
	}
	journal_text_end(out);
}

static void build(void)
{
	const struct journal_who who = { .uid = 1, .pid = 2, .since = 3, .command = "a command" };
	struct journal_text out = { 0 };

	journal_text_begin(&out, "transaction");
	journal_text_number(&out, "version", JOURNAL_VERSION);
	journal_text_number(&out, "id", 7);
	journal_who_write(&out, &who);
	journal_text_string(&out, "boot", "boot");
	journal_text_string(&out, "pins", "/sys/fs/bpf/cgswap_transaction_7_00000000");
	journal_text_end(&out);
	for (unsigned i = 0; i < STEPS; i++)
		write_step(&out, i);
	journal_text_begin(&out, "map");
	journal_text_number(&out, "id", 5);
	journal_text_number(&out, "program_id", 10);
	journal_text_string(&out, "name", "jump");
	journal_text_string(&out, "slots", "0,2-5");
	journal_text_end(&out);
	journal_text_begin(&out, "ready");
	journal_text_number(&out, "steps", STEPS);
	journal_text_number(&out, "maps", 1);
	journal_text_end(&out);
	ready = out.length;
	for (unsigned i = 0; i < STEPS; i++) {
		journal_text_begin(&out, "done");
		journal_text_number(&out, "step", i);
		journal_text_end(&out);
	}
	journal_text_begin(&out, "map");
	journal_text_number(&out, "id", 6);
	journal_text_number(&out, "program_id", 13);
	journal_text_string(&out, "name", "later");
	journal_text_string(&out, "slots", "");
	journal_text_end(&out);
	write_step(&out, STEPS);
	journal_text_begin(&out, "done");
	journal_text_number(&out, "step", STEPS);
	journal_text_end(&out);
	text = out.data;
	length = out.length;
}

static bool is_step(const struct journal_step *step, unsigned index)
{
	return step->cgroup_id == 4711 + index && step->old.id == 10 + index &&
	       step->new.id == 20 + index && step->link_id == (index == 2 ? 9 : 0) &&
	       step->method == (index == 2 ? JOURNAL_LINK : JOURNAL_PLAIN) &&
	       !strcmp(step->cgroup, index == 1 ? "/sys/fs/cgroup/a b=%\n\x01\xff" : "/c") &&
	       !strcmp(step->type->name, "cgroup_inet_egress") && step->position == UINT32_MAX &&
	       !strcmp(step->old.tag, "0123456789abcdef") &&
	       step->old_preorder == CGSWAP_PREORDER_YES &&
	       step->new_preorder == CGSWAP_PREORDER_NO && !step->pin == (index != 0);
}

/* Returns the number of notes, if the rest is as it was written; -1: it was refused; -2: neither. */
static int parse(const char *data, size_t size)
{
	char *copy = malloc(size + 1);
	struct journal_record *record;
	int notes = 0;

	memcpy(copy, data, size);
	copy[size] = '\0';
	if (journal_record_parse(&record, copy, size, "journal"))
		return cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_JOURNAL_DAMAGED
			       ? -1
			       : -2;
	/* without its last line it is one that was never put in its place */
	if (!record->is_complete)
		notes = -1;
	else if (record->id != 7 || record->step_count < STEPS ||
		 record->step_count > STEPS + LATER || record->map_count < 1 ||
		 record->map_count < record->step_count - STEPS + 1 ||
		 strcmp(record->who.command, "a command") || strcmp(record->maps[0].slots, "0,2-5"))
		notes = -2;
	for (unsigned i = 0; i < record->step_count && notes >= 0; i++) {
		if (!is_step(&record->steps[i], i))
			notes = -2;
		else
			notes += record->steps[i].progress == JOURNAL_DONE;
	}
	journal_record_free(record);
	return notes;
}

int main(void)
{
	unsigned wrong = 0, refused = 0;

	build();
	is_int(parse(text, length), STEPS + LATER, "a whole journal");
	for (size_t i = 0; i < length; i++)
		for (int bit = 0; bit < 8; bit++) {
			int notes;

			text[i] ^= (char)(1 << bit);
			notes = parse(text, length);
			text[i] ^= (char)(1 << bit);
			refused += notes == -1;
		}
	is_int(refused, (long long)(8 * length), "each bit changed: all are refused");
	for (size_t i = 0; i < length; i++) {
		int notes = parse(text, i);

		wrong += i < ready ? notes != -1 : notes < 0;
	}
	ok(!wrong, "cut at each length: refused before all steps are there");
	is_int(journal_slots_missing("0,2-5", "0-9"), -1, "no slot is missing");
	is_int(journal_slots_missing("0,2-5", "0,2-3,5"), 4, "a slot in a range is missing");
	is_int(journal_slots_missing("0,2-5", ""), 0, "all are missing");
	is_int(journal_slots_missing("", "1"), -1, "none was filled");
	free(text);
	return done_testing();
}
