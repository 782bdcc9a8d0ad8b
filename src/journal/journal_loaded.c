/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notes which constants cgswap set in a program that it loaded, or carried over from an old program
 * where a loader had set them, or may have. A later replace of that program knows then which ones
 * no loader has set.
 */
#include "base/error.h"
#include "journal/journal.h"

static bool loaded_same(const void *item, const void *key)
{
	return item == key;
}

enum cgswap_status journal_add_loaded(struct journal_writer *writer, const struct program *program,
				      const struct constant_report *constants)
{
	const void *id = (void *)(uintptr_t)program->info.id;
	uint64_t hash = hash_number(program->info.id);
	struct journal_text *text = &writer->text;

	if (journal_noted_has(&writer->loaded, hash, loaded_same, id))
		return CGSWAP_OK;
	if (journal_noted_reserve(&writer->loaded))
		return error_no_memory();
	journal_noted_add(&writer->loaded, hash, (void *)id);
	journal_text_begin(text, "loaded");
	journal_text_number(text, "program_id", program->info.id);
	journal_text_string(text, "tag", program->tag);
	journal_text_end(text);
	for (size_t i = 0; i < constants->carried_count; i++) {
		const struct carried_constant *constant = &constants->carried[i];

		journal_text_begin(text, constant->known ? "constant" : "carried");
		journal_text_number(text, "program_id", program->info.id);
		journal_text_string(text, "name", constant->name);
		journal_text_string(text, "value", constant->value);
		journal_text_end(text);
	}
	return CGSWAP_OK;
}
