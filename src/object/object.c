/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/object.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/libbpf_log.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "base/text.h"

/* What is said of any refusal, of sections that do not matter, or as a guess. */
static bool is_log_noise(const char *line, size_t length)
{
	static const char *const beginnings[] = {
		"processed ",
		"verification time",
		"stack depth",
		"-- ",
		"libbpf: -- ",
		"libbpf: failed to load object",
		"libbpf: elf: skipping ",
		"libbpf: permission error while running as root",
	};
	static const char *const of_programs[] = {
		"': BPF program load failed",
		"': failed to load: ",
		"': failed to prepare load ",
		"': -- ",
	};

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	if (strncmp(line, "libbpf: prog '", strlen("libbpf: prog '")))
		return false;
	for (size_t i = 0; i < sizeof(of_programs) / sizeof(of_programs[0]); i++) {
		const char *found = strstr(line, of_programs[i]);

		if (found && found < line + length)
			return true;
	}
	return false;
}

/* The last line of a log that says something: not the verifier's statistics, not libbpf's summary.
 */
static void last_error_line(char *out, size_t size, const char *log)
{
	const char *line = log;

	out[0] = '\0';
	while (line && *line) {
		size_t length = strcspn(line, "\n");

		if (length && !is_log_noise(line, length))
			snprintf(out, size, "%.*s", (int)length, line);
		line += length;
		line += *line == '\n';
	}
}

/* Gives the log to the last error, whose remedy is to read it; another one where there is none. */
static void object_take_log(char *log)
{
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_OBJECT_REFUSED &&
	    (!log || !*log))
		error_remedy("compile the object anew; libbpf does not say what is wrong with it");
	error_take_log(log);
}

/* What libbpf answers beyond the system's errnos: what it calls them, and no errno for the error.
 */
static const char *libbpf_errno_text(int *errnum, char *text, size_t size)
{
	const char *name = cgswap_errno_get_name(*errnum);

	if (*errnum >= __LIBBPF_ERRNO__START) {
		libbpf_strerror(*errnum, text, size);
		*errnum = 0;
		return text;
	}
	if (!*name)
		snprintf(text, size, "errno %d", *errnum);
	return *name ? name : text;
}

/* The verifier says EPERM and EACCES too, so privilege is asked for. */
static bool is_machine_error(struct kernel *kernel, int errnum)
{
	if (errnum == EPERM || errnum == EACCES)
		return capability_missing(kernel, CAPABILITY_TO_LOAD) != CGSWAP_CAUSE_NONE;
	return error_is_exhaustion(-errnum) || errnum == ENOSYS;
}

/* What the verifier refused may be a program that the chosen one calls. */
static const char *name_refused(const struct bpf_object *object, const char *chosen,
				const char *log)
{
	struct bpf_program *program;
	char line[200];

	bpf_object__for_each_program(program, object)
	{
		snprintf(line, sizeof(line), "prog '%.100s': BPF program load failed",
			 bpf_program__name(program));
		if (log && bpf_program__autoload(program) && strstr(log, line))
			return bpf_program__name(program);
	}
	return chosen;
}

static enum cgswap_status error_object_load(struct kernel *kernel, struct kernel_load_log *log,
					    int errnum, const char *path, const char *program)
{
	enum cgswap_cause cause = log->verifier ? CGSWAP_CAUSE_VERIFIER_REFUSED
						: CGSWAP_CAUSE_OBJECT_REFUSED;
	char line[300] = "", words[100];
	enum cgswap_status status;
	const char *said;

	last_error_line(line, sizeof(line), log->text);
	if (is_machine_error(kernel, errnum)) {
		bool tells = errnum == ENOMEM && *line;

		status = error_from_errno(kernel, CAPABILITY_TO_LOAD, errnum,
					  "%s of %s cannot be loaded%s%s%s", program, path,
					  tells ? " (" : "", tells ? line : "", tells ? ")" : "");
	} else {
		said = libbpf_errno_text(&errnum, words, sizeof(words));
		status = error_set(cause, errnum, "%s of %s was refused by %s: %s%s%s", program,
				   path, log->verifier ? "the verifier" : "libbpf", said,
				   *line ? ": " : "", line);
	}
	object_take_log(log->text);
	log->text = NULL;
	return status;
}

/* Map names of globals begin with the object's name: as libbpf would take it from the path. */
static void object_name(char *name, size_t size, const char *path)
{
	snprintf(name, size, "%s", text_file_name(path));
	name[strcspn(name, ".")] = '\0';
}

enum cgswap_status object_open(struct bpf_object **out, const struct object_file *file,
			       const char *path)
{
	char name[64], line[300], words[100], *text;
	struct libbpf_log log;
	const char *said;
	int errnum;

	object_name(name, sizeof(name), path);
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = name);

	libbpf_log_begin(&log);
	*out = bpf_object__open_mem(file->bytes, file->size, &opts);
	errnum = *out ? 0 : errno;
	text = libbpf_log_end(&log);
	if (*out) {
		free(text);
		return CGSWAP_OK;
	}
	last_error_line(line, sizeof(line), text);
	said = libbpf_errno_text(&errnum, words, sizeof(words));
	error_set(errnum == ENOMEM ? CGSWAP_CAUSE_OUT_OF_MEMORY : CGSWAP_CAUSE_OBJECT_REFUSED,
		  errnum, "%s was refused by libbpf: %s%s%s", path, said, *line ? ": " : "", line);
	object_take_log(text);
	return cgswap_error_get_status(cgswap_last_error());
}

enum cgswap_status object_load(int *fd, struct kernel *kernel, struct bpf_object *object,
			       struct bpf_program *program, struct kernel_object_map *maps,
			       size_t count, const char *path)
{
	struct kernel_load_log log = { 0 };
	int result = kernel->ops->load_object(kernel, object, program, maps, count, &log);

	*fd = result < 0 ? -1 : result;
	if (result < 0)
		return error_object_load(
			kernel, &log, -result, path,
			name_refused(object, bpf_program__name(program), log.text));
	return CGSWAP_OK;
}
