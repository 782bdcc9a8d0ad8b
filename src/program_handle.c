/* SPDX-License-Identifier: BSD-2-Clause */
/* The public handle of a program. */
#include <bpf/libbpf.h>
#include <stdlib.h>

#include "error.h"
#include "options.h"
#include "source.h"

static const char OPEN[] = "open program";

enum { FIRST_OPTS = sizeof(struct cgswap_program_opts) };

static void program_shut(struct handle *handle)
{
	struct cgswap_program *program = (struct cgswap_program *)handle;

	program_unref(program->program);
	program->program = NULL;
}

static void program_free(struct handle *handle)
{
	struct cgswap_program *program = (struct cgswap_program *)handle;

	session_release(program->session, handle);
	free(program);
}

static enum cgswap_status open_in(cgswap_program **out, cgswap_session *session, const char *source,
				  const struct cgswap_program_opts *given)
{
	const struct attach_type *type = NULL;
	struct cgswap_program_opts opts;
	struct cgswap_program *program;
	enum cgswap_status status;
	struct program *opened;

	if (!out)
		return error_bad_argument(OPEN, "out is NULL");
	status = options_take(&opts, sizeof(opts), FIRST_OPTS, given, OPEN);
	if (!status && opts.attach_type)
		status = attach_type_find(&type, opts.attach_type, OPEN);
	if (!status)
		status = source_open(&opened, session, source, type, OPEN);
	if (status)
		return status;
	program = calloc(1, sizeof(*program));
	if (!program) {
		program_unref(opened);
		return error_no_memory(OPEN);
	}
	handle_init(&program->handle, program_shut, program_free);
	program->session = session;
	program->program = opened;
	session_adopt(session, &program->handle);
	*out = program;
	return CGSWAP_OK;
}

enum cgswap_status cgswap_program_open(cgswap_program **out, cgswap_session *session,
				       const char *source, const struct cgswap_program_opts *opts)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = handle_enter(session ? &session->handle : NULL, OPEN);
	if (status)
		return status;
	return handle_leave(&session->handle, open_in(out, session, source, opts));
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

static const struct program *opened(const cgswap_program *program)
{
	return program && handle_is_open(&program->handle) ? program->program : NULL;
}

uint32_t cgswap_program_get_id(const cgswap_program *program)
{
	return opened(program) ? program->program->info.id : 0;
}

const char *cgswap_program_get_name(const cgswap_program *program)
{
	return opened(program) ? program->program->name : "";
}

const char *cgswap_program_get_tag(const cgswap_program *program)
{
	return opened(program) ? program->program->tag : "";
}

const char *cgswap_program_get_type(const cgswap_program *program)
{
	const char *name;

	if (!opened(program))
		return "";
	name = libbpf_bpf_prog_type_str((enum bpf_prog_type)program->program->info.type);
	return name ? name : "";
}

int cgswap_program_get_fd(const cgswap_program *program)
{
	return opened(program) ? program->program->fd : -1;
}
