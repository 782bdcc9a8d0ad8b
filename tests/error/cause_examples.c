/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The examples of `cgswap explain` and of the man page are reproduced on the modelled kernel: each
 * command prints the message that the example shows and fails with its cause, without privilege.
 */
#include "cgswap.h"

#include "../lib/command.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { E_MACHINE = 18, X86_64 = 62 };

/* The other examples need another machine, a race, or a program of the user. */
static const enum cgswap_cause reproduced[] = {
	CGSWAP_CAUSE_BAD_ARGUMENT,
	CGSWAP_CAUSE_CGROUP_NOT_FOUND,
	CGSWAP_CAUSE_CGROUP_V1,
	CGSWAP_CAUSE_NOT_A_CGROUP,
	CGSWAP_CAUSE_CGROUP_UNREACHABLE,
	CGSWAP_CAUSE_BAD_DESCRIPTOR,
	CGSWAP_CAUSE_NOT_A_PROGRAM,
	CGSWAP_CAUSE_NOT_A_LINK,
	CGSWAP_CAUSE_PROGRAM_NOT_FOUND,
	CGSWAP_CAUSE_PIN_NOT_FOUND,
	CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH,
	CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH,
	CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN,
	CGSWAP_CAUSE_NOT_ATTACHED,
	CGSWAP_CAUSE_HELD_BY_LINK,
	CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR,
	CGSWAP_CAUSE_CHAIN_EMPTY,
	CGSWAP_CAUSE_ALREADY_ATTACHED,
	CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED,
	CGSWAP_CAUSE_OWN_MODE_CONFLICT,
	CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE,
	CGSWAP_CAUSE_REVISION_CHANGED,
	CGSWAP_CAUSE_KERNEL_LACKS_FEATURE,
	CGSWAP_CAUSE_OBJECT_NOT_FOUND,
	CGSWAP_CAUSE_OBJECT_NOT_ELF,
	CGSWAP_CAUSE_PIN_EXISTS,
	CGSWAP_CAUSE_PIN_FAILED,
	CGSWAP_CAUSE_ORDERING_UNSUPPORTED,
};

/* These examples need BPF objects, which only clang can make. */
static const enum cgswap_cause of_objects[] = {
	CGSWAP_CAUSE_SOURCE_AMBIGUOUS,
	CGSWAP_CAUSE_OBJECT_NOT_BPF,
	CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM,
	CGSWAP_CAUSE_PROGRAM_NOT_IN_OBJECT,
	CGSWAP_CAUSE_MAP_DROPPED,
};

static const struct object {
	const char *name;
	const char *target; /* in the build tree */
} objects[] = {
	{ "fw3.o", "tests/bpf/object/one_program.bpf.o" },
	{ "two.o", "tests/bpf/object/several_programs.bpf.o" },
};

enum { OBJECTS = sizeof(objects) / sizeof(*objects) };

static char directory[] = "/tmp/cgswap-examples-XXXXXX";

static void write_file(const char *name, const void *bytes, size_t size)
{
	FILE *file = fopen(name, "w");

	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file))
		bail_out("cannot write %s: %s", name, strerror(errno));
}

/* Makes an object file for another machine. */
static void make_host_object(void)
{
	uint16_t machine = X86_64;
	char bytes[1 << 16];
	FILE *file = fopen(objects[0].name, "r");
	size_t size = file ? fread(bytes, 1, sizeof(bytes), file) : 0;

	if (size <= E_MACHINE + sizeof(machine) || size == sizeof(bytes))
		bail_out("cannot read %s", objects[0].name);
	fclose(file);
	memcpy(bytes + E_MACHINE, &machine, sizeof(machine));
	write_file("host.o", bytes, size);
}

/* Enters a directory with the files of the examples. @return true if there are BPF objects. */
static bool enter_directory(void)
{
	static const char page[] = "<!DOCTYPE html>\n<p>This release does not exist.</p>\n";
	bool all = true;

	if (!mkdtemp(directory) || chdir(directory))
		bail_out("cannot make a temporary directory: %s", strerror(errno));
	write_file("page.o", page, strlen(page));
	for (size_t i = 0; i < OBJECTS; i++) {
		char *path = build_path(objects[i].target);

		all = all && !access(path, R_OK) && !symlink(path, objects[i].name);
		free(path);
	}
	if (all)
		make_host_object();
	return all;
}

static void leave_directory(void)
{
	for (size_t i = 0; i < OBJECTS; i++)
		unlink(objects[i].name);
	unlink("page.o");
	unlink("host.o");
	if (chdir("/") || rmdir(directory))
		diag("%s is not removed", directory);
}

/* Runs the command of an example on the modelled kernel, with the variable that it sets. */
static struct command type(const char *example, const char *options)
{
	static const char prompt[] = "$ ", name[] = "cgswap ";
	const char *typed = example + strlen(prompt), *called = strstr(typed, name);
	struct command command;
	char line[256], set[128], *value;

	if (strncmp(example, prompt, strlen(prompt)) || !called)
		bail_out("this example is not a command: %s", example);
	snprintf(set, sizeof(set), "%.*s", (int)(called - typed), typed);
	set[strcspn(set, " ")] = '\0';
	value = strchr(set, '=');
	if (value) {
		*value = '\0';
		setenv(set, value + 1, 1);
	}
	called += strlen(name);
	snprintf(line, sizeof(line), "--kernel model %s %.*s", options,
		 (int)strcspn(called, "\n"), called);
	command = cgswap_line(line);
	if (value)
		unsetenv(set);
	return command;
}

static void check_example(enum cgswap_cause cause)
{
	const char *name = cgswap_cause_get_name(cause), *example = cgswap_cause_get_example(cause);
	const char *answer = strchr(example, '\n') + 1;
	struct command command = type(example, "");
	size_t length = strlen(answer);
	json_t *json;

	is_int(command.status,
	       cause == CGSWAP_CAUSE_BAD_ARGUMENT || cause == CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN ? 2 : 1,
	       "%s: exit status", name);
	if (!ok(!strncmp(command.err, answer, length) && command.err[length] == '\n',
		"%s: the first line of the output", name))
		diag("%s\nprinted: %s", example, command.err);
	command_free(&command);
	command = type(example, "--json");
	json = command_json(&command);
	is_str(json_string_value(json_object_get(json_object_get(json, "error"), "cause")), name,
	       "%s: the cause", name);
	json_decref(json);
	command_free(&command);
}

int main(void)
{
	bool with_objects = enter_directory();

	for (size_t i = 0; i < sizeof(reproduced) / sizeof(*reproduced); i++)
		check_example(reproduced[i]);
	if (!with_objects)
		skip("there are no BPF objects");
	for (size_t i = 0; with_objects && i < sizeof(of_objects) / sizeof(*of_objects); i++)
		check_example(of_objects[i]);
	leave_directory();
	return done_testing();
}
