/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The examples that bind the library by the text of cgswap_abi_describe() alone: LuaJIT's ffi and
 * Python's cffi parse it, list a chain correctly and report an error.
 */
#include "../lib/command.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENTRIES = 3 };

static struct fixture fixture;

/* A library with the address sanitizer needs its runtime first in any program that loads it. */
static void preload_sanitizer(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], *path;

	while (maps && fgets(line, sizeof(line), maps)) {
		path = strchr(line, '/');
		if (!path || !strstr(path, "/libasan.so"))
			continue;
		path[strcspn(path, "\n")] = '\0';
		setenv("LD_PRELOAD", path, 1);
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
		break;
	}
	if (maps)
		fclose(maps);
}

static struct command run(const char *interpreter, const char *example, const char *cgroup)
{
	char *path = source_path(example);
	const char *const argv[] = { "/usr/bin/env", interpreter, path, cgroup, "egress", NULL };
	struct command command = command_run(argv);

	free(path);
	return command;
}

static void lists_the_chain(const char *interpreter, const char *example)
{
	struct command command = run(interpreter, example, fixture.cgroup.path);
	char wanted[1024], tag[17];
	size_t used = 0;

	for (size_t i = 0; i < ENTRIES; i++)
		used += snprintf(wanted + used, sizeof(wanted) - used, "%zu %u %s p%zu\n", i,
				 raw_prog_id(fixture.progs[i]), raw_prog_tag(fixture.progs[i], tag), i);
	is_str(command.out, wanted, "%s lists the chain", example);
	is_str(command.err, "", "%s prints no errors", example);
	is_int(command.status, 0, "%s exits with 0", example);
	command_free(&command);
}

static void tells_a_refusal(const char *interpreter, const char *example)
{
	struct command command = run(interpreter, example, "/nowhere");

	is_int(command.status, 1, "%s fails for a missing cgroup", example);
	is_str(command.out, "", "%s lists nothing", example);
	has_str(command.err, "cgroup_not_found: '/nowhere' does not exist", "%s prints the error", example);
	command_free(&command);
}

/* condition: a shell command that succeeds if the interpreter has what the example needs. */
static bool try(const char *interpreter, const char *condition, const char *example)
{
	const char *const argv[] = { "/bin/sh", "-c", condition, NULL };
	struct command command = command_run(argv);
	bool there = command.status == 0;

	command_free(&command);
	if (!there)
		return false;
	lists_the_chain(interpreter, example);
	tells_a_refusal(interpreter, example);
	return true;
}

int main(void)
{
	char *libraries = build_path("src/.libs"), *library = build_path("src/.libs/libcgswap.so");

	if (access(library, R_OK))
		skip_all("no shared library was built");
	need_live();
	fixture = fixture_new("listed", ENTRIES);
	setenv("LD_LIBRARY_PATH", libraries, 1);
	preload_sanitizer();
	if (!try("luajit", "command -v luajit", "examples/abi_luajit.lua"))
		skip("luajit is missing (Debian package luajit)");
	if (!try("/usr/bin/python3", "/usr/bin/python3 -c 'import cffi'", "examples/abi_cffi.py") &&
	    !try("python3", "python3 -c 'import cffi'", "examples/abi_cffi.py"))
		skip("cffi for Python is missing (Debian package python3-cffi)");
	unsetenv("LD_PRELOAD");
	fixture_free(&fixture);
	free(libraries);
	free(library);
	return done_testing();
}
