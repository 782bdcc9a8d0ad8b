/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pins of maps by their names. A commit makes them before its first step, and takes them back if it
 * fails; for a process that dies in between, the journal has them.
 */
#include "journal/journal.h"

static enum cgswap_status map_pin_hold(struct cgswap_session *session, const char *path,
				       const struct map_claim_pin *pin)
{
	enum cgswap_status status = journal_pin(session, path, 'm', pin->map_id, pin->fd);

	if (!status && pin->old_id)
		status = journal_pin(session, path, 'm', pin->old_id, pin->old_fd);
	return status;
}

void journal_map_pin_write(struct journal_text *text, const struct journal_map_pin *pin)
{
	journal_text_begin(text, "map_pin");
	journal_text_string(text, "path", pin->path);
	journal_text_number(text, "program_id", pin->program_id);
	journal_text_number(text, "map_id", pin->map_id);
	journal_text_number(text, "old_id", pin->old_id);
	journal_text_number(text, "newest", pin->newest);
	journal_text_end(text);
}

enum cgswap_status journal_map_pins_write(struct journal_text *text, struct cgswap_session *session,
					  const char *path, const struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;
	struct journal_map_pin line;
	struct map_claim_pin pin;

	for (const struct map_claim *claim = program->claims; claim && !status;
	     claim = claim->next) {
		if (!map_claim_makes_pin(&pin, claim))
			continue;
		status = map_pin_hold(session, path, &pin);
		line = (struct journal_map_pin){ pin.path, program->info.id, pin.map_id, pin.old_id,
						 pin.newest_program };
		journal_map_pin_write(text, &line);
	}
	return status;
}

static bool map_pin_number(uint32_t *out, const struct journal_line *line, const char *key)
{
	uint64_t number;

	if (!journal_line_number(line, key, UINT32_MAX, &number))
		return false;
	*out = (uint32_t)number;
	return true;
}

bool journal_map_pin_parse(struct journal_map_pin *out, const struct journal_line *line)
{
	out->path = journal_line_string(line, "path");
	return out->path && map_pin_number(&out->program_id, line, "program_id") &&
	       map_pin_number(&out->map_id, line, "map_id") &&
	       map_pin_number(&out->old_id, line, "old_id") && (out->map_id || out->old_id) &&
	       map_pin_number(&out->newest, line, "newest");
}
