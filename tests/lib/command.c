/* SPDX-License-Identifier: BSD-2-Clause */
#include "command.h"

#include "tap.h"
#include "live.h"
#include "rawfd.h"
#include "state_dir.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 24, CANNOT_START = 127 };

static char *read_all(FILE *file)
{
	size_t size = 0, capacity = 4096;
	char *text = malloc(capacity);

	rewind(file);
	while (text) {
		size_t got = fread(text + size, 1, capacity - size - 1, file);

		size += got;
		if (!got)
			break;
		if (size + 1 == capacity)
			text = realloc(text, capacity *= 2);
	}
	if (!text)
		bail_out("out of memory");
	text[size] = '\0';
	fclose(file);
	return text;
}

struct command command_run(const char *const *argv)
{
	struct command command;
	FILE *out = tmpfile(), *err = tmpfile();
	int status;
	pid_t child;

	if (!out || !err)
		bail_out("no temporary file: %s", strerror(errno));
	child = fork();
	if (!child) {
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(err), STDERR_FILENO);
		execv(argv[0], (char *const *)argv);
		_exit(CANNOT_START);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		bail_out("cannot run %s: %s", argv[0], strerror(errno));
	command.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	command.out = read_all(out);
	command.err = read_all(err);
	if (command.status == CANNOT_START)
		bail_out("cannot run %s: %s", argv[0], command.err);
	return command;
}

/* Fills in the command and the kernel under test. Returns the number of words. */
static size_t name_command(const char **argv, const char *program)
{
	argv[0] = program;
	if (!strcmp(raw_kernel(), "live"))
		return 1;
	argv[1] = "--kernel";
	argv[2] = raw_kernel();
	return 3;
}

static bool begins_with(const char *word, const char *start)
{
	return strncmp(word, start, strlen(start)) == 0;
}

/* Runs the command; argv has this many words, and two more fit. */
static struct command run_words(const char **argv, size_t count)
{
	bool keeps_journal = false, names_one = false;

	for (size_t i = 1; i < count; i++) {
		keeps_journal |= !strcmp(argv[i], "--recursive") || begins_with(argv[i], "--cgroup");
		names_one |= begins_with(argv[i], "--state-dir");
	}
	if (keeps_journal && !names_one) {
		memmove(argv + 3, argv + 1, (count - 1) * sizeof(*argv));
		argv[1] = "--state-dir";
		argv[2] = state_dir();
		count += 2;
	}
	argv[count] = NULL;
	return command_run(argv);
}

struct command cgswap_run(const char *first, ...)
{
	char *program = build_path("tools/cgswap");
	const char *argv[ARGUMENTS_MAX + 3];
	struct command command;
	size_t count = name_command(argv, program);
	va_list args;

	va_start(args, first);
	for (const char *next = first; next; next = va_arg(args, const char *)) {
		if (count == ARGUMENTS_MAX - 1)
			bail_out("more than %d arguments", ARGUMENTS_MAX);
		argv[count++] = next;
	}
	va_end(args);
	command = run_words(argv, count);
	free(program);
	return command;
}

struct command cgswap_line(const char *line)
{
	char *program = build_path("tools/cgswap"), *copy = strdup(line), *rest = copy, *word;
	const char *argv[ARGUMENTS_MAX + 3];
	struct command command;
	size_t count = name_command(argv, program);

	if (!copy)
		bail_out("out of memory");
	while ((word = strsep(&rest, " "))) {
		if (count == ARGUMENTS_MAX - 1)
			bail_out("more than %d arguments", ARGUMENTS_MAX);
		if (*word)
			argv[count++] = word;
	}
	command = run_words(argv, count);
	free(copy);
	free(program);
	return command;
}

void command_free(struct command *command)
{
	free(command->out);
	free(command->err);
}

json_t *command_json(const struct command *command)
{
	json_error_t error;
	json_t *json = json_loads(command->out, 0, &error);

	if (json && json_is_object(json))
		return json;
	diag("no JSON object on stdout: %s\n%s", json ? "another value" : error.text, command->out);
	json_decref(json);
	return NULL;
}

const char *bpftool_path(void)
{
	const char *given = getenv("BPFTOOL");

	if (given && *given)
		return given;
	return access("/usr/sbin/bpftool", X_OK) ? NULL : "/usr/sbin/bpftool";
}
