/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_cache.h"

#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "load/load_key.h"

struct loads_file {
	struct loads_file *next;
	struct object_file file;
	char path[];
};

/* What was loaded, and for which old program: another of the same may have it, too. */
struct loads_program {
	struct loads_program *next;
	const struct loads_file *file;
	const struct attach_type *type;
	enum cgswap_map_policy maps;
	struct loads_old *old;
	struct program *program;
	struct loads_program *first; /* of those that belong together with it; or itself */
	enum loads_tie tie;          /* of a first one: for find_group() */
	bool named;                  /* it was asked for by its name */
	char name[];
};

/* One call of loads_open(). */
struct request {
	struct loads *loads;
	struct cgswap_session *session;
	const struct source *source;
	const struct attach_type *type;
	const struct program *old;
	enum cgswap_map_policy maps;
	const struct loads_file *file;
	const char *name; /* of the program that is to be loaded, once it is known */
	struct loads_old *had;
	struct loads_program *group; /* the first of those it belongs together with; NULL: none */
};

static enum cgswap_status read_file(struct request *request)
{
	const char *path = request->source->file;
	struct loads_file *file;
	enum cgswap_status status;

	for (file = request->loads->files; file; file = file->next)
		if (strcmp(file->path, path) == 0)
			break;
	request->file = file;
	if (file)
		return CGSWAP_OK;
	file = malloc(sizeof(*file) + strlen(path) + 1);
	if (!file)
		return error_no_memory();
	strcpy(file->path, path);
	status = object_read(&file->file, path);
	if (status) {
		free(file);
		return status;
	}
	file->next = request->loads->files;
	request->loads->files = file;
	request->file = file;
	return CGSWAP_OK;
}

/* ---- who shares what ------------------------------------------------------------------------- */

static bool is_of(const struct loads_program *loaded, const struct request *request)
{
	return loaded->file == request->file && loaded->type == request->type &&
	       strcmp(loaded->name, request->name) == 0;
}

/* What was loaded for the very maps that the old program has: for that nothing is opened. */
static struct program *find_quickly(const struct request *request)
{
	const struct kernel_program *old = request->old ? &request->old->info : NULL;
	const char *name = request->source->program;
	const struct loads_program *loaded;

	for (loaded = request->loads->programs; loaded; loaded = loaded->next)
		if (loaded->file == request->file && loaded->type == request->type &&
		    loaded->maps == request->maps && loaded->named == !!name &&
		    (!name || strcmp(loaded->name, name) == 0) && loads_old_is(loaded->old, old))
			return loaded->program;
	return NULL;
}

/* What was loaded for an old program with the same state: whoever shared them goes on doing so. */
static struct loads_program *find(const struct request *request)
{
	struct loads_program *loaded;

	for (loaded = request->loads->programs; loaded; loaded = loaded->next)
		if (is_of(loaded, request) && loaded->maps == request->maps &&
		    loads_old_same(loaded->old, request->had))
			return loaded;
	return NULL;
}

/*
 * Whether what was loaded belongs together with what is to be, as two programs of one object do.
 * One program that is loaded twice, for old programs with maps of their own, does not: those were
 * kept apart.
 */
static enum loads_tie tie(const struct loads_program *loaded, const struct request *request)
{
	if (loaded->file != request->file ||
	    (loaded->maps == CGSWAP_MAPS_NEW) != (request->maps == CGSWAP_MAPS_NEW))
		return LOADS_TIE_NONE;
	if (is_of(loaded, request) && !loads_old_same(loaded->old, request->had))
		return LOADS_TIE_NEVER;
	return loads_old_tie(loaded->old, request->had);
}

/* The first of those that it most surely belongs together with; NULL: none, or several. */
static struct loads_program *find_group(const struct request *request)
{
	struct loads_program *programs = request->loads->programs, *loaded, *best = NULL;
	bool clear = true;

	for (loaded = programs; loaded; loaded = loaded->next)
		loaded->tie = LOADS_TIE_NONE;
	for (loaded = programs; loaded; loaded = loaded->next) {
		enum loads_tie found = tie(loaded, request);

		if (found > loaded->first->tie)
			loaded->first->tie = found;
	}
	for (loaded = programs; loaded; loaded = loaded->next) {
		if (loaded->tie == LOADS_TIE_NONE || loaded->tie == LOADS_TIE_NEVER ||
		    (best && loaded->tie < best->tie))
			continue;
		clear = !best || loaded->tie > best->tie;
		best = loaded;
	}
	return clear ? best : NULL;
}

/* Lets the program have the new maps of the group that it joins. */
static enum cgswap_status share(struct request *request, struct handover *handover)
{
	struct loads_program *programs = request->loads->programs, *loaded;
	const struct program **siblings;
	enum cgswap_status status;
	size_t count = 0;

	request->group = find_group(request);
	if (!request->group)
		return CGSWAP_OK;
	for (loaded = programs; loaded; loaded = loaded->next)
		count += loaded->first == request->group;
	siblings = calloc(count, sizeof(*siblings));
	if (!siblings)
		return error_no_memory();
	count = 0;
	for (loaded = programs; loaded; loaded = loaded->next)
		if (loaded->first == request->group)
			siblings[count++] = loaded->program;
	status = handover_share(handover, siblings, count);
	free(siblings);
	return status;
}

/* Takes what the old program had with it. */
static enum cgswap_status remember(struct request *request, struct program *program)
{
	struct loads_program *loaded = calloc(1, sizeof(*loaded) + strlen(request->name) + 1);

	if (!loaded)
		return error_no_memory();
	strcpy(loaded->name, request->name);
	loaded->first = request->group ? request->group : loaded;
	loaded->named = request->source->program;
	loaded->file = request->file;
	loaded->type = request->type;
	loaded->maps = request->maps;
	loaded->old = request->had;
	request->had = NULL;
	loaded->program = program_ref(program);
	loaded->next = request->loads->programs;
	request->loads->programs = loaded;
	return CGSWAP_OK;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* Operators may want to know what ends with the old program. */
static void log_lost(const struct request *request, const struct handover *handover,
		     const struct program *program)
{
	size_t at = 0;
	const char *lost;

	while ((lost = handover_lost(handover, program, &at)))
		session_log(request->session, CGSWAP_LOG_INFO,
			    "map %s of program %u has no heir in %s", lost, handover->wish.old->id,
			    request->file->path);
}

static enum cgswap_status load(struct program **out, struct request *request,
			       struct handover *handover)
{
	const struct loads_program *found = find(request);
	enum cgswap_status status;

	if (found) {
		request->group = found->first;
		*out = program_ref(found->program);
		status = handover_check(handover, *out);
	} else {
		status = share(request, handover);
		if (!status)
			status = handover_load(out, handover);
		if (status)
			return status;
	}
	if (!status)
		status = remember(request, *out);
	if (!status) {
		log_lost(request, handover, *out);
		return CGSWAP_OK;
	}
	program_unref(*out);
	*out = NULL;
	return status;
}

static enum cgswap_status plan_and_load(struct program **out, struct request *request,
					const struct handover_wish *wish)
{
	struct handover handover;
	enum cgswap_status status = handover_plan(&handover, wish);

	if (!status)
		status = loads_old_read(&request->had, wish->kernel, wish->old, &handover.legacy);
	if (!status) {
		request->name = bpf_program__name(handover.program);
		status = load(out, request, &handover);
	}
	free(request->had);
	handover_end(&handover);
	return status;
}

static enum cgswap_status open_object(struct program **out, struct request *request)
{
	struct handover_wish wish = {
		.kernel = request->session->kernel,
		.bpffs = request->session->bpffs,
		.program = request->source->program,
		.type = request->type,
		.old = request->old ? &request->old->info : NULL,
		.maps = request->maps,
	};
	enum cgswap_status status = read_file(request);
	struct program *found;

	if (status)
		return status;
	found = find_quickly(request);
	if (found) {
		*out = program_ref(found);
		return CGSWAP_OK;
	}
	wish.path = request->file->path;
	wish.file = &request->file->file;
	return plan_and_load(out, request, &wish);
}

enum cgswap_status loads_open(struct program **out, struct loads *loads,
			      struct cgswap_session *session, const char *source,
			      const struct attach_type *type, const struct program *old,
			      enum cgswap_map_policy maps)
{
	struct source parsed;
	struct request request = { .loads = loads,
				   .session = session,
				   .source = &parsed,
				   .type = type,
				   .old = old,
				   .maps = maps ? maps : CGSWAP_MAPS_REUSE };
	enum cgswap_status status = source_parse(&parsed, source);

	*out = NULL;
	if (status)
		return status;
	if (parsed.form == SOURCE_OBJECT)
		status = open_object(out, &request);
	else if (maps)
		status = error_bad_argument(
			"%.200s is loaded, with maps of its own: a map policy is for "
			"objects",
			source);
	else
		status = source_open(out, session->kernel, &parsed);
	source_free(&parsed);
	return status;
}

void loads_free(struct loads *loads)
{
	struct loads_program *program;
	struct loads_file *file;

	while ((program = loads->programs)) {
		loads->programs = program->next;
		free(program->old);
		program_unref(program->program);
		free(program);
	}
	while ((file = loads->files)) {
		loads->files = file->next;
		free(file->file.bytes);
		free(file);
	}
}
