/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/constant_plan.h"

#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/string_list.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "load/constant_internal.h"

/* ---- reading --------------------------------------------------------------------------------- */

/* The old program, or all of those whose maps may be reused. */
static size_t constant_olds(const struct program *const **out, const struct load_request *request)
{
	*out = request->old_count ? request->olds : &request->old;
	return request->old_count ? request->old_count : request->old != NULL;
}

/* Without the privilege to open the maps by id, their constants count as unreadable. */
static enum cgswap_status constant_read_one_old(struct constant_planning *planning,
						const struct program *old)
{
	const struct map_reuse *reuse = planning->reuse;
	const struct program_maps *maps = &reuse->old_maps;
	int err = 0;

	/* those that are open may be of other programs too */
	if (old->info.map_count &&
	    (old != reuse->request.old || maps->count != old->info.map_count)) {
		struct program_maps *own = malloc(sizeof(*own));

		if (!own)
			return error_no_memory();
		planning->maps[planning->maps_count++] = own;
		err = program_maps_try_open(own, old, reuse->request.btfs);
		maps = own;
	}
	if (error_is_exhaustion(err))
		return program_maps_error(old, err);
	return constant_read_program(&planning->old, old, maps);
}

static enum cgswap_status constant_read_old(struct constant_planning *planning)
{
	const struct program *const *olds;
	size_t maps = 0, count = constant_olds(&olds, &planning->reuse->request);
	enum cgswap_status status;

	for (size_t i = 0; i < count; i++)
		maps += olds[i]->info.map_count;
	status = constant_side_reserve(&planning->old, maps);
	planning->maps = calloc(count + 1, sizeof(*planning->maps));
	if (!planning->maps)
		return error_no_memory();
	for (size_t i = 0; i < count && !status; i++)
		status = constant_read_one_old(planning, olds[i]);
	return status ? status : constant_read_slots(&planning->old, planning->reuse);
}

static enum cgswap_status constant_read_all(struct constant_planning *planning)
{
	const struct load_request *request = &planning->reuse->request;
	enum cgswap_status status = constant_read_new(&planning->new, planning->reuse);

	if (!status)
		status = constant_read_old(planning);
	if (!status && request->old_file && planning->old.count) {
		status = object_open(&planning->was_object, request->old_file, request->old_path);
		if (!status)
			status = constant_read_object(&planning->was, planning->was_object);
	}
	return status;
}

static enum cgswap_status constant_pair_sides(struct constant_planning *planning)
{
	size_t ours = planning->new.constants.count, theirs = planning->old.constants.count;
	int err = -1;

	/* one more: calloc() of size 0 may return NULL */
	planning->rows = calloc(ours + 1, sizeof(*planning->rows));
	planning->new_pairs = calloc(ours + 1, sizeof(*planning->new_pairs));
	planning->old_pairs = calloc(theirs + 1, sizeof(*planning->old_pairs));
	planning->was_pairs = calloc(theirs + 1, sizeof(*planning->was_pairs));
	planning->images = calloc(planning->new.count + 1, sizeof(*planning->images));
	if (planning->rows && planning->new_pairs && planning->old_pairs && planning->was_pairs &&
	    planning->images)
		err = constant_pair_all(planning->new_pairs, &planning->new.constants,
					planning->old_pairs, &planning->old.constants);
	if (!err)
		err = constant_pair_origin(planning->was_pairs, &planning->old.constants,
					   &planning->was.constants);
	return err ? error_no_memory() : CGSWAP_OK;
}

/* The bytes of each section, in which the new values are set. */
static enum cgswap_status constant_copy_sections(struct constant_planning *planning)
{
	for (size_t i = 0; i < planning->new.count; i++) {
		const struct constant_section *section = &planning->new.sections[i];

		planning->images[i] = malloc(section->size + 1);
		if (!planning->images[i])
			return error_no_memory();
		memcpy(planning->images[i], section->bytes, section->size);
	}
	return CGSWAP_OK;
}

static void constant_planning_free(struct constant_planning *planning)
{
	for (size_t i = 0; planning->images && i < planning->new.count; i++)
		free(planning->images[i]);
	free(planning->images);
	free(planning->rows);
	free(planning->new_pairs);
	free(planning->old_pairs);
	free(planning->was_pairs);
	constant_side_free(&planning->new);
	constant_side_free(&planning->old);
	constant_side_free(&planning->was);
	bpf_object__close(planning->was_object);
	while (planning->maps_count > 0) {
		program_maps_close(planning->maps[--planning->maps_count]);
		free(planning->maps[planning->maps_count]);
	}
	free(planning->maps);
}

/* ---- dropped constants, and choices for none ---------------------------------------------------
 */

static enum cgswap_status constant_check_dropped(const struct constant_planning *planning)
{
	const struct load_request *request = &planning->reuse->request;
	struct constant_choice choice;

	if (!request->require_constants || request->constants == CGSWAP_CONSTANTS_NEW)
		return CGSWAP_OK;
	for (size_t i = 0; i < planning->old.constants.count; i++) {
		const struct constant *old = &planning->old.constants.items[i];

		if (!constant_is_dropped(planning, i))
			continue;
		if (constant_choice_find(&choice, request->constant_choices, old->name) &&
		    choice.kind == CONSTANT_CHOICE_NEW)
			continue;
		return constant_error_dropped(planning, old);
	}
	return CGSWAP_OK;
}

static bool constant_choice_is_used(const struct constant_choice *choice,
				    const struct constants *constants)
{
	for (size_t i = 0; i < constants->count; i++)
		if (constant_choice_covers(choice, constants->items[i].name))
			return true;
	return false;
}

/* A constant that only the old program has can be dropped by name. */
static enum cgswap_status constant_check_choices(const struct constant_planning *planning)
{
	const char *const *choices = planning->reuse->request.constant_choices;

	for (size_t i = 0; choices && choices[i]; i++) {
		struct constant_choice choice = constant_choice_read(choices[i]);

		if (!constant_choice_is_used(&choice, &planning->new.constants) &&
		    !(choice.kind == CONSTANT_CHOICE_NEW &&
		      constant_choice_is_used(&choice, &planning->old.constants)))
			return constant_error_unknown(planning, &choice);
	}
	return CGSWAP_OK;
}

static enum cgswap_status constant_check_rows(const struct constant_planning *planning)
{
	for (size_t i = 0; i < planning->new.constants.count; i++)
		if (planning->rows[i].refused)
			return constant_error_changed(planning);
	return CGSWAP_OK;
}

/* Decides on each constant, and checks that the decisions may be carried out. */
static enum cgswap_status constant_plan_all(struct constant_planning *planning)
{
	enum cgswap_status status = constant_pair_sides(planning);

	if (!status)
		status = constant_copy_sections(planning);
	if (!status)
		status = constant_decide(planning);
	if (!status)
		status = constant_check_choices(planning);
	if (!status)
		status = constant_check_rows(planning);
	if (!status)
		status = constant_check_sections(planning);
	return status ? status : constant_check_dropped(planning);
}

/* Many programs have no constants, and nothing is chosen for them. */
static bool constant_has_any(const struct constant_planning *planning)
{
	return planning->new.constants.count || planning->old.constants.count ||
	       constant_side_has_unnamed(&planning->old) ||
	       string_list_count(planning->reuse->request.constant_choices);
}

enum cgswap_status constant_plan(struct constant_report **out, const struct map_reuse *reuse)
{
	struct constant_planning planning = { .reuse = reuse };
	enum cgswap_status status = constant_read_all(&planning);

	*out = NULL;
	if (!status && constant_has_any(&planning))
		status = constant_plan_all(&planning);
	if (!status)
		status = constant_make_report(out, &planning);
	constant_planning_free(&planning);
	return status;
}
