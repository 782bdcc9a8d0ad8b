/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_cache.h"

#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "load/load_key.h"

struct load_cache_file {
	struct load_cache_file *next;
	struct object_file file;
	char path[];
};

/* What was loaded, and for which old program: another of the same may have it, too. */
struct load_cache_program {
	struct load_cache_program *next;
	const struct load_cache_file *file;
	const struct attach_type *type;
	enum cgswap_map_policy maps;
	struct load_key *old;
	struct program *program;
	struct load_cache_program *first; /* of those that belong together with it; or itself */
	enum load_relation relation;      /* of a first one: for cache_find_group() */
	bool named;                       /* it was asked for by its name */
	char name[];
};

/* One call of load_cache_open(). */
struct request {
	struct load_cache *load_cache;
	struct cgswap_session *session;
	const struct source *source;
	const struct attach_type *type;
	const struct program *old;
	enum cgswap_map_policy maps;
	const struct load_cache_file *file;
	const char *name; /* of the program that is to be loaded, once it is known */
	struct load_key *key;
	struct load_cache_program
		*group; /* the first of those it belongs together with; NULL: none */
};

static enum cgswap_status cache_read_file(struct request *request)
{
	const char *path = request->source->file;
	struct load_cache_file *file;
	enum cgswap_status status;

	for (file = request->load_cache->files; file; file = file->next)
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
	file->next = request->load_cache->files;
	request->load_cache->files = file;
	request->file = file;
	return CGSWAP_OK;
}

/* ---- who shares what ------------------------------------------------------------------------- */

static bool is_same_program(const struct load_cache_program *loaded, const struct request *request)
{
	return loaded->file == request->file && loaded->type == request->type &&
	       strcmp(loaded->name, request->name) == 0;
}

/* What was loaded for the very maps that the old program has: for that nothing is opened. */
static struct program *cache_find_same_maps(const struct request *request)
{
	const struct kernel_program *old = request->old ? &request->old->info : NULL;
	const char *name = request->source->program;
	const struct load_cache_program *loaded;

	for (loaded = request->load_cache->programs; loaded; loaded = loaded->next)
		if (loaded->file == request->file && loaded->type == request->type &&
		    loaded->maps == request->maps && loaded->named == !!name &&
		    (!name || strcmp(loaded->name, name) == 0) &&
		    load_key_matches(loaded->old, old))
			return loaded->program;
	return NULL;
}

/* What was loaded for an old program with the same state: whoever shared them goes on doing so. */
static struct load_cache_program *cache_find(const struct request *request)
{
	struct load_cache_program *loaded;

	for (loaded = request->load_cache->programs; loaded; loaded = loaded->next)
		if (is_same_program(loaded, request) && loaded->maps == request->maps &&
		    load_key_same(loaded->old, request->key))
			return loaded;
	return NULL;
}

/*
 * Whether what was loaded belongs together with what is to be, as two programs of one object do.
 * One program that is loaded twice, for old programs with maps of their own, does not: those were
 * kept apart.
 */
static enum load_relation cache_relation(const struct load_cache_program *loaded,
					 const struct request *request)
{
	if (loaded->file != request->file ||
	    (loaded->maps == CGSWAP_MAPS_NEW) != (request->maps == CGSWAP_MAPS_NEW))
		return LOAD_RELATION_NONE;
	if (is_same_program(loaded, request) && !load_key_same(loaded->old, request->key))
		return LOAD_RELATION_NEVER;
	return load_key_relation(loaded->old, request->key);
}

/* The first of those that it most surely belongs together with; NULL: none, or several. */
static struct load_cache_program *cache_find_group(const struct request *request)
{
	struct load_cache_program *programs = request->load_cache->programs, *loaded, *best = NULL;
	bool clear = true;

	for (loaded = programs; loaded; loaded = loaded->next)
		loaded->relation = LOAD_RELATION_NONE;
	for (loaded = programs; loaded; loaded = loaded->next) {
		enum load_relation found = cache_relation(loaded, request);

		if (found > loaded->first->relation)
			loaded->first->relation = found;
	}
	for (loaded = programs; loaded; loaded = loaded->next) {
		if (loaded->relation == LOAD_RELATION_NONE ||
		    loaded->relation == LOAD_RELATION_NEVER ||
		    (best && loaded->relation < best->relation))
			continue;
		clear = !best || loaded->relation > best->relation;
		best = loaded;
	}
	return clear ? best : NULL;
}

/* Lets the program have the new maps of the group that it joins. */
static enum cgswap_status cache_share_group(struct request *request, struct map_reuse *map_reuse)
{
	struct load_cache_program *programs = request->load_cache->programs, *loaded;
	const struct program **siblings;
	enum cgswap_status status;
	size_t count = 0;

	request->group = cache_find_group(request);
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
	status = map_reuse_share(map_reuse, siblings, count);
	free(siblings);
	return status;
}

/* Takes what the old program had with it. */
static enum cgswap_status cache_add(struct request *request, struct program *program)
{
	struct load_cache_program *loaded = calloc(1, sizeof(*loaded) + strlen(request->name) + 1);

	if (!loaded)
		return error_no_memory();
	strcpy(loaded->name, request->name);
	loaded->first = request->group ? request->group : loaded;
	loaded->named = request->source->program;
	loaded->file = request->file;
	loaded->type = request->type;
	loaded->maps = request->maps;
	loaded->old = request->key;
	request->key = NULL;
	loaded->program = program_ref(program);
	loaded->next = request->load_cache->programs;
	request->load_cache->programs = loaded;
	return CGSWAP_OK;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* Operators may want to know what ends with the old program. */
static void log_dropped_maps(const struct request *request, const struct map_reuse *map_reuse,
			     const struct program *program)
{
	size_t at = 0;
	const char *lost;

	while ((lost = map_reuse_next_dropped(map_reuse, program, &at)))
		session_log(request->session, CGSWAP_LOG_INFO,
			    "map %s of program %u has no heir in %s", lost,
			    map_reuse->request.old->id, request->file->path);
}

static enum cgswap_status cache_load(struct program **out, struct request *request,
				     struct map_reuse *map_reuse)
{
	const struct load_cache_program *found = cache_find(request);
	enum cgswap_status status;

	if (found) {
		request->group = found->first;
		*out = program_ref(found->program);
		status = map_reuse_check(map_reuse, *out);
	} else {
		status = cache_share_group(request, map_reuse);
		if (!status)
			status = map_reuse_load(out, map_reuse);
		if (status)
			return status;
	}
	if (!status)
		status = cache_add(request, *out);
	if (!status) {
		log_dropped_maps(request, map_reuse, *out);
		return CGSWAP_OK;
	}
	program_unref(*out);
	*out = NULL;
	return status;
}

static enum cgswap_status cache_plan_and_load(struct program **out, struct request *request,
					      const struct load_request *wanted)
{
	struct map_reuse map_reuse;
	enum cgswap_status status = map_reuse_plan(&map_reuse, wanted);

	if (!status)
		status = load_key_read(&request->key, wanted->kernel, wanted->old,
				       &map_reuse.program_maps);
	if (!status) {
		request->name = bpf_program__name(map_reuse.program);
		status = cache_load(out, request, &map_reuse);
	}
	free(request->key);
	map_reuse_end(&map_reuse);
	return status;
}

static enum cgswap_status cache_open_object(struct program **out, struct request *request)
{
	struct load_request wanted = {
		.kernel = request->session->kernel,
		.bpffs = request->session->bpffs,
		.program = request->source->program,
		.type = request->type,
		.old = request->old ? &request->old->info : NULL,
		.maps = request->maps,
	};
	enum cgswap_status status = cache_read_file(request);
	struct program *found;

	if (status)
		return status;
	found = cache_find_same_maps(request);
	if (found) {
		*out = program_ref(found);
		return CGSWAP_OK;
	}
	wanted.path = request->file->path;
	wanted.file = &request->file->file;
	return cache_plan_and_load(out, request, &wanted);
}

enum cgswap_status load_cache_open(struct program **out, struct load_cache *load_cache,
				   struct cgswap_session *session, const char *source,
				   const struct attach_type *type, const struct program *old,
				   enum cgswap_map_policy maps)
{
	struct source parsed;
	struct request request = { .load_cache = load_cache,
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
		status = cache_open_object(out, &request);
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

void load_cache_free(struct load_cache *load_cache)
{
	struct load_cache_program *program;
	struct load_cache_file *file;

	while ((program = load_cache->programs)) {
		load_cache->programs = program->next;
		free(program->old);
		program_unref(program->program);
		free(program);
	}
	while ((file = load_cache->files)) {
		load_cache->files = file->next;
		free(file->file.bytes);
		free(file);
	}
}
