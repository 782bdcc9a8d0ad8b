/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/source.h"

#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "program/pin.h"
#include "kernel/errno_error.h"

/*
 * A bare word is not an object file unless it ends in .o. Offers obj: if it names a regular file; a
 * pin in a bpffs is one too, but not an object file.
 */
static void source_offer_object(const char *text)
{
	struct statfs fs;
	struct stat st;

	if (stat(text, &st) == 0 && S_ISREG(st.st_mode) && statfs(text, &fs) == 0 &&
	    (uint32_t)fs.f_type != BPF_FS_MAGIC)
		error_remedy("write obj:%.200s if this is an object file", text);
}

static enum cgswap_status source_fd_from_pin(int *fd, struct kernel *kernel, const char *path)
{
	int result;

	*fd = -1;
	if (!*path)
		return error_bad_argument("the source has no path after '%s'{source}; expected "
					  "pin:PATH",
					  "pin:");
	result = kernel->ops->pin_open(kernel, path);
	if (result < 0) {
		enum cgswap_status status = pin_check_directory(kernel, path);

		return status ? status : pin_error_open(kernel, path, -result);
	}
	if (kernel->ops->kind(kernel, result) != KERNEL_IS_PROGRAM) {
		enum cgswap_status status = program_error_kind(kernel, result, path);

		kernel->ops->close(kernel, result);
		return status;
	}
	*fd = result;
	return CGSWAP_OK;
}

static enum cgswap_status source_fd_from_fd(int *fd, struct kernel *kernel, const char *source,
					    const char *rest)
{
	int given, result;

	*fd = -1;
	if (!number_parse_fd(rest, &given))
		return error_bad_argument("'%.64s'{source} is not a descriptor; expected fd:N",
					  source);
	if (kernel->ops->kind(kernel, given) != KERNEL_IS_PROGRAM)
		return program_error_kind(kernel, given, source);
	result = kernel->ops->dup(kernel, given);
	if (result < 0)
		return error_from_errno(kernel, 0, -result,
					"descriptor '%.64s'{source} cannot be duplicated", source);
	*fd = result;
	return CGSWAP_OK;
}

static enum cgswap_status source_fd_from_id(int *fd, struct kernel *kernel, const char *source,
					    const char *rest)
{
	uint32_t id;

	*fd = -1;
	if (!number_parse_id(rest, &id))
		return error_bad_argument("'%.64s'{source} is not a program id; expected id:N",
					  source);
	return program_fd_by_id(fd, kernel, id);
}

/*
 * Returns the '#' before the name of the program, or NULL. It is the last '#', unless the text
 * after it is the rest of a path and cannot be a program name.
 */
static const char *source_find_hash(const char *source)
{
	const char *hash = strrchr(source, '#');

	return hash && !strchr(hash, '/') && !text_ends_with(hash, ".o") ? hash : NULL;
}

/* True if a source without a prefix names an object file: *.o or *.o#PROGRAM. */
static bool source_is_object(const char *source)
{
	const char *hash = source_find_hash(source);

	if (text_ends_with(source, ".o"))
		return true;
	return hash && hash - source > 2 && hash[-1] == 'o' && hash[-2] == '.';
}

/* FILE[#PROGRAM] */
static enum cgswap_status source_parse_object(struct source *out)
{
	const char *hash = source_find_hash(out->rest);

	if (!*out->rest || hash == out->rest)
		return error_bad_argument("the source has no file after '%s'{source}; expected "
					  "obj:FILE[#PROGRAM]",
					  "obj:");
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
		return error_bad_argument("the source is %s; expected obj:FILE[#PROGRAM], "
					  "pin:PATH, id:N or fd:N",
					  text ? "empty" : "NULL");
	form = text_prefix(text, words, &out->rest);
	if (form < 0 && source_is_object(text))
		form = SOURCE_OBJECT;
	else if (form < 0 && strchr(text, '/'))
		form = SOURCE_PIN;
	else if (form < 0 && text_is_digits(text))
		form = SOURCE_ID;
	if (form < 0) {
		error_bad_argument(
			"'%.200s'{source} is not a source; expected obj:FILE[#PROGRAM], pin:PATH, "
			"id:N or fd:N",
			text);
		source_offer_object(text);
		return CGSWAP_E_ARGUMENT;
	}
	out->form = (enum source_form)form;
	return form == SOURCE_OBJECT ? source_parse_object(out) : CGSWAP_OK;
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
		status = source_fd_from_pin(&fd, kernel, source->rest);
		if (status != CGSWAP_OK && source->rest == source->text)
			source_offer_object(source->text);
		break;
	case SOURCE_ID:
		status = source_fd_from_id(&fd, kernel, source->text, source->rest);
		break;
	case SOURCE_FD:
		status = source_fd_from_fd(&fd, kernel, source->text, source->rest);
		break;
	default:
		return error_bad_argument("'%.200s'{source} is not a loaded program", source->text);
	}
	return status ? status : program_from_fd(out, kernel, fd);
}

enum cgswap_status source_open_all(struct program **out, size_t *count, struct kernel *kernel,
				   const char *const *list)
{
	enum cgswap_status status = CGSWAP_OK;

	*count = 0;
	for (; list && *list && !status; list++) {
		struct source parsed;

		status = source_parse(&parsed, *list);
		if (!status)
			status = source_open(&out[*count], kernel, &parsed);
		source_free(&parsed);
		*count += !status;
	}
	return status;
}
