/* SPDX-License-Identifier: BSD-2-Clause */
#include "object.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "libbpf_log.h"
#include "privilege.h"

/* How well a program of the object suits the hook, as far as its section tells. */
enum fit {
	OTHER_TYPE, /* of another program type */
	OTHER_HOOK, /* of the type, but for another hook */
	OPEN,       /* its section leaves the hook open */
	EXACT
};

static bool section_is(const struct bpf_program *program, const char *name)
{
	const char *section = bpf_program__section_name(program);

	return section && strcmp(section, name) == 0;
}

static enum fit fit_of(const struct bpf_program *program, const struct attach_type *type)
{
	uint32_t has = bpf_program__type(program);

	if (!type)
		return EXACT;
	if (has == BPF_PROG_TYPE_UNSPEC)
		return OPEN;
	if (has != type->program_type)
		return OTHER_TYPE;
	if (section_is(program, "cgroup/skb") || section_is(program, "cgroup_skb"))
		return OPEN;
	if (has == BPF_PROG_TYPE_SOCK_OPS)
		return EXACT;
	return (uint32_t)bpf_program__expected_attach_type(program) == type->number ? EXACT :
										      OTHER_HOOK;
}

/* The object's programs in words: "fw (cgroup_skb/egress), count (cgroup/skb)". */
static void list_programs(char *text, size_t size, struct bpf_object *object,
			  const struct attach_type *type, enum fit least)
{
	struct bpf_program *program;
	size_t length = 0;

	text[0] = '\0';
	bpf_object__for_each_program(program, object) {
		if (fit_of(program, type) < least || length >= size)
			continue;
		length += snprintf(text + length, size - length, "%s%s (%s)", length ? ", " : "",
				   bpf_program__name(program), bpf_program__section_name(program));
	}
}

static enum cgswap_status choose_named(struct bpf_program **out, struct bpf_object *object,
				       const char *path, const char *name, const char *operation)
{
	char list[400];

	*out = bpf_object__find_program_by_name(object, name);
	if (*out)
		return CGSWAP_OK;
	list_programs(list, sizeof(list), object, NULL, EXACT);
	error_set(CGSWAP_CAUSE_PROGRAM_NOT_IN_OBJECT, 0, operation, "%s has no program %s; it has: %s",
		  path, *name ? name : "\"\"", list);
	return CGSWAP_E_REJECTED;
}

/* The one program that fits best; an open section counts where none says the hook. */
static enum cgswap_status choose_fitting(struct bpf_program **out, struct bpf_object *object,
					 const char *path, const struct attach_type *type,
					 const char *operation)
{
	struct bpf_program *program, *exact = NULL, *open = NULL;
	size_t exacts = 0, opens = 0;
	char list[400];

	bpf_object__for_each_program(program, object) {
		enum fit fit = fit_of(program, type);

		if (fit == EXACT && !exacts++)
			exact = program;
		if (fit == OPEN && !opens++)
			open = program;
	}
	*out = exacts ? exact : open;
	if (exacts == 1 || (!exacts && opens == 1))
		return CGSWAP_OK;
	if (!exacts && !opens) {
		list_programs(list, sizeof(list), object, NULL, EXACT);
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0, operation,
				 "%s has no program for %s; it has: %s", path, type->short_name,
				 list);
	}
	list_programs(list, sizeof(list), object, type, exacts ? EXACT : OPEN);
	return error_set(CGSWAP_CAUSE_SOURCE_AMBIGUOUS, 0, operation,
			 "%s has several programs that fit: %s", path, list);
}

/* Sees to it that the program is loaded for the hook asked for. */
static enum cgswap_status set_hook(struct bpf_program *program, const char *path,
				   const struct attach_type *type, const char *operation)
{
	const struct attach_type *own;

	if (!type)
		return CGSWAP_OK;
	switch (fit_of(program, type)) {
	case OPEN:
		bpf_program__set_type(program, (enum bpf_prog_type)type->program_type);
		bpf_program__set_expected_attach_type(program, (enum bpf_attach_type)type->number);
		return CGSWAP_OK;
	case OTHER_TYPE:
		return error_set(CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH, 0, operation,
				 "%s of %s is a %s program, and %s takes %s", bpf_program__name(program),
				 path, libbpf_bpf_prog_type_str(bpf_program__type(program)),
				 type->short_name,
				 libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type));
	case OTHER_HOOK:
		/* where the kernel does not mind, it shall decide */
		if (!type->bound)
			return CGSWAP_OK;
		own = attach_type_by_number(bpf_program__expected_attach_type(program));
		return error_set(CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH, 0, operation,
				 "%s of %s is for %s, and %s was asked for",
				 bpf_program__name(program), path,
				 own ? own->short_name : "another hook", type->short_name);
	default:
		return CGSWAP_OK;
	}
}

/* The last line of a log that says something: not the verifier's statistics, not libbpf's summary. */
static void last_telling_line(char *out, size_t size, const char *log)
{
	static const char *const empty_talk[] = { "processed ", "verification time",
						  "stack depth", "libbpf: failed to load object",
						  "libbpf: -- ", "libbpf: prog '", "-- " };
	const char *line = log;

	out[0] = '\0';
	while (line && *line) {
		size_t length = strcspn(line, "\n");
		bool says = length > 0;

		for (size_t i = 0; i < sizeof(empty_talk) / sizeof(empty_talk[0]); i++)
			if (strncmp(line, empty_talk[i], strlen(empty_talk[i])) == 0)
				says = false;
		if (says)
			snprintf(out, size, "%.*s", (int)length, line);
		line += length;
		line += *line == '\n';
	}
}

/* The verifier says EPERM and EACCES too, so privilege is asked for. */
static bool is_nobodys_fault(struct kernel *kernel, int errnum)
{
	if (errnum == EPERM || errnum == EACCES)
		return privilege_missing(kernel, PRIVILEGE_TO_LOAD) != CGSWAP_CAUSE_NONE;
	return errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE || errnum == ENOSYS;
}

static enum cgswap_status refuse_load(struct kernel *kernel, struct kernel_load_log *log, int errnum,
				      const char *path, const char *program, const char *operation)
{
	enum cgswap_cause cause = log->verifier ? CGSWAP_CAUSE_VERIFIER_REFUSED :
						  CGSWAP_CAUSE_OBJECT_REFUSED;
	enum cgswap_status status;
	char line[300] = "";

	if (is_nobodys_fault(kernel, errnum)) {
		status = refuse_errno(kernel, PRIVILEGE_TO_LOAD, errnum, operation,
				      "%s of %s cannot be loaded", program, path);
	} else {
		last_telling_line(line, sizeof(line), log->text);
		status = error_set(cause, errnum, operation, "%s of %s was refused by %s: %s%s%s",
				   program, path, log->verifier ? "the verifier" : "libbpf",
				   cgswap_errno_get_name(errnum), *line ? ": " : "", line);
	}
	error_take_log(log->text);
	log->text = NULL;
	return status;
}

/* Map names of globals begin with the object's name: as libbpf would take it from the path. */
static void object_name(char *name, size_t size, const char *path)
{
	const char *base = strrchr(path, '/');

	snprintf(name, size, "%s", base ? base + 1 : path);
	name[strcspn(name, ".")] = '\0';
}

static enum cgswap_status open_object(struct bpf_object **out, const struct object_file *file,
				      const char *path, const char *operation)
{
	char name[64], line[300], *text;
	struct libbpf_log log;
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
	last_telling_line(line, sizeof(line), text);
	error_set(errnum == ENOMEM ? CGSWAP_CAUSE_OUT_OF_MEMORY : CGSWAP_CAUSE_OBJECT_REFUSED,
		  errnum, operation, "%s was refused by libbpf: %s%s%s", path,
		  cgswap_errno_get_name(errnum), *line ? ": " : "", line);
	error_take_log(text);
	return cgswap_error_get_status(cgswap_last_error());
}

static enum cgswap_status load_chosen(int *fd, struct kernel *kernel, struct bpf_object *object,
				      const char *path, const char *name,
				      const struct attach_type *type, const char *operation)
{
	struct bpf_program *chosen, *program;
	struct kernel_load_log log = { 0 };
	enum cgswap_status status;
	int result;

	if (!bpf_object__next_program(object, NULL))
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0, operation,
				 "%s has no program at all", path);
	if (name)
		status = choose_named(&chosen, object, path, name, operation);
	else
		status = choose_fitting(&chosen, object, path, type, operation);
	if (!status)
		status = set_hook(chosen, path, type, operation);
	if (status)
		return status;
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, program == chosen);
	result = kernel->ops->load_object(kernel, object, chosen, &log);
	if (result < 0)
		return refuse_load(kernel, &log, -result, path, bpf_program__name(chosen),
				   operation);
	*fd = result;
	return CGSWAP_OK;
}

enum cgswap_status object_load(int *fd, struct kernel *kernel, const char *path,
			       const char *program, const struct attach_type *type,
			       const char *operation)
{
	struct bpf_object *object = NULL;
	enum cgswap_status status;
	struct object_file file;

	*fd = -1;
	status = object_read(&file, path, operation);
	if (status)
		return status;
	status = open_object(&object, &file, path, operation);
	if (!status)
		status = load_chosen(fd, kernel, object, path, program, type, operation);
	bpf_object__close(object);
	free(file.bytes);
	return status;
}
