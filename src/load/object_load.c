/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/object_load.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "base/string_list.h"
#include "load/constant_choice.h"
#include "load/map_choice.h"
#include "load/program_handle.h"
#include "load/source.h"

/* ---- options --------------------------------------------------------------------------------- */

enum cgswap_status object_take_opts(struct cgswap_object_opts *out,
				    const struct cgswap_object_opts *given)
{
	enum cgswap_status status = opts_take(out, sizeof(*out), OPTS_FIRST_OBJECT, given);

	if (!status)
		status = opts_check_maps(out->maps);
	if (!status)
		status = opts_check_preorder(out->preorder);
	if (!status)
		status = opts_check_constants(out->constants);
	if (!status)
		status = constant_choices_check(out->constant_choices);
	return status ? status : map_choices_check(out->map_choices);
}

/* ---- selecting ------------------------------------------------------------------------------- */

static bool object_list_has(const char *const *list, const char *name)
{
	for (; list && *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

/* Each name of a list must be that of a program. */
static enum cgswap_status object_check_names(const struct cgswap_object *object,
					     const char *const *list)
{
	const struct inspection *inspection = &object->inspection;
	struct error_text text;

	for (; list && *list; list++) {
		bool found = false;

		for (size_t i = 0; i < inspection->program_count && !found; i++)
			found = strcmp(inspection->programs[i].name, *list) == 0;
		if (found)
			continue;
		error_text_clear(&text);
		error_text_add(&text,
			       "'%s'{path} has no program named '%.100s'{program_name}; it has: ",
			       object->path, *list);
		for (size_t i = 0; i < inspection->program_count; i++)
			error_text_add(&text, "%s%s{candidate} (%s)", i ? ", " : "",
				       inspection->programs[i].name,
				       inspection->programs[i].section);
		return error_set_text(CGSWAP_CAUSE_PROGRAM_NOT_IN_OBJECT, 0, &text);
	}
	return CGSWAP_OK;
}

static bool object_is_selected(const struct inspected_program *program,
			       const struct cgswap_object_opts *opts)
{
	bool all = !string_list_count(opts->only);

	if (object_list_has(opts->skip, program->name))
		return false;
	return all ? !program->optional && !program->is_tail
		   : object_list_has(opts->only, program->name);
}

static bool object_has_map(const struct cgswap_object *object, const char *name, size_t length)
{
	for (size_t i = 0; i < object->inspection.map_count; i++) {
		const char *map = object->inspection.maps[i].name, *section = strchr(map, '.');

		if (strlen(map) == length && strncmp(map, name, length) == 0)
			return true;
		if (section && strlen(section) == length && strncmp(section, name, length) == 0)
			return true;
	}
	return false;
}

/* Each choice must be for a map of the object; one of its programs may not have the map. */
static enum cgswap_status object_check_choices(const struct cgswap_object *object,
					       const char *const *choices)
{
	struct error_text text;

	while (choices && *choices && object_has_map(object, *choices, strcspn(*choices, "=")))
		choices++;
	if (!choices || !*choices)
		return CGSWAP_OK;
	error_text_clear(&text);
	error_text_add(&text, "'%.200s'{found} chooses a map that '%.200s'{path} does not have",
		       *choices, object->path);
	for (size_t i = 0; i < object->inspection.map_count; i++)
		error_text_add(&text, "%s'%.60s'{candidate}", i ? ", " : "; it has ",
			       object->inspection.maps[i].name);
	return error_set_text(CGSWAP_CAUSE_BAD_ARGUMENT, 0, &text);
}

/* The section of a program must say to which attach type it belongs. */
static enum cgswap_status object_check_types(const struct cgswap_object *object,
					     const size_t *indexes, size_t count)
{
	const struct inspected_program *programs = object->inspection.programs;
	struct error_text text;
	size_t open = 0;

	error_text_clear(&text);
	error_text_add(&text,
		       "the section of a program of '%s'{path} does not name an attach type: ",
		       object->path);
	for (size_t i = 0; i < count; i++)
		if (!programs[indexes[i]].attach_type)
			error_text_add(&text, "%s%s{candidate} (%s)", open++ ? ", " : "",
				       programs[indexes[i]].name, programs[indexes[i]].section);
	if (!open)
		return CGSWAP_OK;
	error_set_text(CGSWAP_CAUSE_SOURCE_AMBIGUOUS, 0, &text);
	error_remedy("leave it out (--skip NAME), or attach it by its attach type");
	return CGSWAP_E_ARGUMENT;
}

enum cgswap_status object_select(size_t *indexes, size_t *count, const struct cgswap_object *object,
				 const struct cgswap_object_opts *opts)
{
	const struct inspection *inspection = &object->inspection;
	enum cgswap_status status = object_check_names(object, opts->only);

	*count = 0;
	if (!status)
		status = object_check_names(object, opts->skip);
	if (!status)
		status = object_check_choices(object, opts->map_choices);
	if (status)
		return status;
	for (size_t i = 0; i < inspection->program_count; i++)
		if (object_is_selected(&inspection->programs[i], opts))
			indexes[(*count)++] = i;
	if (!*count)
		return error_bad_argument("all programs of '%s'{path} are left out", object->path);
	return object_check_types(object, indexes, *count);
}

/* ---- loading --------------------------------------------------------------------------------- */

struct load_opts object_load_opts(const struct cgswap_object_opts *opts)
{
	return (struct load_opts){
		.maps = opts->maps,
		.constants = opts->constants,
		.map_choices = opts->map_choices,
		.constant_choices = opts->constant_choices,
		.old_object = opts->old_object,
	};
}

static enum cgswap_status object_load_set(struct cgswap_object *object, const size_t *indexes,
					  struct load_set_program *set, size_t count,
					  const struct load_set_request *request)
{
	struct load_set *list = NULL;
	enum cgswap_status status;

	for (size_t i = 0; i < count; i++)
		set[i] = (struct load_set_program){
			.name = object->inspection.programs[indexes[i]].name,
			.type = object->inspection.programs[indexes[i]].attach_type,
		};
	status = load_set_open(&list, request, set, count);
	load_sets_free(list);
	if (status)
		return status;
	for (size_t i = 0; i < count; i++) {
		program_read_maps(set[i].program);
		program_close_maps(set[i].program);
		object->programs[indexes[i]] = set[i].program;
		program_lend(set[i].program);
		object->constants[indexes[i]] = set[i].constants;
	}
	return CGSWAP_OK;
}

static enum cgswap_status object_load_once(struct cgswap_object *object, const size_t *indexes,
					   size_t count, const struct cgswap_object_opts *opts)
{
	size_t old_count = string_list_count(opts->reuse_maps_of);
	struct program **olds = calloc(old_count + 1, sizeof(*olds));
	struct load_set_program *set = calloc(count, sizeof(*set));
	struct load_set_request request = {
		.session = object->session,
		.file = &object->file,
		.path = object->path,
		.opts = object_load_opts(opts),
		.olds = (const struct program *const *)olds,
	};
	enum cgswap_status status;

	object->programs = calloc(object->inspection.program_count, sizeof(*object->programs));
	object->constants = calloc(object->inspection.program_count, sizeof(*object->constants));
	if (!olds || !set || !object->programs || !object->constants)
		status = error_no_memory();
	else
		status = source_open_all(olds, &request.old_count, object->session->kernel,
					 opts->reuse_maps_of);
	if (!status)
		status = object_load_set(object, indexes, set, count, &request);
	for (size_t i = 0; olds && i < request.old_count; i++)
		program_unref(olds[i]);
	free(olds);
	free(set);
	if (status)
		object_unload(object);
	return status;
}

/* An object is loaded once: options for the load come too late then. */
static enum cgswap_status object_check_loaded(const struct cgswap_object *object,
					      const size_t *indexes, size_t count,
					      const struct cgswap_object_opts *opts)
{
	if (opts->maps || string_list_count(opts->map_choices) ||
	    string_list_count(opts->reuse_maps_of))
		return error_bad_argument(
			"'%s'{path} is already loaded: its maps are those that it was loaded with",
			object->path);
	if (opts->constants || opts->old_object || string_list_count(opts->constant_choices))
		return error_bad_argument(
			"'%s'{path} is already loaded: its constants are those that it was loaded "
			"with",
			object->path);
	for (size_t i = 0; i < count; i++)
		if (!object->programs[indexes[i]])
			return error_bad_argument(
				"'%s'{path} was loaded without program '%.100s'{program_name}",
				object->path, object->inspection.programs[indexes[i]].name);
	return CGSWAP_OK;
}

enum cgswap_status object_load_selected(struct cgswap_object *object, const size_t *indexes,
					size_t count, const struct cgswap_object_opts *opts)
{
	if (object->programs)
		return object_check_loaded(object, indexes, count, opts);
	if (opts->maps && !string_list_count(opts->reuse_maps_of))
		return error_bad_argument(
			"opts.maps is set without opts.reuse_maps_of: there are no maps to reuse");
	if ((opts->constants || opts->old_object) && !string_list_count(opts->reuse_maps_of))
		return error_bad_argument(
			"opts.%s is set without opts.reuse_maps_of: there are no old constants",
			opts->constants ? "constants" : "old_object");
	return object_load_once(object, indexes, count, opts);
}

void object_unload(struct cgswap_object *object)
{
	for (size_t i = 0; object->programs && i < object->inspection.program_count; i++)
		program_unref(object->programs[i]);
	for (size_t i = 0; object->constants && i < object->inspection.program_count; i++)
		constant_report_unref(object->constants[i]);
	free(object->programs);
	free(object->constants);
	object->programs = NULL;
	object->constants = NULL;
}

static enum cgswap_status object_load_in(struct cgswap_object *object,
					 const struct cgswap_object_opts *given)
{
	size_t count, *indexes = calloc(object->inspection.program_count + 1, sizeof(*indexes));
	struct cgswap_object_opts opts;
	enum cgswap_status status = indexes ? object_take_opts(&opts, given) : error_no_memory();

	if (!status && object->programs)
		status = error_bad_argument("'%s'{path} is already loaded", object->path);
	if (!status && (opts.pin_dir || opts.link || opts.dry_run || opts.preorder ||
			opts.expected_cgroup_id || opts.allow_unguarded))
		status = error_bad_argument(
			"cgswap_object_load() accepts only the options only, skip, "
			"reuse_maps_of, maps, map_choices, constants, "
			"constant_choices and old_object");
	if (!status)
		status = object_select(indexes, &count, object, &opts);
	if (!status)
		status = object_load_selected(object, indexes, count, &opts);
	free(indexes);
	return status;
}

enum cgswap_status cgswap_object_load(cgswap_object *object, const struct cgswap_object_opts *opts)
{
	enum cgswap_status status = handle_enter(object ? &object->handle : NULL, "load object");

	return status ? status : handle_leave(&object->handle, object_load_in(object, opts));
}

/* ---- programs -------------------------------------------------------------------------------- */

static enum cgswap_status object_open_program_in(cgswap_program **out, cgswap_object *object,
						 const char *name)
{
	const char *const list[] = { name, NULL };
	enum cgswap_status status;
	size_t i = 0;

	if (!out || !name)
		return error_bad_argument("'%s'{option} is NULL", out ? "program" : "out");
	status = object_check_names(object, list);
	if (status)
		return status;
	while (strcmp(object->inspection.programs[i].name, name) != 0)
		i++;
	if (!object->programs)
		return error_bad_argument("'%s'{path} is not loaded", object->path);
	if (!object->programs[i])
		return error_bad_argument(
			"'%s'{path} was loaded without program '%.100s'{program_name}",
			object->path, name);
	return program_handle_new(out, object->session, program_ref(object->programs[i]));
}

enum cgswap_status cgswap_object_open_program(cgswap_program **out, cgswap_object *object,
					      const char *program)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = handle_enter(object ? &object->handle : NULL, "open program");
	if (status)
		return status;
	return handle_leave(&object->handle, object_open_program_in(out, object, program));
}
