/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "number.h"
#include "object.h"
#include "options.h"
#include "privilege.h"
#include "text.h"

static const char OPEN[] = "open program";

enum { FIRST_OPTS = sizeof(struct cgswap_program_opts) };

void program_name(char *name, size_t size, struct kernel *kernel, int fd,
		  const struct kernel_program *info)
{
	snprintf(name, size, "%s", info->name);
	/* only a name that fills its room can have been cut */
	if (strlen(info->name) == KERNEL_NAME_SIZE - 1)
		kernel->ops->program_full_name(kernel, fd, name, size);
}

void program_tag(char *tag, const struct kernel_program *info)
{
	for (size_t i = 0; i < KERNEL_TAG_SIZE; i++)
		snprintf(tag + 2 * i, 3, "%02x", info->tag[i]);
}

const char *program_label(char *text, struct kernel *kernel, uint32_t id)
{
	int fd = kernel->ops->program_by_id(kernel, id);
	struct kernel_program info;
	char name[PROGRAM_NAME_SIZE] = "";

	if (fd >= 0 && kernel->ops->program_info(kernel, fd, &info) == 0)
		program_name(name, sizeof(name), kernel, fd, &info);
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	if (*name)
		snprintf(text, PROGRAM_LABEL_SIZE, "%u (%s)", id, name);
	else
		snprintf(text, PROGRAM_LABEL_SIZE, "%u", id);
	return text;
}

enum cgswap_status program_refuse_kind(struct kernel *kernel, int fd, const char *named,
				       const char *operation)
{
	static const char *const kinds[] = {
		[KERNEL_IS_PROGRAM] = "a BPF program",
		[KERNEL_IS_MAP] = "a BPF map",
		[KERNEL_IS_LINK] = "a BPF link",
		[KERNEL_IS_CGROUP] = "a cgroup",
		[KERNEL_IS_CGROUP_V1] = "a cgroup v1 directory",
		[KERNEL_IS_DIRECTORY] = "a directory",
		[KERNEL_IS_OTHER] = "something else, such as a file or socket",
	};
	enum kernel_kind kind = kernel->ops->kind(kernel, fd);

	if (kind == KERNEL_IS_CLOSED)
		return error_set(CGSWAP_CAUSE_BAD_DESCRIPTOR, EBADF, operation,
				 "%.200s, given as a program, is not open", named);
	return error_set(CGSWAP_CAUSE_NOT_A_PROGRAM, 0, operation,
			 "%.200s is %s, not a BPF program", named, kinds[kind]);
}

enum cgswap_status program_refuse_pin(struct kernel *kernel, const char *path, int errnum,
				      const char *operation)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG:
		return error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, errnum, operation,
				 "nothing is pinned at %.400s", path);
	case EMFILE:
	case ENFILE:
		return error_set(CGSWAP_CAUSE_TOO_MANY_FILES, errnum, operation,
				 "no descriptor is left to open %.400s", path);
	case EPERM:
		return privilege_refuse(kernel, PRIVILEGE_TO_LOAD, errnum, operation,
					"the pin %.400s may not be opened", path);
	case EACCES:
	case EINVAL:
		/* what bpf(2) says of a path that is no pin, and of one with a forbidding mode */
		error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, errnum, operation,
			  "%.400s is no pin that may be opened", path);
		error_remedy("check that the path lies in a bpffs, and its permissions");
		return CGSWAP_E_NOT_FOUND;
	default:
		return error_set(CGSWAP_CAUSE_UNEXPLAINED, errnum, operation,
				 "the pin %.400s cannot be opened: %s", path,
				 cgswap_errno_get_name(errnum));
	}
}

enum cgswap_status program_fd_by_id(int *fd, struct kernel *kernel, uint32_t id,
				    const char *operation)
{
	int result = kernel->ops->program_by_id(kernel, id);

	*fd = result < 0 ? -1 : result;
	switch (-result) {
	case ENOENT:
		return error_set(CGSWAP_CAUSE_PROGRAM_NOT_FOUND, ENOENT, operation,
				 "no loaded program has the id %u", id);
	case EPERM:
	case EACCES:
		return privilege_refuse(kernel, PRIVILEGE_BY_ID, -result, operation,
					"program id %u cannot be opened by its id", id);
	case EMFILE:
	case ENFILE:
		return error_set(CGSWAP_CAUSE_TOO_MANY_FILES, -result, operation,
				 "no descriptor is left to open program id %u", id);
	}
	if (result < 0)
		return error_set(CGSWAP_CAUSE_UNEXPLAINED, -result, operation,
				 "program id %u cannot be opened: %s", id,
				 cgswap_errno_get_name(-result));
	return CGSWAP_OK;
}

enum cgswap_status program_from_fd(struct program **out, struct kernel *kernel, int fd,
				   const char *operation)
{
	struct program *program = calloc(1, sizeof(*program));
	int err;

	*out = NULL;
	if (!program) {
		kernel->ops->close(kernel, fd);
		return error_no_memory(operation);
	}
	atomic_init(&program->refs, 1);
	program->kernel = kernel;
	program->fd = fd;
	err = kernel->ops->program_info(kernel, fd, &program->info);
	if (err) {
		program_unref(program);
		return error_set(CGSWAP_CAUSE_UNEXPLAINED, -err, operation,
				 "the kernel tells nothing of the program: %s",
				 cgswap_errno_get_name(-err));
	}
	program_name(program->name, sizeof(program->name), kernel, fd, &program->info);
	program_tag(program->tag, &program->info);
	*out = program;
	return CGSWAP_OK;
}

struct program *program_ref(struct program *program)
{
	atomic_fetch_add_explicit(&program->refs, 1, memory_order_relaxed);
	return program;
}

void program_unref(struct program *program)
{
	if (!program || atomic_fetch_sub_explicit(&program->refs, 1, memory_order_acq_rel) != 1)
		return;
	program->kernel->ops->close(program->kernel, program->fd);
	free(program->map_names);
	free(program);
}

void program_learn_maps(struct program *program)
{
	struct kernel *kernel = program->kernel;
	struct kernel_map map;

	if (program->map_names || !program->info.map_count)
		return;
	program->map_names = calloc(program->info.map_count, sizeof(*program->map_names));
	for (size_t i = 0; program->map_names && i < program->info.map_count; i++) {
		int fd = kernel->ops->map_by_id(kernel, program->info.map_ids[i]);

		if (fd < 0)
			continue;
		if (kernel->ops->map_info(kernel, fd, &map) == 0)
			memcpy(program->map_names[i], map.name, sizeof(map.name));
		kernel->ops->close(kernel, fd);
	}
}

static enum cgswap_status fd_from_object(int *fd, struct kernel *kernel, const char *rest,
					 const struct attach_type *type, const char *operation)
{
	const char *hash = strrchr(rest, '#');
	enum cgswap_status status;
	char *file;

	*fd = -1;
	if (!*rest || hash == rest)
		return error_bad_argument(operation, "obj: names no file; wanted obj:FILE[#PROGRAM]");
	file = strdup(rest);
	if (!file)
		return error_no_memory(operation);
	if (hash)
		file[hash - rest] = '\0';
	status = object_load(fd, kernel, file, hash ? hash + 1 : NULL, type, operation);
	free(file);
	return status;
}

static enum cgswap_status fd_from_pin(int *fd, struct kernel *kernel, const char *path,
				      const char *operation)
{
	int result;

	*fd = -1;
	if (!*path)
		return error_bad_argument(operation, "pin: names no path");
	result = kernel->ops->pin_open(kernel, path);
	if (result < 0)
		return program_refuse_pin(kernel, path, -result, operation);
	if (kernel->ops->kind(kernel, result) != KERNEL_IS_PROGRAM) {
		enum cgswap_status status = program_refuse_kind(kernel, result, path, operation);

		kernel->ops->close(kernel, result);
		return status;
	}
	*fd = result;
	return CGSWAP_OK;
}

static enum cgswap_status fd_from_fd(int *fd, struct kernel *kernel, const char *source,
				     const char *rest, const char *operation)
{
	int given, result;

	*fd = -1;
	if (!number_parse_fd(rest, &given))
		return error_bad_argument(operation, "%.64s is no descriptor; wanted fd:N", source);
	if (kernel->ops->kind(kernel, given) != KERNEL_IS_PROGRAM)
		return program_refuse_kind(kernel, given, source, operation);
	result = kernel->ops->dup(kernel, given);
	if (result < 0)
		return error_set(CGSWAP_CAUSE_TOO_MANY_FILES, -result, operation,
				 "no descriptor is left to duplicate %.64s", source);
	*fd = result;
	return CGSWAP_OK;
}

static enum cgswap_status fd_from_id(int *fd, struct kernel *kernel, const char *source,
				     const char *rest, const char *operation)
{
	uint32_t id;

	*fd = -1;
	if (!number_parse_id(rest, &id))
		return error_bad_argument(operation, "%.64s is no program id; wanted id:N", source);
	return program_fd_by_id(fd, kernel, id, operation);
}

/* Whether a bare source names an object file: *.o, also with #PROGRAM. */
static bool is_object(const char *source)
{
	const char *hash = strrchr(source, '#');

	if (text_ends_with(source, ".o"))
		return true;
	return hash && hash - source > 2 && hash[-1] == 'o' && hash[-2] == '.';
}

enum cgswap_status program_from_source(struct program **out, struct cgswap_session *session,
				       const char *source, const struct attach_type *type,
				       const char *operation)
{
	enum { OBJ, PIN, ID, FD };
	static const char *const words[] = { "obj", "pin", "id", "fd", NULL };
	struct kernel *kernel = session->kernel;
	enum cgswap_status status;
	const char *rest;
	int form, fd;

	*out = NULL;
	if (!source || !*source)
		return error_bad_argument(operation, "the source is %s; wanted obj:FILE[#PROGRAM], "
						     "pin:PATH, id:N or fd:N",
					  source ? "empty" : "NULL");
	form = text_prefix(source, words, &rest);
	if (form < 0 && is_object(source))
		form = OBJ;
	else if (form < 0 && strchr(source, '/'))
		form = PIN;
	else if (form < 0 && text_is_digits(source))
		form = ID;
	switch (form) {
	case OBJ:
		status = fd_from_object(&fd, kernel, rest, type, operation);
		break;
	case PIN:
		status = fd_from_pin(&fd, kernel, rest, operation);
		break;
	case ID:
		status = fd_from_id(&fd, kernel, source, rest, operation);
		break;
	case FD:
		status = fd_from_fd(&fd, kernel, source, rest, operation);
		break;
	default:
		return error_bad_argument(operation,
					  "%.200s is no source; wanted obj:FILE[#PROGRAM], pin:PATH, "
					  "id:N or fd:N",
					  source);
	}
	return status ? status : program_from_fd(out, kernel, fd, operation);
}

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
		status = program_from_source(&opened, session, source, type, OPEN);
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
