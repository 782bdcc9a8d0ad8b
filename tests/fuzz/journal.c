/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libFuzzer's target: reads any bytes as a journal, and any lines with the checksums that they
 * should have, since no fuzzer guesses those. A record that is believed has all its parts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "journal/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool good)
{
	if (!good)
		abort();
}

static void need_program(const struct journal_program *program)
{
	need(program->id && program->name && program->tag);
}

static void look_at(const struct journal_record *record)
{
	need(record->id && record->boot && record->pins && record->length);
	for (size_t i = 0; i < record->step_count; i++) {
		const struct journal_step *step = &record->steps[i];

		need(step->type && *step->cgroup == '/' && (!step->pin || *step->pin == '/'));
		need((step->method == JOURNAL_LINK) == (step->link_id != 0));
		need_program(&step->old);
		need_program(&step->new);
	}
	for (size_t i = 0; i < record->map_count; i++) {
		const char *slots = record->maps[i].slots;

		need(slots && record->maps[i].name);
		for (size_t j = 0; j < record->map_count; j++)
			journal_slots_missing(slots, record->maps[j].slots);
		need(journal_slots_missing(slots, "0-4294967295") == -1);
	}
}

/* Takes the text, which has a NUL behind its length. */
static void parse(char *text, size_t length)
{
	struct journal_record *record;

	if (!journal_record_parse(&record, text, length, "journal")) {
		look_at(record);
		journal_record_free(record);
		return;
	}
	need(cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_JOURNAL_DAMAGED);
	error_clear();
}

/* Exactly this size, so that the sanitizer notices a read past the end. */
static char *copy_of(const void *data, size_t size)
{
	char *copy = malloc(size + 1);

	need(copy != NULL);
	memcpy(copy, data, size);
	copy[size] = '\0';
	return copy;
}

/* Ends each line with its checksum. */
static void parse_sealed(const char *data, size_t size)
{
	struct journal_text text = { 0 };
	char *lines = copy_of(data, size), *save = NULL;

	for (char *line = strtok_r(lines, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		journal_text_begin(&text, line);
		journal_text_end(&text);
	}
	if (text.length)
		parse(copy_of(text.data, text.length), text.length);
	journal_text_free(&text);
	free(lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	parse(copy_of(data, size), size);
	parse_sealed((const char *)data, size);
	return 0;
}
