/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "number.h"
#include "object.h"
#include "privilege.h"
#include "text.h"

enum cgswap_status source_refuse_pin(struct kernel *kernel, const char *path, int errnum,
				     const char *operation)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG:
		return error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, errnum, operation,
				 "nothing is pinned at %.400s", path);
	case EACCES:
	case EINVAL:
		/* what bpf(2) says of a path that is no pin, and of one with a forbidding mode */
		error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, errnum, operation,
			  "%.400s is no pin that may be opened", path);
		error_remedy("check that the path lies in a bpffs, and its permissions");
		return CGSWAP_E_NOT_FOUND;
	default:
		return refuse_errno(kernel, PRIVILEGE_TO_LOAD, errnum, operation,
				    "the pin %.400s cannot be opened", path);
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
		return source_refuse_pin(kernel, path, -result, operation);
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
		return refuse_errno(kernel, 0, -result, operation, "%.64s cannot be duplicated",
				    source);
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

enum cgswap_status source_open(struct program **out, struct cgswap_session *session,
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
