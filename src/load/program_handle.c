/* SPDX-License-Identifier: BSD-2-Clause */
/* The public handle of a program. */
#include <bpf/libbpf.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/opts.h"
#include "base/string_list.h"
#include "load/constant_choice.h"
#include "load/load_cache.h"
#include "load/program_handle.h"
#include "load/map_choice.h"

static void program_handle_shut(struct handle *handle)
{
	program_shut_lent(((struct cgswap_program *)handle)->program);
}

static void program_handle_free(struct handle *handle)
{
	struct cgswap_program *program = (struct cgswap_program *)handle;

	program_free_shut(program->program);
	constant_report_unref(program->constants);
	session_release(program->session, handle);
	free(program);
}

static enum cgswap_status program_check_opts(const struct cgswap_program_opts *opts)
{
	enum cgswap_status status = opts_check_maps(opts->maps);

	if (!status)
		status = opts_check_constants(opts->constants);
	if (status)
		return status;
	if (opts->maps && !string_list_count(opts->reuse_maps_of))
		return error_bad_argument(
			"opts.maps is set without opts.reuse_maps_of: there are no maps to reuse");
	if ((opts->constants || opts->old_object) && !string_list_count(opts->reuse_maps_of))
		return error_bad_argument(
			"opts.%s is set without opts.reuse_maps_of: there are no old constants",
			opts->constants ? "constants" : "old_object");
	status = constant_choices_check(opts->constant_choices);
	return status ? status : map_choices_check(opts->map_choices);
}

/* Opens the old programs whose maps are reused; they must be loaded. */
static enum cgswap_status program_open_olds(struct program **out, size_t *count,
					    struct kernel *kernel, const char *const *list,
					    const char *source)
{
	struct source parsed;
	enum cgswap_status status = source_parse(&parsed, source);

	if (status)
		return status;
	source_free(&parsed);
	if (parsed.form != SOURCE_OBJECT)
		return error_bad_argument(
			"'%.200s'{source} is a loaded program with its own maps: reuse_maps_of "
			"applies to objects only",
			source);
	return source_open_all(out, count, kernel, list);
}

static enum cgswap_status program_open_source(struct program **out,
					      struct constant_report **constants,
					      cgswap_session *session, const char *source,
					      const struct cgswap_program_opts *opts)
{
	const struct attach_type *type = NULL;
	const struct load_opts load_opts = {
		.maps = opts->maps,
		.constants = opts->constants,
		.map_choices = opts->map_choices,
		.constant_choices = opts->constant_choices,
		.old_object = opts->old_object,
	};
	size_t listed = string_list_count(opts->reuse_maps_of), count = 0;
	struct program **olds = calloc(listed + 1, sizeof(*olds));
	enum cgswap_status status = olds ? CGSWAP_OK : error_no_memory();
	struct load_cache cache = { .olds = (const struct program *const *)olds,
				    .once = true,
				    .kept = load_kept_of(session) };

	if (!status && opts->attach_type)
		status = attach_type_find(&type, opts->attach_type);
	if (!status && type)
		status = attach_type_check_changeable(type);
	if (!status && listed)
		status = program_open_olds(olds, &count, session->kernel, opts->reuse_maps_of,
					   source);
	cache.old_count = count;
	if (!status)
		status = load_cache_open(out, constants, &cache, session, source, type, olds[0],
					 &load_opts);
	load_cache_free(&cache);
	for (size_t i = 0; i < count; i++)
		program_unref(olds[i]);
	free(olds);
	return status;
}

enum cgswap_status program_handle_new(cgswap_program **out, cgswap_session *session,
				      struct program *opened)
{
	struct cgswap_program *program = calloc(1, sizeof(*program));

	if (!program) {
		program_unref(opened);
		return error_no_memory();
	}
	handle_init(&program->handle, program_handle_shut, program_handle_free);
	program->session = session;
	program->program = opened;
	program_lend(opened);
	session_adopt(session, &program->handle);
	*out = program;
	return CGSWAP_OK;
}

static enum cgswap_status program_open_in(cgswap_program **out, cgswap_session *session,
					  const char *source,
					  const struct cgswap_program_opts *given)
{
	struct cgswap_program_opts opts;
	enum cgswap_status status;
	struct constant_report *constants = NULL;
	struct program *opened;

	if (!out)
		return error_bad_argument("'%s'{option} is NULL", "out");
	status = opts_take(&opts, sizeof(opts), OPTS_FIRST_PROGRAM, given);
	if (!status)
		status = program_check_opts(&opts);
	if (!status)
		status = program_open_source(&opened, &constants, session, source, &opts);
	if (status)
		return status;
	program_read_maps(opened);
	program_close_maps(opened);
	status = program_handle_new(out, session, opened);
	if (status)
		constant_report_unref(constants);
	else
		(*out)->constants = constants;
	return status;
}

enum cgswap_status cgswap_program_open(cgswap_program **out, cgswap_session *session,
				       const char *source, const struct cgswap_program_opts *opts)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = session_enter(session, "open program");
	if (status)
		return status;
	return session_leave(session, program_open_in(out, session, source, opts));
}

cgswap_program *cgswap_program_ref(cgswap_program *program)
{
	if (program)
		handle_ref(&program->handle);
	return program;
}

void cgswap_program_unref(cgswap_program *program)
{
	if (program)
		handle_unref(&program->handle);
}

enum cgswap_status cgswap_program_close(cgswap_program *program)
{
	return handle_close(program ? &program->handle : NULL, "close program");
}

static const struct program *program_opened(const cgswap_program *program)
{
	return program && handle_is_open(&program->handle) ? program->program : NULL;
}

uint32_t cgswap_program_get_id(const cgswap_program *program)
{
	return program_opened(program) ? program->program->info.id : 0;
}

const char *cgswap_program_get_name(const cgswap_program *program)
{
	return program_opened(program) ? program->program->name : "";
}

const char *cgswap_program_get_tag(const cgswap_program *program)
{
	return program_opened(program) ? program->program->tag : "";
}

const char *cgswap_program_get_type(const cgswap_program *program)
{
	const char *name;

	if (!program_opened(program))
		return "";
	name = libbpf_bpf_prog_type_str((enum bpf_prog_type)program->program->info.type);
	return name ? name : "";
}

/* Its maps are pinned first: a call that may fail, unlike that of another getter. */
static bool program_use_for_fd(cgswap_program *program)
{
	enum cgswap_status status = handle_enter(&program->handle, "get descriptor");

	if (!status)
		status = handle_leave(&program->handle, program_use(program->program));
	return !status;
}

int cgswap_program_get_fd(const cgswap_program *program)
{
	if (!program_opened(program))
		return -1;
	if (program->program->claims && !program_use_for_fd((cgswap_program *)program))
		return -1;
	return program->program->fd;
}

size_t cgswap_program_get_map_count(const cgswap_program *program)
{
	return program_opened(program) ? program->program->info.map_count : 0;
}

uint32_t cgswap_program_get_map_id(const cgswap_program *program, size_t index)
{
	return index < cgswap_program_get_map_count(program) ? program->program->info.map_ids[index]
							     : 0;
}

const char *cgswap_program_get_map_name(const cgswap_program *program, size_t index)
{
	const struct program_map *map = program_map_at(program_opened(program), index);

	return map ? map->name : "";
}

bool cgswap_program_get_map_kept(const cgswap_program *program, size_t index)
{
	const struct program_map *map = program_map_at(program_opened(program), index);

	return map && map->reused;
}

const char *cgswap_program_get_map_reason(const cgswap_program *program, size_t index)
{
	const struct program_map *map = program_map_at(program_opened(program), index);

	return map ? map->reason : "";
}

bool cgswap_program_get_map_timers_end(const cgswap_program *program, size_t index)
{
	const struct program_map *map = program_map_at(program_opened(program), index);

	return map && map->timers_end;
}
