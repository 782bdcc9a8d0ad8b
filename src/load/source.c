/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "base/path_problem.h"
#include "kernel/errno_error.h"
#include "base/text.h"

enum cgswap_status source_error_pin(struct kernel *kernel, const char *path, int errnum)
{
	if (path_problem_of(errnum))
		return error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, errnum, "nothing is pinned at %.400s",
				 path);
	switch (errnum) {
	case EACCES:
	case EINVAL:
		/* what bpf(2) says of a path that is no pin, and of one with a forbidding mode */
		error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, errnum, "%.400s is no pin that may be opened",
			  path);
		error_remedy("check that the path lies in a bpffs, and its permissions");
		return CGSWAP_E_NOT_FOUND;
	default:
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, errnum,
					"the pin %.400s cannot be opened", path);
	}
}

static enum cgswap_status fd_from_pin(int *fd, struct kernel *kernel, const char *path)
{
	int result;

	*fd = -1;
	if (!*path)
		return error_bad_argument("pin: names no path");
	result = kernel->ops->pin_open(kernel, path);
	if (result < 0)
		return source_error_pin(kernel, path, -result);
	if (kernel->ops->kind(kernel, result) != KERNEL_IS_PROGRAM) {
		enum cgswap_status status = program_error_kind(kernel, result, path);

		kernel->ops->close(kernel, result);
		return status;
	}
	*fd = result;
	return CGSWAP_OK;
}

static enum cgswap_status fd_from_fd(int *fd, struct kernel *kernel, const char *source,
				     const char *rest)
{
	int given, result;

	*fd = -1;
	if (!number_parse_fd(rest, &given))
		return error_bad_argument("%.64s is no descriptor; wanted fd:N", source);
	if (kernel->ops->kind(kernel, given) != KERNEL_IS_PROGRAM)
		return program_error_kind(kernel, given, source);
	result = kernel->ops->dup(kernel, given);
	if (result < 0)
		return error_from_errno(kernel, 0, -result, "%.64s cannot be duplicated", source);
	*fd = result;
	return CGSWAP_OK;
}

static enum cgswap_status fd_from_id(int *fd, struct kernel *kernel, const char *source,
				     const char *rest)
{
	uint32_t id;

	*fd = -1;
	if (!number_parse_id(rest, &id))
		return error_bad_argument("%.64s is no program id; wanted id:N", source);
	return program_fd_by_id(fd, kernel, id);
}

/*
 * Where the program's name begins, or NULL: the last #, but not where what comes after it is the
 * end of a path, which no name of a program is.
 */
static const char *find_hash(const char *source)
{
	const char *hash = strrchr(source, '#');

	return hash && !strchr(hash, '/') && !text_ends_with(hash, ".o") ? hash : NULL;
}

/* Whether a bare source names an object file: *.o, also with #PROGRAM. */
static bool is_object(const char *source)
{
	const char *hash = find_hash(source);

	if (text_ends_with(source, ".o"))
		return true;
	return hash && hash - source > 2 && hash[-1] == 'o' && hash[-2] == '.';
}

/* FILE[#PROGRAM] */
static enum cgswap_status parse_object(struct source *out)
{
	const char *hash = find_hash(out->rest);

	if (!*out->rest || hash == out->rest)
		return error_bad_argument("obj: names no file; wanted obj:FILE[#PROGRAM]");
	out->file = strdup(out->rest);
	if (!out->file)
		return error_no_memory();
	if (hash) {
		out->file[hash - out->rest] = '\0';
		out->program = hash + 1;
	}
	return CGSWAP_OK;
}

enum cgswap_status source_parse(struct source *out, const char *text)
{
	static const char *const words[] = { "obj", "pin", "id", "fd", NULL };
	int form;

	*out = (struct source){ .text = text };
	if (!text || !*text)
		return error_bad_argument("the source is %s; wanted obj:FILE[#PROGRAM], "
					  "pin:PATH, id:N or fd:N",
					  text ? "empty" : "NULL");
	form = text_prefix(text, words, &out->rest);
	if (form < 0 && is_object(text))
		form = SOURCE_OBJECT;
	else if (form < 0 && strchr(text, '/'))
		form = SOURCE_PIN;
	else if (form < 0 && text_is_digits(text))
		form = SOURCE_ID;
	if (form < 0)
		return error_bad_argument(
			"%.200s is no source; wanted obj:FILE[#PROGRAM], pin:PATH, "
			"id:N or fd:N",
			text);
	out->form = (enum source_form)form;
	return form == SOURCE_OBJECT ? parse_object(out) : CGSWAP_OK;
}

void source_free(struct source *source)
{
	free(source->file);
	source->file = NULL;
}

enum cgswap_status source_open(struct program **out, struct kernel *kernel,
			       const struct source *source)
{
	enum cgswap_status status;
	int fd;

	*out = NULL;
	switch (source->form) {
	case SOURCE_PIN:
		status = fd_from_pin(&fd, kernel, source->rest);
		break;
	case SOURCE_ID:
		status = fd_from_id(&fd, kernel, source->text, source->rest);
		break;
	case SOURCE_FD:
		status = fd_from_fd(&fd, kernel, source->text, source->rest);
		break;
	default:
		return error_bad_argument("%.200s is no loaded program", source->text);
	}
	return status ? status : program_from_fd(out, kernel, fd);
}
