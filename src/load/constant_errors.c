/* SPDX-License-Identifier: BSD-2-Clause */
/* The errors of a constant plan: a value that may be lost, or a choice that cannot be made. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "load/constant_internal.h"

enum {
	MOST_NAMED = 16,
	NAMED_LENGTH = 520 /* then the message still has space for the count */
};

static const char *constant_file(const struct constant_planning *planning)
{
	return text_file_name(planning->reuse->request.path);
}

/* The old program, of several the one that has the first refused constant. */
static uint32_t constant_old_id(const struct constant_planning *planning)
{
	for (size_t i = 0; planning->rows && i < planning->new.constants.count; i++) {
		const struct constant_row *row = &planning->rows[i];

		if (row->refused && row->old)
			return planning->old.sections[row->old->map].program->info.id;
	}
	return planning->reuse->request.old ? planning->reuse->request.old->info.id : 0;
}

/* ---- refused constants ----------------------------------------------------------------------- */

static const struct program *constant_program_of(const struct constant_planning *planning,
						 const struct constant *old)
{
	return planning->old.sections[old->map].program;
}

/* The first of the old constants of this name that is not the same as the first one, or the last.
 */
static const struct constant *constant_find_other(const struct constant_planning *planning,
						  const struct constant *first)
{
	const struct constant *old = first, *next;

	while ((next = planning->old_pairs[old - planning->old.constants.items].next)) {
		old = next;
		if (!constant_same(old, first))
			break;
	}
	return old;
}

static bool constant_add_ambiguous(struct error_text *text,
				   const struct constant_planning *planning,
				   const struct constant_row *row)
{
	const struct constant *first = planning->new_pairs[row - planning->rows].first;
	const struct constant *other = constant_find_other(planning, first);
	const struct program *program = constant_program_of(planning, first);
	const struct program *second = constant_program_of(planning, other);
	char *now = constant_text(row->constant), *one = constant_text(first),
	     *two = constant_text(other);
	bool ok = now && one && two;

	if (ok && program != second)
		error_text_add(text,
			       "'%.100s'{constant} is %.40s{old_value} in program %u{program_id}, "
			       "%.40s{old_value} in program %u{program_id} and %.40s{new_value} in "
			       "the file",
			       row->constant->name, one, program->info.id, two, second->info.id,
			       now);
	else if (ok)
		error_text_add(text,
			       "several are named '%.100s'{constant} and cannot be told apart, "
			       "%.40s{old_value} and %.40s{old_value} in the program, "
			       "%.40s{new_value} in the file",
			       row->constant->name, one, two, now);
	free(now);
	free(one);
	free(two);
	return ok;
}

static bool constant_add_row(struct error_text *text, const struct constant_row *row)
{
	char *now = constant_text(row->constant), *old = row->old ? constant_text(row->old) : NULL;
	bool ok = now && (old || !row->old);

	if (ok && row->match == CONSTANT_OTHER_TYPE)
		error_text_add(
			text,
			"'%.100s'{constant} has another type, and is %.40s{old_value} in the "
			"program and %.40s{new_value} in the file",
			row->constant->name, old ? old : "not one value", now);
	else if (ok && old)
		error_text_add(text,
			       "'%.100s'{constant} is %.40s{old_value} in the program and "
			       "%.40s{new_value} in the file",
			       row->constant->name, old, now);
	else if (ok)
		error_text_add(text, "'%.100s'{constant} is %.40s{new_value} in the file",
			       row->constant->name, now);
	free(now);
	free(old);
	return ok;
}

/* Names the first refused rows, and counts the others. Sets *single to the row if it is one. */
static enum cgswap_status constant_add_rows(struct error_text *text,
					    const struct constant_planning *planning,
					    const struct constant_row **single)
{
	size_t named = 0, others = 0;

	for (size_t i = 0; i < planning->new.constants.count; i++) {
		const struct constant_row *row = &planning->rows[i];

		if (!row->refused)
			continue;
		if (others || named == MOST_NAMED || text->length > NAMED_LENGTH) {
			others++;
			continue;
		}
		error_text_add(text, "%s", named ? ", " : "");
		if (row->match == CONSTANT_AMBIGUOUS ? !constant_add_ambiguous(text, planning, row)
						     : !constant_add_row(text, row))
			return error_no_memory();
		*single = named++ ? NULL : row;
	}
	if (others) {
		error_text_add(text, ", and %zu{count} more", others);
		*single = NULL;
	}
	return CGSWAP_OK;
}

/* True if a refused row is of this kind. */
static bool constant_has(const struct constant_planning *planning, enum constant_match match)
{
	for (size_t i = 0; i < planning->new.constants.count; i++)
		if (planning->rows[i].refused && planning->rows[i].match == match)
			return true;
	return false;
}

static void constant_remedy(const struct constant_planning *planning,
			    const struct constant_row *single)
{
	const char *name = single ? single->constant->name : "NAME";

	if (constant_has(planning, CONSTANT_UNREADABLE))
		error_remedy("run the command with CAP_SYS_ADMIN, or use the values of the file "
			     "(--constants new)");
	else if (constant_has(planning, CONSTANT_UNNAMED) ||
		 constant_has(planning, CONSTANT_AMBIGUOUS) ||
		 constant_has(planning, CONSTANT_OTHER_TYPE))
		error_remedy("use the values of the file (--constants new), or give the value "
			     "(--constant %.100s=VALUE)",
			     name);
	else
		error_remedy(
			"keep the values of the program (--constants old), use those of the "
			"file (--constants new), or give one (--constant %.60s=VALUE); or name "
			"the program's file (--old-object FILE)",
			name);
}

enum cgswap_status constant_error_changed(const struct constant_planning *planning)
{
	const struct constant_row *single = NULL;
	struct error_text text;
	enum cgswap_status status;

	error_text_clear(&text);
	if (constant_has(planning, CONSTANT_UNREADABLE))
		error_text_add(&text,
			       "the constants of program %u{program_id} cannot be read without "
			       "%s{capability}, and may differ from those of '%.100s'{path}: ",
			       constant_old_id(planning), "CAP_SYS_ADMIN", constant_file(planning));
	else if (constant_has(planning, CONSTANT_UNNAMED))
		error_text_add(
			&text,
			"the constants of program %u{program_id} cannot be named, as its map "
			"has no BTF, and may differ from those of '%.100s'{path}: ",
			constant_old_id(planning), constant_file(planning));
	else
		error_text_add(&text,
			       "constants of program %u{program_id} and of '%.100s'{path} differ: ",
			       constant_old_id(planning), constant_file(planning));
	status = constant_add_rows(&text, planning, &single);
	if (status)
		return status;
	status = error_set_text(CGSWAP_CAUSE_CONSTANTS_CHANGED, 0, &text);
	constant_remedy(planning, single);
	return status;
}

/* Names the first constants of a section of the old program, and counts the others. */
static enum cgswap_status constant_add_section(struct error_text *text,
					       const struct constant_planning *planning,
					       const struct constant_section *section)
{
	size_t index = (size_t)(section - planning->old.sections), named = 0, others = 0;

	for (size_t i = 0; i < planning->old.constants.count; i++) {
		const struct constant *old = &planning->old.constants.items[i];
		char *value;

		if (old->map != index)
			continue;
		if (others || named == MOST_NAMED || text->length > NAMED_LENGTH) {
			others++;
			continue;
		}
		value = constant_text(old);
		if (!value)
			return error_no_memory();
		error_text_add(text, "%s'%.100s'{constant} is %.40s{old_value} in the program",
			       named++ ? ", " : "", old->name, value);
		free(value);
	}
	if (others)
		error_text_add(text, ", and %zu{count} more", others);
	return CGSWAP_OK;
}

enum cgswap_status constant_error_section(const struct constant_planning *planning,
					  const struct constant_section *section)
{
	struct error_text text;
	enum cgswap_status status = CGSWAP_OK;

	error_text_clear(&text);
	if (section->named) {
		error_text_add(&text,
			       "the constants of '%.100s'{path} cannot be named, as it has no BTF, "
			       "and may differ from those of program %u{program_id}: ",
			       constant_file(planning), section->program->info.id);
		status = constant_add_section(&text, planning, section);
	} else {
		error_text_add(
			&text,
			"the constants of program %u{program_id} cannot be named, as its map "
			"has no BTF, and may differ from those of '%.100s'{path}: the bytes "
			"of its '%.60s'{map} do",
			constant_old_id(planning), constant_file(planning), section->name);
	}
	if (status)
		return status;
	status = error_set_text(CGSWAP_CAUSE_CONSTANTS_CHANGED, 0, &text);
	error_remedy(section->named ? "compile the object with BTF (-g), or use the values of the "
				      "file (--constants new)"
				    : "use the values of the file (--constants new)");
	return status;
}

enum cgswap_status constant_error_dropped(const struct constant_planning *planning,
					  const struct constant *old)
{
	char *value = constant_text(old);

	if (!value)
		return error_no_memory();
	error_set(
		CGSWAP_CAUSE_CONSTANTS_CHANGED, 0,
		"constant '%.100s'{constant} is %.100s{old_value} in program %u{program_id}, and "
		"'%.100s'{path} has no such constant, and all constants must be kept (--maps require)",
		old->name, value, constant_program_of(planning, old)->info.id,
		constant_file(planning));
	error_remedy("drop it (--constant %.100s=new)", old->name);
	free(value);
	return CGSWAP_E_INCOMPATIBLE;
}

/* ---- choices --------------------------------------------------------------------------------- */

enum cgswap_status constant_error_unknown(const struct constant_planning *planning,
					  const struct constant_choice *choice)
{
	char name[CONSTANT_NAME_SIZE], near[256];
	struct suggestion suggestion = { .word = name };
	enum cgswap_status status;

	name[0] = '\0';
	strncat(name, choice->text,
		choice->name_length < sizeof(name) ? choice->name_length : sizeof(name) - 1);
	for (size_t i = 0; i < planning->new.constants.count; i++)
		suggest_consider(&suggestion, planning->new.constants.items[i].name);
	status = error_bad_argument(
		"'%.100s'{constant} is not a constant of '%.100s'{path}: it has no such const "
		"volatile variable",
		name, constant_file(planning));
	suggest_write(&suggestion, near, sizeof(near), "");
	if (*near)
		error_remedy("%s", near);
	return status;
}

enum cgswap_status constant_error_no_old(const struct constant_planning *planning,
					 const struct constant_choice *choice)
{
	uint32_t id = constant_old_id(planning);

	if (!id)
		return error_bad_argument(
			"'%.200s'{found} asks for the value of an old program, and there is none",
			choice->text);
	return error_bad_argument("'%.200s'{found} asks for the value of a constant that program "
				  "%u{program_id} does not have",
				  choice->text, id);
}

enum cgswap_status constant_error_struct(const struct constant_planning *planning,
					 const struct constant_choice *choice,
					 const struct constant *member)
{
	enum cgswap_status status = error_bad_argument(
		"'%.200s'{found} gives a value to a whole struct of '%.100s'{path}", choice->text,
		constant_file(planning));

	error_remedy("give its members values, one by one: %.150s=VALUE", member->name);
	return status;
}

enum cgswap_status constant_error_value(const struct constant_planning *planning,
					const struct constant_choice *choice, const char *expected)
{
	return error_bad_argument(
		"'%.200s'{found} is not a value of this constant of '%.100s'{path}; expected "
		"%s{expected}",
		choice->text, constant_file(planning), expected);
}
