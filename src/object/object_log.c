/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/object_log.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* True for the verifier's statistics, which end each of its logs. */
static bool object_log_is_noise(const char *line)
{
	static const char *const beginnings[] = { "processed ", "verification time",
						  "stack depth" };

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

void object_log_first_line(char *out, size_t size, const char *log)
{
	snprintf(out, size, "%.*s", (int)strcspn(log, "\n"), log);
}

static bool object_log_has_name(const char *line, size_t length, const char *name)
{
	char quoted[300];
	const char *found;

	snprintf(quoted, sizeof(quoted), "'%.200s'", name);
	found = strstr(line, quoted);
	return found && found < line + length;
}

static bool object_log_names_program(const char *line, size_t length,
				     const struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		if (object_log_has_name(line, length, bpf_program__name(program)))
			return true;
	}
	return false;
}

static const struct bpf_map *object_log_line_map(const char *line, size_t length,
						 const struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		if (object_log_has_name(line, length, bpf_map__name(map)))
			return map;
	}
	return NULL;
}

const struct bpf_map *object_log_map(const struct kernel_load_log *log,
				     const struct bpf_object *object)
{
	const char *line = log->libbpf ? log->libbpf : "";

	for (; *line; line += *line == '\n') {
		size_t length = strcspn(line, "\n");
		const struct bpf_map *map = object_log_line_map(line, length, object);

		if (object_log_names_program(line, length, object))
			return NULL;
		if (map)
			return map;
		line += length;
	}
	return NULL;
}

void object_log_reason(char *out, size_t size, const struct kernel_load_log *log,
		       const struct bpf_object *object)
{
	const char *line = log->libbpf ? log->libbpf : "";

	for (; *line; line += *line == '\n') {
		size_t length = strcspn(line, "\n");

		if (object_log_names_program(line, length, object) ||
		    object_log_line_map(line, length, object)) {
			object_log_first_line(out, size, line);
			return;
		}
		line += length;
	}
	object_log_first_line(out, size, log->reason);
}

void object_log_last_line(char *out, size_t size, const char *log)
{
	const char *line = log;

	out[0] = '\0';
	while (*line) {
		size_t length = strcspn(line, "\n");

		if (length && !object_log_is_noise(line))
			snprintf(out, size, "%.*s", (int)length, line);
		line += length;
		line += *line == '\n';
	}
}

/*
 * Without it the verifier forbids pointers to be stored, compared or computed with freely, and has
 * no helpers for tracing.
 */
bool object_log_wants_perfmon(const char *line)
{
	static const char *const phrases[] = { "!root",        "leak",          "prohibited",
					       "trace_printk", "trace_vprintk", "probe_read",
					       "snprintf",     "current_task",  "task_pt_regs" };

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (strstr(line, phrases[i]))
			return true;
	return false;
}

static bool object_log_names_function(const char *line, size_t length, const struct btf *btf)
{
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (btf_is_func(type) &&
		    object_log_has_name(line, length, btf__name_by_offset(btf, type->name_off)))
			return true;
	}
	return false;
}

/*
 * libbpf 1.1 logs that a "BTF object" cannot be opened. 1.5 passes over those that it cannot see,
 * and then misses a function that the object declares.
 */
bool object_log_lacks_module_btf(const struct kernel_load_log *log, const struct bpf_object *object)
{
	const struct btf *btf = bpf_object__btf(object);
	const char *line = log->libbpf ? log->libbpf : "";

	if (strstr(line, "BTF object"))
		return true;
	for (; btf && *line; line += *line == '\n') {
		size_t length = strcspn(line, "\n");

		if (object_log_names_function(line, length, btf) &&
		    !object_log_names_program(line, length, object))
			return true;
		line += length;
	}
	return false;
}

char *object_log_join(char *one, char *other)
{
	char *joined;

	if (!one || !other || !*one || !*other) {
		char *only = one && *one ? one : other;

		free(only == one ? other : one);
		return only;
	}
	joined = realloc(one, strlen(one) + strlen(other) + 1);
	if (!joined) {
		free(one);
		return other;
	}
	strcat(joined, other);
	free(other);
	return joined;
}

/*
 * Removes the guess that libbpf prints for every EPERM as root: since 5.11 the memory of BPF
 * objects does not count against RLIMIT_MEMLOCK.
 */
static void object_log_drop_memlock_guess(char *log)
{
	static const char guess[] = "libbpf: permission error while running as root";
	char *line = log, *next;

	while (*line) {
		next = line + strcspn(line, "\n");
		next += *next == '\n';
		if (strncmp(line, guess, strlen(guess)) == 0)
			memmove(line, next, strlen(next) + 1);
		else
			line = next;
	}
}

/* The cause's remedy points to the log, which may be empty. */
void object_log_take(char *log)
{
	if (log)
		object_log_drop_memlock_guess(log);
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_OBJECT_REFUSED &&
	    (!log || !*log))
		error_remedy(
			"compile the object again with a current clang; libbpf logged no reason");
	error_take_log(log);
}
