/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An object file that cannot be used gives a cause for each reason, and the error has libbpf's log
 * if there is one. (verifier_error_text tests the errors of the verifier.)
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct fixture fixture;
static char directory[64];

/* Writes a file into a directory that is removed at the end; returns its path. */
static const char *write_file(const char *name, const void *bytes, size_t size)
{
	static char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file))
		bail_out("cannot write %s", path);
	return path;
}

static enum cgswap_status open_object(const char *path)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_program *program;
	enum cgswap_status status;
	char source[512];

	snprintf(source, sizeof(source), "obj:%s", path);
	status = cgswap_program_open(&program, fixture.session, source, &opts);
	cgswap_program_unref(program);
	return status;
}

static enum cgswap_status open_built(const char *name)
{
	char below[128], *path;
	enum cgswap_status status;

	snprintf(below, sizeof(below), "tests/bpf/object/%s.bpf.o", name);
	path = build_path(below);
	status = open_object(path);
	free(path);
	return status;
}

static void not_objects(void)
{
	char good[65536], *path = build_path("tests/bpf/object/one_program.bpf.o");
	FILE *file = fopen(path, "rb");
	size_t size = file ? fread(good, 1, sizeof(good), file) : 0;
	static const size_t cuts[] = { 3, 16, 63, 64, 100 };

	if (!size)
		bail_out("cannot read %s", path);
	fclose(file);
	free(path);
	EXPECT_CAUSE(open_object("/nowhere/a.o"), OBJECT_NOT_FOUND, "a missing file");
	expect_message("/nowhere");
	EXPECT_CAUSE(open_object(write_file("empty.o", "", 0)), OBJECT_NOT_ELF, "an empty file");
	EXPECT_CAUSE(open_object(write_file("text.o", "#include <stdio.h>\n", 19)), OBJECT_NOT_ELF,
		     "a text file");
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++)
		EXPECT_CAUSE(open_object(write_file("cut.o", good, cuts[i])), OBJECT_NOT_ELF,
			     "an object file cut after %zu bytes", cuts[i]);
	EXPECT_CAUSE(open_object(write_file("cut.o", good, size / 2)), OBJECT_NOT_ELF,
		     "an object file cut in half");
	EXPECT_CAUSE(open_object(write_file("cut.o", good, size - 1)), OBJECT_NOT_ELF,
		     "an object file without its last byte");
	expect_ok(open_object(write_file("whole.o", good, size)), "the whole file is opened");
	EXPECT_CAUSE(open_object("/proc/self/exe"), OBJECT_NOT_BPF,
		     "an executable of this machine");
	good[5] = 2; /* EI_DATA: the other byte order */
	EXPECT_CAUSE(open_object(write_file("order.o", good, size)), OBJECT_NOT_BPF,
		     "an object of the other byte order");
}

static void not_usable(void)
{
	EXPECT_CAUSE(open_built("no_program"), OBJECT_HAS_NO_PROGRAM,
		     "an object without a program");
	EXPECT_CAUSE(open_built("no_attach_type"), OBJECT_HAS_NO_PROGRAM,
		     "a program that cannot be attached to a cgroup");
	expect_message("pass_frame");
	EXPECT_CAUSE(open_built("calls_nowhere"), OBJECT_REFUSED, "libbpf cannot open it");
	has_str(cgswap_error_get_log(cgswap_last_error()), "nowhere",
		"the log names the missing function");
}

/* The log belongs to one error: the next error does not have it. */
static void log_is_cleared(void)
{
	cgswap_program *program;

	EXPECT_CAUSE(cgswap_program_open(&program, fixture.session, "fd:1000", NULL),
		     BAD_DESCRIPTOR, "another error");
	is_str(cgswap_error_get_log(cgswap_last_error()), "", "the other error has no log");
}

int main(void)
{
	struct raw_chain before;

	need_live();
	fixture = fixture_new("objects", 1);
	snprintf(directory, sizeof(directory), "/tmp/cgswap-test-objects-XXXXXX");
	if (!mkdtemp(directory))
		bail_out("no temporary directory");
	before = fixture_chain(&fixture);
	not_objects();
	not_usable();
	log_is_cleared();
	fixture_untouched(&fixture, &before, "after all errors");
	fixture_free(&fixture);
	for (int i = 0; i < 5; i++) {
		static const char *const names[] = { "empty.o", "text.o", "cut.o", "whole.o",
						     "order.o" };
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
	return done_testing();
}
