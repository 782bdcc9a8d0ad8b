/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/object.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/libbpf_log.h"
#include "base/text.h"
#include "kernel/capability.h"
#include "object/map_def.h"
#include "object/map_fault.h"
#include "object/object_age.h"
#include "object/object_log.h"
#include "kernel/errno_error.h"

/* Returns the name of an errno. libbpf's own are none for the last error, and become 0. */
static const char *object_errno_text(int *errnum, char *text, size_t size)
{
	const char *name = cgswap_errno_get_name(*errnum);

	if (!*name)
		snprintf(text, size, "errno %d", *errnum);
	if (*errnum >= __LIBBPF_ERRNO__START)
		*errnum = 0;
	return *name ? name : text;
}

/*
 * True if the load failed because of the process or the system, not the object. The verifier
 * returns EPERM and EACCES too, so a capability must also be missing.
 */
static bool object_errno_is_environment(struct kernel *kernel, int errnum)
{
	if (errnum == EPERM || errnum == EACCES)
		return capability_missing(kernel, CAPABILITY_TO_LOAD) != CGSWAP_CAUSE_NONE;
	return error_is_exhaustion(-errnum) || errnum == ENOSYS;
}

/* Appends the line of a log that says why, if there is one. */
static void object_add_line(struct error_text *text, const char *line)
{
	if (*line)
		error_text_add(text, ": %s{found}", line);
}

/* Before libbpf was called: a descriptor, memory or a privilege is missing. */
static enum cgswap_status object_error_ahead(struct kernel *kernel, int errnum, const char *path,
					     const char *program)
{
	/* most types need CAP_NET_ADMIN too, as queries do */
	bool may_load = !capability_missing(kernel, CAPABILITY_TO_LOAD);

	return error_from_errno(kernel, may_load ? CAPABILITY_TO_QUERY : CAPABILITY_TO_LOAD, errnum,
				"program '%s'{program_name} of '%s'{path} cannot be loaded",
				program, path);
}

static enum cgswap_status object_error_degraded(const struct kernel_load_log *log, const char *path,
						const char *program)
{
	return error_set(CGSWAP_CAUSE_LIBBPF_DEGRADED, 0,
			 "program '%s'{program_name} of '%s'{path} was not loaded in full: libbpf "
			 "in this process believes that this kernel lacks %s",
			 program, path, log->lacks);
}

static enum cgswap_status object_error_rejected(struct kernel *kernel,
						const struct bpf_object *object,
						const struct kernel_load_log *log, int errnum,
						const char *path, const char *program)
{
	enum cgswap_cause cause = log->verifier ? CGSWAP_CAUSE_VERIFIER_REFUSED
						: CGSWAP_CAUSE_OBJECT_REFUSED;
	char line[300] = "", words[100];
	struct error_text text;
	const char *said;

	if (log->verifier)
		object_log_last_line(line, sizeof(line), log->verifier);
	else
		object_log_reason(line, sizeof(line), log, object);
	if (errnum == EAGAIN)
		return error_set(CGSWAP_CAUSE_INTERRUPTED, errnum,
				 "signals interrupted the load of program '%s'{program_name} of "
				 "'%s'{path}",
				 program, path);
	if (log->verifier && object_log_wants_perfmon(line) &&
	    capability_missing(kernel, CAPABILITY_FOR_POINTERS))
		return error_privilege(kernel, CAPABILITY_FOR_POINTERS, errnum,
				       "program '%s'{program_name} of '%s'{path} cannot be loaded "
				       "(%s{found})",
				       program, path, line);
	/* libbpf returns another errno than the one that it got */
	if (object_log_lacks_module_btf(log, object) &&
	    capability_missing(kernel, CAPABILITY_BY_ID))
		return error_privilege(kernel, CAPABILITY_BY_ID, EPERM,
				       "program '%s'{program_name} of '%s'{path} cannot be loaded, "
				       "since libbpf reads the BTF of the kernel's modules",
				       program, path);
	if (object_errno_is_environment(kernel, errnum)) {
		bool has_reason = errnum == ENOMEM && *line;

		return error_from_errno(
			kernel, CAPABILITY_TO_LOAD, errnum,
			"program '%s'{program_name} of '%s'{path} cannot be loaded%s%s%s", program,
			path, has_reason ? " (" : "", has_reason ? line : "",
			has_reason ? ")" : "");
	}
	said = object_errno_text(&errnum, words, sizeof(words));
	error_text_clear(&text);
	error_text_add(&text, "%s rejected program '%s'{program_name} of '%s'{path}: %s",
		       log->verifier ? "the verifier" : "libbpf", program, path, said);
	object_add_line(&text, line);
	return error_set_text(cause, errnum, &text);
}

/*
 * Reads what a map was declared as. If the kernel rejects a map with types, libbpf tries once more
 * without, and clears the ids of the types: they are read from BTF.
 */
static void object_read_declared(struct map_declared *out, struct map_def *def,
				 const struct bpf_object *object, const struct bpf_map *map)
{
	const char *name = bpf_map__name(map);
	struct map_defs all = map_defs_of(bpf_object__btf(object));
	size_t i;

	*out = (struct map_declared){ .spec = map_spec_of_object_map(map),
				      .numa_node = bpf_map__numa_node(map),
				      .extra = bpf_map__map_extra(map),
				      .name = name };
	for (i = 0; i < map_def_count(&all); i++)
		if (!strcmp(map_def_name(&all, i), name) && map_def_read(def, &all, i)) {
			out->typed = def->key_type && def->value_type;
			out->inner = def->has_inner ? &def->inner : NULL;
			return;
		}
}

/* The kernel or libbpf rejected a map: its declaration tells why, or else libbpf's line. */
static enum cgswap_status object_error_map(const struct bpf_object *object,
					   const struct kernel_load_log *log, int errnum,
					   const struct bpf_map *map, const char *path)
{
	char spec_text[MAP_SPEC_TEXT_SIZE], line[300], words[100];
	const char *name = bpf_map__name(map);
	struct map_declared declared;
	struct error_text text;
	struct map_fault fault;
	struct map_def def;

	object_read_declared(&declared, &def, object, map);
	map_fault_find(&fault, &declared);
	if (!*fault.what && (errnum == E2BIG || errnum == ENOMEM))
		map_fault_find_size(&fault, &declared.spec);
	error_text_clear(&text);
	error_text_add(&text,
		       "map '%.100s'{map} of '%s'{path} cannot be created as %s{found}: ", name,
		       path, map_spec_text(spec_text, &declared.spec));
	if (*fault.what) {
		error_text_add(&text, "%s{expected}", fault.what);
	} else {
		const char *said = object_errno_text(&errnum, words, sizeof(words));

		object_log_reason(line, sizeof(line), log, object);
		error_text_add(&text, "%s", said);
		object_add_line(&text, line);
	}
	error_set_text(errnum == ENOMEM ? CGSWAP_CAUSE_OUT_OF_MEMORY : CGSWAP_CAUSE_MAP_REFUSED,
		       errnum, &text);
	if (*fault.remedy)
		error_remedy("%s", fault.remedy);
	return cgswap_error_get_status(cgswap_last_error());
}

/* The type of a map is newer than the kernel, or its configuration leaves it out. */
static enum cgswap_status object_error_map_type(const struct bpf_map *map, int errnum,
						const char *path)
{
	const char *type = libbpf_bpf_map_type_str(bpf_map__type(map));
	char number[32];

	snprintf(number, sizeof(number), "%u", (unsigned)bpf_map__type(map));
	error_set(CGSWAP_CAUSE_KERNEL_LACKS_FEATURE, errnum,
		  "map '%.100s'{map} of '%s'{path} cannot be created: this kernel has no maps of "
		  "type '%s'{found}",
		  bpf_map__name(map), path, type ? type : number);
	error_remedy("use a kernel that has maps of this type, or another type of map");
	return CGSWAP_E_UNSUPPORTED;
}

/* CGSWAP_OK: it was no map that was rejected. */
static enum cgswap_status object_check_map(struct kernel *kernel, const struct bpf_object *object,
					   const struct kernel_load_log *log, int errnum,
					   const char *path)
{
	const struct bpf_map *map = log->verifier ? NULL : object_log_map(log, object);

	if (!map || errnum == EAGAIN ||
	    (errnum != ENOMEM && object_errno_is_environment(kernel, errnum)))
		return CGSWAP_OK;
	if (log->unknown_type && log->unknown_type == (uint32_t)bpf_map__type(map))
		return object_error_map_type(map, errnum, path);
	return object_error_map(object, log, errnum, map, path);
}

static enum cgswap_status object_error_load(struct kernel *kernel, const struct bpf_object *object,
					    struct kernel_load_log *log, int errnum,
					    const char *path, const char *program)
{
	enum cgswap_status status;

	if (log->ahead || log->denied)
		return object_error_ahead(kernel, errnum, path, program);
	if (log->refused)
		program = log->refused;
	if (log->lacks)
		status = object_error_degraded(log, path, program);
	else
		status = object_check_map(kernel, object, log, errnum, path);
	if (!status)
		status = object_error_rejected(kernel, object, log, errnum, path, program);
	object_log_take(object_log_join(log->libbpf, log->verifier));
	return status;
}

/* Names of maps of globals begin with the object's name, which libbpf takes from the path. */
static void object_name(char *name, size_t size, const char *path)
{
	text_copy(name, size, text_file_name(path));
	name[strcspn(name, ".")] = '\0';
}

/* Takes the log. */
static enum cgswap_status object_error_open(const struct object_file *file, const char *path,
					    int errnum, const char *reason, char *log)
{
	char line[300], words[100];
	struct error_text message;
	struct object_age age;
	bool old = errnum != ENOMEM && object_age_find(&age, file);
	const char *said = object_errno_text(&errnum, words, sizeof(words));

	error_text_clear(&message);
	if (old) {
		error_text_add(&message, "libbpf rejected '%s'{path}: %s{found}", path, age.what);
	} else {
		object_log_first_line(line, sizeof(line), reason);
		error_text_add(&message, "libbpf rejected '%s'{path}: %s", path, said);
		object_add_line(&message, line);
	}
	error_set_text(errnum == ENOMEM ? CGSWAP_CAUSE_OUT_OF_MEMORY : CGSWAP_CAUSE_OBJECT_REFUSED,
		       errnum, &message);
	object_log_take(log);
	if (old)
		error_remedy("%s", age.remedy);
	return cgswap_error_get_status(cgswap_last_error());
}

/* Returns 0 or an errno, and libbpf's lines. */
static int object_try_open(struct bpf_object **out, const struct object_file *file,
			   const char *name, struct libbpf_log *log, char **text, bool debug)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = name);
	int errnum;

	libbpf_log_begin(log);
	log->debug = debug;
	*out = bpf_object__open_mem(file->bytes, file->size, &opts);
	errnum = *out ? 0 : errno;
	*text = libbpf_log_end(log);
	return errnum;
}

enum cgswap_status object_open(struct bpf_object **out, const struct object_file *file,
			       const char *path)
{
	struct libbpf_log log;
	char name[64], *text;
	int errnum;

	object_name(name, sizeof(name), path);
	errnum = object_try_open(out, file, name, &log, &text, false);
	/* some reasons are at debug level only */
	if (errnum && !log.warned) {
		free(text);
		errnum = object_try_open(out, file, name, &log, &text, true);
	}
	if (!*out && errnum != EMFILE && errnum != ENFILE)
		return object_error_open(file, path, errnum, log.reason, text);
	free(text);
	/* libbpf 1.5 opens a descriptor for each map */
	return *out ? CGSWAP_OK
		    : error_from_errno(NULL, 0, errnum, "'%s'{path} cannot be opened", path);
}

enum cgswap_status object_load(int *fd, struct kernel *kernel, struct bpf_object *object,
			       struct bpf_program *program, struct kernel_object_map *maps,
			       size_t count, const char *path)
{
	struct kernel_load_log log = { 0 };
	int result = kernel->ops->load_object(kernel, object, program, maps, count, &log);

	*fd = result < 0 ? -1 : result;
	if (result < 0)
		return object_error_load(kernel, object, &log, -result, path,
					 bpf_program__name(program));
	return CGSWAP_OK;
}
