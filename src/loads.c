/* SPDX-License-Identifier: BSD-2-Clause */
#include "loads.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"

struct loads_file {
	struct loads_file *next;
	struct object_file file;
	char path[];
};

/* Ids of maps. */
struct ids {
	size_t count;
	uint32_t ids[KERNEL_MAPS_MAX];
};

/* What was loaded for one set of old maps. */
struct loads_program {
	struct loads_program *next;
	const struct loads_file *file;
	const struct attach_type *type;
	enum cgswap_state state;
	struct ids old;       /* the maps of the old program */
	struct ids inherited; /* those of them that live on */
	struct program *program;
	bool named;
	char name[]; /* the program asked for */
};

/* One call of loads_open(). */
struct request {
	struct loads *loads;
	struct cgswap_session *session;
	const struct source *source;
	const struct attach_type *type;
	const struct program *old;
	enum cgswap_state state;
	const char *operation;
	const struct loads_file *file;
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
		return error_no_memory(request->operation);
	strcpy(file->path, path);
	status = object_read(&file->file, path, request->operation);
	if (status) {
		free(file);
		return status;
	}
	file->next = request->loads->files;
	request->loads->files = file;
	request->file = file;
	return CGSWAP_OK;
}

static bool same_ids(const struct ids *a, const struct ids *b)
{
	return a->count == b->count && !memcmp(a->ids, b->ids, a->count * sizeof(*a->ids));
}

static bool is_of(const struct loads_program *loaded, const struct request *request)
{
	const char *name = request->source->program;

	return loaded->file == request->file && loaded->type == request->type &&
	       loaded->state == request->state && loaded->named == !!name &&
	       (!name || strcmp(loaded->name, name) == 0);
}

/* By the old program's maps, or else by those that live on; one of them is NULL. */
static struct program *find(const struct request *request, const struct ids *old,
			    const struct ids *inherited)
{
	const struct loads_program *loaded;

	for (loaded = request->loads->programs; loaded; loaded = loaded->next)
		if (is_of(loaded, request) && (!old || same_ids(&loaded->old, old)) &&
		    (!inherited || same_ids(&loaded->inherited, inherited)))
			return loaded->program;
	return NULL;
}

static enum cgswap_status remember(const struct request *request, const struct ids *old,
				   const struct ids *inherited, struct program *program)
{
	const char *name = request->source->program;
	struct loads_program *loaded = calloc(1, sizeof(*loaded) + (name ? strlen(name) + 1 : 0));

	if (!loaded)
		return error_no_memory(request->operation);
	if (name)
		strcpy(loaded->name, name);
	loaded->named = name;
	loaded->file = request->file;
	loaded->type = request->type;
	loaded->state = request->state;
	loaded->old = *old;
	loaded->inherited = *inherited;
	loaded->program = program_ref(program);
	loaded->next = request->loads->programs;
	request->loads->programs = loaded;
	return CGSWAP_OK;
}

/* Operators may want to know what ends with the old program. */
static void log_lost(const struct request *request, const struct handover *handover,
		     const struct program *program)
{
	size_t at = 0;
	const char *lost;

	while ((lost = handover_lost(handover, program, &at)))
		session_log(request->session, CGSWAP_LOG_INFO,
			    "map %s of program %u has no heir in %s and ends with it", lost,
			    handover->wish.old->id, request->file->path);
}

static enum cgswap_status load(struct program **out, const struct request *request,
			       struct handover *handover, const struct ids *old)
{
	enum cgswap_status status;
	struct ids inherited;
	struct program *found;

	inherited.count = handover_ids(handover, inherited.ids);
	found = find(request, NULL, &inherited);
	if (found) {
		*out = program_ref(found);
		status = handover_check(handover, found);
	} else {
		status = handover_load(out, handover);
		if (status)
			return status;
	}
	if (!status)
		status = remember(request, old, &inherited, *out);
	if (!status) {
		log_lost(request, handover, *out);
		return CGSWAP_OK;
	}
	program_unref(*out);
	*out = NULL;
	return status;
}

static enum cgswap_status open_object(struct program **out, struct request *request)
{
	struct handover_wish wish = {
		.kernel = request->session->kernel,
		.bpffs = request->session->bpffs,
		.program = request->source->program,
		.type = request->type,
		.state = request->state,
		.operation = request->operation,
	};
	struct ids old = { 0 };
	struct handover handover;
	enum cgswap_status status = read_file(request);
	struct program *found;

	if (status)
		return status;
	wish.path = request->file->path;
	wish.file = &request->file->file;
	wish.old = request->old ? &request->old->info : NULL;
	/* what is made anew does not depend on what was there */
	if (request->old && request->state != CGSWAP_STATE_NEW) {
		old.count = request->old->info.map_count;
		memcpy(old.ids, request->old->info.map_ids, old.count * sizeof(*old.ids));
	}
	found = find(request, &old, NULL);
	if (found) {
		*out = program_ref(found);
		return CGSWAP_OK;
	}
	status = handover_plan(&handover, &wish);
	if (!status)
		status = load(out, request, &handover, &old);
	handover_end(&handover);
	return status;
}

enum cgswap_status loads_open(struct program **out, struct loads *loads,
			      struct cgswap_session *session, const char *source,
			      const struct attach_type *type, const struct program *old,
			      enum cgswap_state state, const char *operation)
{
	struct source parsed;
	struct request request = { .loads = loads,
				   .session = session,
				   .source = &parsed,
				   .type = type,
				   .old = old,
				   .state = state ? state : CGSWAP_STATE_KEEP,
				   .operation = operation };
	enum cgswap_status status = source_parse(&parsed, source, operation);

	*out = NULL;
	if (status)
		return status;
	if (parsed.form == SOURCE_OBJECT)
		status = open_object(out, &request);
	else if (state)
		status = error_bad_argument(operation,
					    "%.200s is loaded, with maps of its own: a state is for "
					    "objects",
					    source);
	else
		status = source_open(out, session->kernel, &parsed, operation);
	source_free(&parsed);
	return status;
}

void loads_free(struct loads *loads)
{
	struct loads_program *program;
	struct loads_file *file;

	while ((program = loads->programs)) {
		loads->programs = program->next;
		program_unref(program->program);
		free(program);
	}
	while ((file = loads->files)) {
		loads->files = file->next;
		free(file->file.bytes);
		free(file);
	}
}
