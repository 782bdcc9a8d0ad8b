/* SPDX-License-Identifier: BSD-2-Clause */
/* cgswap_replace_add_object(): a swap for each program of an object. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/string_list.h"
#include "chain/chain_find.h"
#include "replace/replace_object.h"

/* ---- the entries ------------------------------------------------------------------------------
 */

/* The programs without an entry, and those with several. */
struct unpaired {
	struct error_text absent, shared;
	size_t absent_count, shared_count;
};

static bool entry_fits(const struct cgswap_entry *entry, const struct selector *selector)
{
	return entry->program && selector_fits(selector, entry->program->info.name,
					       entry->program->name, entry->program->tag);
}

static void add_absent(struct unpaired *unpaired, const struct object_part *part)
{
	error_text_add(&unpaired->absent, "%s%s{candidate} (%s{attach_type})",
		       unpaired->absent_count++ ? ", " : "", part->of->name,
		       part->chain->type->short_name);
}

static void add_shared(struct unpaired *unpaired, const struct object_part *part, size_t position)
{
	error_text_add(&unpaired->shared,
		       "%s%s{candidate} fits position %zu{position} (id %u{program_id}) of "
		       "%s{attach_type}",
		       unpaired->shared_count++ ? ", " : "", part->of->name, position,
		       part->chain->now.ids[position], part->chain->type->short_name);
}

/* Lists each entry that fits, if there are several. */
static void pair_part(struct unpaired *unpaired, struct object_part *part,
		      const struct selector *selector)
{
	const struct cgswap_chain *chain = part->chain;
	size_t count = 0;

	for (size_t i = 0; i < chain->now.count; i++) {
		if (!entry_fits(&chain->entries[i], selector))
			continue;
		if (count == 1)
			add_shared(unpaired, part, part->position);
		if (count++)
			add_shared(unpaired, part, i);
		else
			part->position = i;
	}
	if (!count)
		add_absent(unpaired, part);
}

static void find_shared(struct unpaired *unpaired, const struct object_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		for (size_t j = 0; j < parts->count; j++) {
			const struct object_part *one = &parts->parts[i], *other = &parts->parts[j];

			if (i == j || one->chain != other->chain ||
			    one->position != other->position)
				continue;
			add_shared(unpaired, one, one->position);
			break;
		}
}

static enum cgswap_status add_object_describe(const struct object_part *part)
{
	enum cgswap_status status = object_part_enter(part);

	if (status)
		return status;
	status = chain_describe(part->chain, CGSWAP_DESCRIBE_PROGRAMS);
	return chain_leave(part->chain, status);
}

static enum cgswap_status error_unpaired(const struct object_parts *parts,
					 const struct unpaired *unpaired)
{
	const char *path = parts->object->path, *cgroup = parts->parts[0].chain->cgroup->path;
	struct error_text text;

	error_text_clear(&text);
	if (unpaired->shared_count) {
		error_text_add(&text,
			       "entries of '%s'{cgroup} cannot be told apart by the names of the "
			       "programs of '%s'{path}: ",
			       cgroup, path);
		error_text_add_text(&text, &unpaired->shared);
		error_set_text(CGSWAP_CAUSE_SELECTOR_AMBIGUOUS, 0, &text);
		error_remedy("leave these out (--skip NAME), and replace them one by one");
		return CGSWAP_E_ARGUMENT;
	}
	error_text_add(&text,
		       "'%s'{cgroup} has no entry of the name and attach type of these programs of "
		       "'%s'{path}: ",
		       cgroup, path);
	error_text_add_text(&text, &unpaired->absent);
	error_set_text(CGSWAP_CAUSE_NOT_ATTACHED, 0, &text);
	error_remedy("leave them out (--skip NAME), or attach them (cgswap attach)");
	return CGSWAP_E_NOT_ATTACHED;
}

/* Finds the one entry of the name of each program. */
static enum cgswap_status pair_parts(struct object_parts *parts)
{
	enum cgswap_status status = CGSWAP_OK;
	struct unpaired unpaired = { 0 };

	for (size_t i = 0; i < parts->count && !status; i++) {
		struct object_part *part = &parts->parts[i];
		const struct selector selector = { .form = SELECT_NAME, .text = part->of->name };

		status = add_object_describe(part);
		if (!status)
			pair_part(&unpaired, part, &selector);
	}
	if (!status && !unpaired.shared_count && !unpaired.absent_count)
		find_shared(&unpaired, parts);
	if (!status && (unpaired.shared_count || unpaired.absent_count))
		return error_unpaired(parts, &unpaired);
	return status;
}

/* ---- the steps --------------------------------------------------------------------------------
 */

static enum cgswap_status check_replace_opts(const struct cgswap_replace *replace,
					     const struct object_parts *parts)
{
	const struct cgswap_object_opts *opts = &parts->opts;

	if (opts->link || opts->dry_run)
		return error_bad_argument("opts.%s applies to an attach only",
					  opts->link ? "link" : "dry_run");
	if (string_list_count(opts->reuse_maps_of))
		return error_bad_argument("opts.reuse_maps_of applies to an attach and a load: a "
					  "replace reuses the maps of the programs it replaces");
	if (replace->session != parts->object->session)
		return error_bad_argument(
			"the replace and the object belong to different sessions");
	return CGSWAP_OK;
}

static enum cgswap_status bind_part(struct cgswap_replace *replace,
				    const struct object_parts *parts, struct object_part *part)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.pin = object_part_pin(parts, part),
		.expected_cgroup_id = parts->opts.expected_cgroup_id,
		.preorder = parts->opts.preorder,
		.allow_unguarded = parts->opts.allow_unguarded,
	};
	enum cgswap_status status = object_part_enter(part);
	char selector[24];

	if (status)
		return status;
	snprintf(selector, sizeof(selector), "id:%u", part->chain->now.ids[part->position]);
	status = replace_new_swap(&part->step, replace, part->chain, selector, NULL, &opts);
	if (!status)
		part->step->asked.of_object = true;
	return chain_leave(part->chain, status);
}

/* The load sets of the transaction read the file as long as the transaction exists. */
static enum cgswap_status hold_object(struct cgswap_replace *replace, cgswap_object *object)
{
	cgswap_object **objects;

	for (size_t i = 0; i < replace->object_count; i++)
		if (replace->objects[i] == object)
			return CGSWAP_OK;
	objects = realloc(replace->objects, (replace->object_count + 1) * sizeof(*objects));
	if (!objects)
		return error_no_memory();
	replace->objects = objects;
	objects[replace->object_count++] = cgswap_object_ref(object);
	return CGSWAP_OK;
}

/* Loads the programs with the maps of the old ones, unless the caller has loaded the object. */
static enum cgswap_status load_parts(struct cgswap_replace *replace, struct object_parts *parts,
				     struct load_set_program *set, const struct program **olds)
{
	cgswap_object *object = parts->object;
	struct load_set_request request = {
		.session = replace->session,
		.file = &object->file,
		.path = object->path,
		.opts = object_load_opts(&parts->opts),
		.olds = olds,
		.old_count = parts->count,
	};
	enum cgswap_status status;

	request.opts.recorded = replace_recorded_origin;
	request.opts.recorded_user = replace;
	request.opts.records = replace->keeps_journal;
	for (size_t i = 0; i < parts->count; i++) {
		olds[i] = parts->parts[i].step->target.old;
		set[i] = (struct load_set_program){
			.name = parts->parts[i].of->name,
			.type = parts->parts[i].of->attach_type,
			.old = olds[i],
		};
	}
	if (object->programs) {
		status = object_load_selected(object, parts->indexes, parts->count, &parts->opts);
		for (size_t i = 0; !status && i < parts->count; i++) {
			set[i].program = program_ref(object->programs[parts->indexes[i]]);
			set[i].constants = constant_report_ref(
				object->constants[parts->indexes[i]]);
		}
		return status;
	}
	status = hold_object(replace, object);
	return status ? status : load_set_open(&replace->load_sets, &request, set, parts->count);
}

/* Does all that may fail before the first step is added. */
static enum cgswap_status prepare_parts(struct cgswap_replace *replace, struct object_parts *parts,
					struct load_set_program *set, const struct program **news)
{
	enum cgswap_status status = replace_reserve(replace, parts->count);

	if (!status && parts->opts.pin_dir && hash_index_reserve(&replace->pins, parts->count))
		status = error_no_memory();
	for (size_t i = 0; i < parts->count && !status; i++) {
		status = object_part_enter(&parts->parts[i]);
		if (status)
			return status;
		status = replace_prepare_step(replace, parts->parts[i].step, set[i].program);
		chain_leave(parts->parts[i].chain, status);
		news[i] = set[i].program;
	}
	for (size_t i = 0; i < parts->count && !status; i++)
		status = replace_find_left_pins(replace, parts->parts[i].step, news, parts->count,
						parts->opts.maps);
	for (size_t i = 0; i < parts->count && !status; i++) {
		replace_take_constants(parts->parts[i].step, set[i].constants);
		replace_append_step(replace, parts->parts[i].step, set[i].program);
		parts->parts[i].step = NULL;
	}
	return status;
}

static void refuse_parts(struct object_parts *parts, enum cgswap_status status)
{
	for (size_t i = 0; i < parts->count; i++) {
		struct object_part *part = &parts->parts[i];

		if (!part->step || handle_join(&part->chain->handle))
			continue;
		cgroup_hold(part->chain->cgroup);
		replace_refuse_step(part->step, status);
		chain_leave(part->chain, status);
	}
}

static enum cgswap_status add_parts(struct cgswap_replace *replace, struct object_parts *parts)
{
	struct load_set_program *set = calloc(parts->count, sizeof(*set));
	const struct program **programs = calloc(parts->count, sizeof(*programs));
	enum cgswap_status status = set && programs ? CGSWAP_OK : error_no_memory();
	struct cgswap_error why;

	for (size_t i = 0; i < parts->count && !status; i++)
		status = bind_part(replace, parts, &parts->parts[i]);
	if (!status)
		status = load_parts(replace, parts, set, programs);
	if (!status)
		status = prepare_parts(replace, parts, set, programs);
	for (size_t i = 0; set && i < parts->count; i++) {
		program_unref(set[i].program);
		constant_report_unref(set[i].constants);
	}
	if (status) {
		error_save(&why);
		refuse_parts(parts, status);
		error_restore(&why);
	}
	free(set);
	free(programs);
	return status;
}

static enum cgswap_status add_object_in(cgswap_replace *replace, const char *cgroup,
					cgswap_object *object,
					const struct cgswap_object_opts *given)
{
	struct object_parts parts = { 0 };
	enum cgswap_status status = object_parts_open(&parts, object, cgroup, given);

	if (!status)
		status = check_replace_opts(replace, &parts);
	if (!status)
		status = pair_parts(&parts);
	if (!status)
		status = add_parts(replace, &parts);
	object_parts_free(&parts);
	return status;
}

enum cgswap_status cgswap_replace_add_object(cgswap_replace *replace, const char *cgroup,
					     cgswap_object *object,
					     const struct cgswap_object_opts *opts)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "replace");

	if (status)
		return status;
	status = handle_join(object ? &object->handle : NULL);
	if (!status) {
		status = add_object_in(replace, cgroup, object, opts);
		handle_leave(&object->handle, status);
	}
	return handle_leave(&replace->handle, status);
}
