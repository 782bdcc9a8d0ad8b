/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a record. A journal in its place has all the steps that it began with, since these were
 * written in full before it got its name. After them it has notes on steps, and steps that were
 * found later. Its last line may be cut: a step that is cut was not begun.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "journal/journal.h"

const char *const journal_method_names[] = { "plain", "link", "overwrite" };
const char *const journal_preorder_names[] = { "unknown", "no", "yes" };

/* The state of a read. */
struct journal_read {
	struct journal_record *record;
	size_t step_capacity, map_capacity, map_pin_capacity, loaded_capacity, constant_capacity,
		carried_capacity;
	const char *reason; /* it cannot be believed for this */
};

static bool read_refuse(struct journal_read *read, const char *reason)
{
	if (!read->reason)
		read->reason = reason;
	return false;
}

static bool read_word(unsigned *out, const struct journal_line *line, const char *key,
		      const char *const *words, unsigned count)
{
	const char *value = journal_line_string(line, key);

	for (*out = 0; value && *out < count; ++*out)
		if (strcmp(words[*out], value) == 0)
			return true;
	return false;
}

static bool read_id(uint32_t *out, const struct journal_line *line, const char *key)
{
	uint64_t number;

	if (!journal_line_number(line, key, UINT32_MAX, &number))
		return false;
	*out = (uint32_t)number;
	return true;
}

/* ---- the kinds of lines ---------------------------------------------------------------------- */

/* A transaction may be one to be held, or one that takes another back. */
static bool read_aim(struct journal_aim *aim, const struct journal_line *line)
{
	uint64_t keep = 0;

	if (journal_line_string(line, "undoes") &&
	    !journal_line_number(line, "undoes", UINT64_MAX, &aim->undoes))
		return false;
	if (journal_line_string(line, "keep") &&
	    !journal_line_number(line, "keep", UINT32_MAX, &keep))
		return false;
	aim->keep = (uint32_t)keep;
	return true;
}

static bool read_head(struct journal_read *read, const struct journal_line *line)
{
	struct journal_record *record = read->record;
	uint64_t version;

	if (strcmp(line->kind, "transaction") != 0 || record->boot ||
	    !journal_line_number(line, "version", UINT32_MAX, &version))
		return read_refuse(read, "does not begin a journal");
	if (version != JOURNAL_VERSION)
		return read_refuse(read, "is of another version of cgswap");
	record->boot = journal_line_string(line, "boot");
	record->pins = journal_line_string(line, "pins");
	if (journal_line_string(line, "bpffs") &&
	    !journal_line_number(line, "bpffs", UINT64_MAX, &record->bpffs))
		return read_refuse(read, "does not say in which bpffs its pins are");
	if (!record->boot || !record->pins ||
	    !journal_line_number(line, "id", UINT64_MAX, &record->id) || !record->id ||
	    !journal_who_parse(&record->who, line) || !read_aim(&record->aim, line))
		return read_refuse(read, "does not say whose journal it is");
	return true;
}

static bool read_program(struct journal_program *out, const struct journal_line *line,
			 const char *id, const char *name, const char *tag)
{
	out->name = journal_line_string(line, name);
	out->tag = journal_line_string(line, tag);
	return out->name && out->tag && read_id(&out->id, line, id) && out->id;
}

/* Fields that a step must have; a pin is optional. */
static bool read_step_fields(struct journal_step *step, const struct journal_line *line)
{
	const char *type = journal_line_string(line, "type");
	unsigned method, old_preorder, new_preorder;
	uint64_t pin_was_old = 0, pin_removed = 0;

	step->cgroup = journal_line_string(line, "cgroup");
	step->pin = journal_line_string(line, "pin");
	if (!type || !step->cgroup || attach_type_find(&step->type, type) ||
	    !journal_line_number(line, "cgroup_id", UINT64_MAX, &step->cgroup_id) ||
	    !read_word(&method, line, "method", journal_method_names, 3) ||
	    !read_word(&old_preorder, line, "old_preorder", journal_preorder_names, 3) ||
	    !read_word(&new_preorder, line, "new_preorder", journal_preorder_names, 3) ||
	    !read_id(&step->link_id, line, "link_id") ||
	    !read_id(&step->position, line, "position") ||
	    !read_program(&step->old, line, "old_id", "old_name", "old_tag") ||
	    !read_program(&step->new, line, "new_id", "new_name", "new_tag"))
		return false;
	/* they would mean something else in each process */
	if (*step->cgroup != '/' || (step->pin && *step->pin != '/'))
		return false;
	if (step->pin && !journal_line_number(line, "pin_was_old", 1, &pin_was_old))
		return false;
	if (journal_line_string(line, "pin_removed") &&
	    !journal_line_number(line, "pin_removed", 1, &pin_removed))
		return false;
	step->method = method;
	step->old_preorder = old_preorder;
	step->new_preorder = new_preorder;
	step->pin_was_old = pin_was_old;
	step->pin_removed = pin_removed;
	return (step->method == JOURNAL_LINK) == (step->link_id != 0);
}

/* Makes memory for another element of an array. */
static void *read_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	void *bigger;

	if (count < *capacity)
		return array;
	bigger = realloc(array, (*capacity ? *capacity * 2 : 16) * size);
	if (bigger)
		*capacity = *capacity ? *capacity * 2 : 16;
	return bigger;
}

static bool read_step(struct journal_read *read, const struct journal_line *line)
{
	struct journal_record *record = read->record;
	struct journal_step *steps = read_grow(record->steps, record->step_count,
					       &read->step_capacity, sizeof(*steps));
	uint64_t index;

	if (!steps)
		return read_refuse(read, "");
	record->steps = steps;
	steps += record->step_count;
	memset(steps, 0, sizeof(*steps));
	if (!journal_line_number(line, "index", UINT32_MAX, &index) ||
	    index != record->step_count || !read_step_fields(steps, line))
		return read_refuse(read, "is not a step of a transaction");
	record->step_count++;
	return true;
}

static bool read_map(struct journal_read *read, const struct journal_line *line)
{
	struct journal_record *record = read->record;
	struct journal_map *maps = read_grow(record->maps, record->map_count, &read->map_capacity,
					     sizeof(*maps));

	if (!maps)
		return read_refuse(read, "");
	record->maps = maps;
	maps += record->map_count;
	maps->name = journal_line_string(line, "name");
	maps->slots = journal_line_string(line, "slots");
	if (!maps->name || !maps->slots || !read_id(&maps->id, line, "id") ||
	    !read_id(&maps->program_id, line, "program_id"))
		return read_refuse(read, "is not a map of a transaction");
	record->map_count++;
	return true;
}

static bool read_loaded(struct journal_read *read, const struct journal_line *line)
{
	struct journal_record *record = read->record;
	struct journal_loaded *loaded = read_grow(record->loaded, record->loaded_count,
						  &read->loaded_capacity, sizeof(*loaded));

	if (!loaded)
		return read_refuse(read, "");
	record->loaded = loaded;
	loaded += record->loaded_count;
	loaded->tag = journal_line_string(line, "tag");
	if (!loaded->tag || !read_id(&loaded->program_id, line, "program_id"))
		return read_refuse(read, "is not a program of a transaction");
	record->loaded_count++;
	return true;
}

static bool read_one_constant(struct journal_read *read, const struct journal_line *line,
			      struct journal_constants *constants, size_t *capacity)
{
	struct journal_constant *items = read_grow(constants->items, constants->count, capacity,
						   sizeof(*items));

	if (!items)
		return read_refuse(read, "");
	constants->items = items;
	items += constants->count;
	items->name = journal_line_string(line, "name");
	items->value = journal_line_string(line, "value");
	if (!items->name || !items->value || !read_id(&items->program_id, line, "program_id"))
		return read_refuse(read, "is not a constant of a program");
	constants->count++;
	return true;
}

static bool read_constant(struct journal_read *read, const struct journal_line *line)
{
	return read_one_constant(read, line, &read->record->constants, &read->constant_capacity);
}

static bool read_carried(struct journal_read *read, const struct journal_line *line)
{
	return read_one_constant(read, line, &read->record->carried, &read->carried_capacity);
}

static bool read_map_pin(struct journal_read *read, const struct journal_line *line)
{
	struct journal_record *record = read->record;
	struct journal_map_pin *pins = read_grow(record->map_pins, record->map_pin_count,
						 &read->map_pin_capacity, sizeof(*pins));

	if (!pins)
		return read_refuse(read, "");
	record->map_pins = pins;
	if (!journal_map_pin_parse(&pins[record->map_pin_count], line))
		return read_refuse(read, "is not a pin of a map of a transaction");
	record->map_pin_count++;
	return true;
}

static bool read_ready(struct journal_read *read, const struct journal_line *line)
{
	struct journal_record *record = read->record;
	uint64_t steps, maps;

	if (!journal_line_number(line, "steps", UINT32_MAX, &steps) ||
	    steps != record->step_count || !journal_line_number(line, "maps", UINT32_MAX, &maps) ||
	    maps != record->map_count)
		return read_refuse(read, "counts other steps than the journal has");
	record->is_complete = true;
	return true;
}

/* A note on a step, or the end. */
static bool read_note(struct journal_read *read, const struct journal_line *line)
{
	struct journal_record *record = read->record;
	bool done = strcmp(line->kind, "done") == 0;
	uint64_t index;

	if (strcmp(line->kind, "ended") == 0) {
		record->ended = journal_line_string(line, "how");
		return record->ended || read_refuse(read, "does not say how it ended");
	}
	if ((!done && strcmp(line->kind, "undone") != 0) ||
	    !journal_line_number(line, "step", UINT32_MAX, &index) || index >= record->step_count)
		return read_refuse(read, "is not a note on a step");
	record->steps[index].progress = done ? JOURNAL_DONE : JOURNAL_UNDONE;
	return true;
}

static bool read_line(struct journal_read *read, const struct journal_line *line)
{
	if (!read->record->boot)
		return read_head(read, line);
	if (strcmp(line->kind, "loaded") == 0)
		return read_loaded(read, line);
	if (strcmp(line->kind, "constant") == 0)
		return read_constant(read, line);
	if (strcmp(line->kind, "carried") == 0)
		return read_carried(read, line);
	if (strcmp(line->kind, "step") == 0 && !read->record->ended)
		return read_step(read, line);
	if (strcmp(line->kind, "map") == 0 && !read->record->ended)
		return read_map(read, line);
	if (strcmp(line->kind, "map_pin") == 0 && !read->record->ended)
		return read_map_pin(read, line);
	if (read->record->is_complete)
		return read_note(read, line);
	if (strcmp(line->kind, "ready") == 0)
		return read_ready(read, line);
	return read_refuse(read, "is not a line of a journal");
}

/* ---- the file -------------------------------------------------------------------------------- */

/* Returns the number of the line that cannot be believed, with its reason; 0: all can. */
static size_t read_lines(struct journal_read *read, char *text, size_t length)
{
	size_t number = 0, left = length;
	struct journal_line line;
	uint32_t sum = 0;

	while (left) {
		char *end = memchr(text, '\n', left);
		size_t size = end ? (size_t)(end - text) : left;

		number++;
		/* the process was killed, or the disk was full */
		if (!end && read->record->is_complete && journal_line_is_cut(text, size))
			return 0;
		if (!end)
			return read_refuse(read, "is cut"), number;
		if (!journal_line_read(&line, text, size, &sum))
			return read_refuse(read, "was changed: its checksum is wrong"), number;
		if (!read_line(read, &line))
			return number;
		text = end + 1;
		left -= size + 1;
		read->record->length = length - left;
		read->record->sum = sum;
	}
	return 0;
}

enum cgswap_status journal_record_parse(struct journal_record **out, char *text, size_t length,
					const char *path)
{
	struct journal_read read = { .record = calloc(1, sizeof(*read.record)) };
	enum cgswap_status status = CGSWAP_OK;
	size_t line;

	*out = NULL;
	if (!read.record) {
		free(text);
		return error_no_memory();
	}
	read.record->text = text;
	line = read_lines(&read, text, length);
	if (read.reason && !*read.reason)
		status = error_no_memory();
	else if (line)
		status = journal_error_damaged(path, line, read.reason);
	else if (!read.record->boot)
		status = journal_error_damaged(path, 0, "is empty");
	if (status)
		journal_record_free(read.record);
	else
		*out = read.record;
	return status;
}

void journal_record_free(struct journal_record *record)
{
	if (!record)
		return;
	free(record->steps);
	free(record->maps);
	free(record->loaded);
	free(record->constants.items);
	free(record->carried.items);
	free(record->map_pins);
	free(record->text);
	free(record);
}

enum cgswap_status journal_record_read(struct journal_record **out,
				       const struct journal_directory *directory, const char *name)
{
	char path[PATH_MAX];
	size_t length;
	char *text;
	int err;

	*out = NULL;
	snprintf(path, sizeof(path), "%s/%s", directory->path, name);
	err = journal_file_read(directory, name, &text, &length);
	if (err == -ENOENT)
		return CGSWAP_OK;
	if (err)
		return journal_error_unreadable(directory->kernel, path, -err);
	return journal_record_parse(out, text, length, path);
}
