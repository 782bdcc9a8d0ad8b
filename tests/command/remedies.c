/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An error and its hint fit what was given: for a directory, a pipe, a device or a text as an object it
 * is not to compile again, and for a directory of all users as state directory not to change its mode.
 */
#include "../lib/command.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/cgswap-test-remedies-XXXXXX";
static char file[64], pipe_path[64], text[64], script[64];

static void write_file(const char *path, const char *content)
{
	FILE *stream = fopen(path, "w");

	if (!stream || fputs(content, stream) == EOF || fclose(stream))
		bail_out("cannot write %s", path);
}

static void build(void)
{
	if (!mkdtemp(directory))
		bail_out("no directory");
	snprintf(file, sizeof(file), "%s/file", directory);
	snprintf(pipe_path, sizeof(pipe_path), "%s/pipe", directory);
	snprintf(text, sizeof(text), "%s/text.o", directory);
	snprintf(script, sizeof(script), "%s/script", directory);
	write_file(file, "");
	write_file(text, "<!DOCTYPE html>\n");
	write_file(script, "#!/bin/sh\nexit 0\n");
	if (mkfifo(pipe_path, 0600))
		bail_out("no pipe");
}

static void hint_is(const char *line, const char *message, const char *hint)
{
	struct command command = cgswap_line(line);
	char wanted[600];

	is_int(command.status, 1, "%s: it is refused", line);
	has_str(command.err, message, "the message");
	snprintf(wanted, sizeof(wanted), "\ncgswap: hint: %s\n", hint);
	has_str(command.err, wanted, "the hint");
	command_free(&command);
}

static void object_is(const char *path, const char *message, const char *hint)
{
	char line[300];

	snprintf(line, sizeof(line), "--kernel model attach web.slice egress obj:%s", path);
	hint_is(line, message, hint);
	snprintf(line, sizeof(line), "--kernel model inspect %s", path);
	hint_is(line, message, hint);
}

static void lists(void)
{
	hint_is("--kernel model replace egress fw id:4 --cgroups-from /",
		"the list of cgroups '/' cannot be read: Is a directory\n",
		"give a file with a cgroup on each line, or -");
	hint_is("--kernel model replace egress fw id:4 --cgroups-from /nowhere",
		"the list of cgroups '/nowhere' cannot be read: No such file or directory\n",
		"give a file with a cgroup on each line, or -");
}

static void objects(void)
{
	static const char regular[] = "name an object file, or write the object to a file first";
	static const char other[] = "name an object file, as compiled by clang -target bpf";

	object_is(directory, "' is a directory\n", "name an object file in it");
	object_is("/dev/null", "'/dev/null' is not a regular file\n", regular);
	object_is(pipe_path, "' is not a regular file\n", regular);
	object_is(text, "' is not an ELF file: it starts with '<!DOCTYPE html>.'\n", other);
	object_is(script, "' is not an ELF file: it starts with '#!/bin/sh.exit 0'\n", other);
	object_is(file, "' is empty\n", "name an object file, or compile the program again");
	if (truncate(file, (off_t)65 << 20))
		bail_out("cannot make a large file");
	object_is(file, "' has 68157440 bytes; ", "remove its debugging information (llvm-strip -g)");
	if (truncate(file, 0))
		bail_out("cannot make an empty file");
}

static void state_is(const char *path, const char *message, const char *hint)
{
	static const char *const commands[] = { "history", "recover", "undo", "forget 7" };
	char line[300];

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		snprintf(line, sizeof(line), "%s --state-dir %s", commands[i], path);
		hint_is(line, message, hint);
	}
}

static void state_directories(void)
{
	static const char name[] = "name a directory that only this user can write to (--state-dir)";
	char path[80], lock[90];

	state_is(file, "/file' is not a directory\n", name);
	snprintf(path, sizeof(path), "%s/below", file);
	state_is(path, "/file/below' leads through a file\n", name);
	state_is("/dev/null", "'/dev/null' is not a directory\n", name);
	snprintf(path, sizeof(path), "%s/shared", directory);
	if (mkdir(path, 0700) || chmod(path, 0777))
		bail_out("no directory");
	state_is(path, "/shared' can be written by other users", name);
	if (chmod(path, 01777))
		bail_out("no directory");
	state_is(path, "/shared' can be written by other users", name);
	/* one that was made for journals */
	snprintf(lock, sizeof(lock), "%s/lock", path);
	write_file(lock, "");
	state_is(path, "/shared' can be written by other users", name);
	if (chmod(path, 0770))
		bail_out("no directory");
	state_is(path, "/shared' can be written by other users",
		 "run `chmod go-w` on it, or name a directory that only this user can write to (--state-dir)");
	unlink(lock);
	rmdir(path);
}

int main(void)
{
	build();
	objects();
	lists();
	state_directories();
	unlink(file);
	unlink(pipe_path);
	unlink(text);
	unlink(script);
	rmdir(directory);
	return done_testing();
}
