/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/object_log.h"

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* True for lines that any failure logs, that concern irrelevant sections, or that are a guess. */
static bool object_log_is_noise(const char *line, size_t length)
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

void object_log_last_line(char *out, size_t size, const char *log)
{
	const char *line = log;

	out[0] = '\0';
	while (line && *line) {
		size_t length = strcspn(line, "\n");

		if (length && !object_log_is_noise(line, length))
			snprintf(out, size, "%.*s", (int)length, line);
		line += length;
		line += *line == '\n';
	}
}

const char *object_log_refused_program(const struct bpf_object *object, const char *selected,
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
	return selected;
}

/* The cause's remedy points to the log, which may be empty. */
void object_log_take(char *log)
{
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_OBJECT_REFUSED &&
	    (!log || !*log))
		error_remedy(
			"compile the object again with a current clang; libbpf logged no reason");
	error_take_log(log);
}
