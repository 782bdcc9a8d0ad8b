/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every form of a source opens its program: object file, pin, id, descriptor and the bare forms. A
 * malformed source and a missing program give their causes.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static cgswap_session *session;

static const char *object_source(const char *prefix, const char *file, const char *program)
{
	static char source[1024];
	char *path = build_path(file);

	snprintf(source, sizeof(source), "%s%s%s%s", prefix, path, program ? "#" : "",
		 program ? program : "");
	free(path);
	return source;
}

static enum cgswap_status open_for(const char *source, const char *attach_type)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = attach_type };
	cgswap_program *program = (cgswap_program *)&opts;
	enum cgswap_status status = cgswap_program_open(&program, session, source, &opts);

	if (status && program)
		bail_out("a failed open left its out parameter set");
	cgswap_program_unref(program);
	return status;
}

/* Opens a source, and compares the program with the kernel's information. */
static void is_program(const char *source, const char *name, const char *type)
{
	struct descriptors before = descriptors_now();
	cgswap_program *program;
	char tag[17];

	if (!expect_ok(cgswap_program_open(&program, session, source, NULL), "'%s' is opened",
		       strrchr(source, '/') ? strrchr(source, '/') : source))
		return;
	is_int(cgswap_program_get_id(program), raw_prog_id(cgswap_program_get_fd(program)),
	       "its id");
	is_str(cgswap_program_get_name(program), name, "its name is '%s'", name);
	is_str(cgswap_program_get_type(program), type, "its type is '%s'", type);
	is_str(cgswap_program_get_tag(program), raw_prog_tag(cgswap_program_get_fd(program), tag),
	       "its tag");
	ok(raw_ends_on_exec(cgswap_program_get_fd(program)), "its descriptor is closed on exec");
	expect_ok(cgswap_program_close(program), "it is closed");
	ok(descriptors_same(&before), "no descriptor is left open");
	cgswap_program_unref(program);
}

static void loaded_programs(void)
{
	int prog = prog_pass(CONNECT4, "c4"), null = raw_open("/dev/null");
	int map = raw_array_create(1), gone = prog_pass(EGRESS, "gone");
	const char *pin = bpffs_pin(prog, "pin"), *map_pin = bpffs_pin(map, "map");
	char source[128], gone_source[32];

	is_program(by_fd(prog), "c4", "cgroup_sock_addr");
	is_program(by_id(prog), "c4", "cgroup_sock_addr");
	is_program(by_id(prog) + strlen("id:"), "c4", "cgroup_sock_addr");
	is_program(pin, "c4", "cgroup_sock_addr");
	snprintf(source, sizeof(source), "pin:%s", pin);
	is_program(source, "c4", "cgroup_sock_addr");
	ok(raw_prog_id(prog), "the caller's own descriptor is still open");

	EXPECT_CAUSE(open_for("fd:1000", NULL), BAD_DESCRIPTOR, "a descriptor that is not open");
	EXPECT_CAUSE(open_for("fd:-1", NULL), BAD_DESCRIPTOR, "descriptor -1");
	EXPECT_CAUSE(open_for(by_fd(null), NULL), NOT_A_PROGRAM, "a descriptor of a file");
	EXPECT_CAUSE(open_for(by_fd(map), NULL), NOT_A_PROGRAM, "a descriptor of a map");
	EXPECT_CAUSE(open_for(map_pin, NULL), NOT_A_PROGRAM, "a pinned map");
	EXPECT_CAUSE(open_for("pin:/sys/fs/bpf/nothing", NULL), PIN_NOT_FOUND, "a missing pin");
	EXPECT_CAUSE(open_for("id:4294967295", NULL), PROGRAM_NOT_FOUND,
		     "an id that no program has");
	snprintf(gone_source, sizeof(gone_source), "%s", by_id(gone));
	raw_close(gone);
	EXPECT_CAUSE(open_for(gone_source, NULL), PROGRAM_NOT_FOUND,
		     "the id of a program that is gone");
	raw_close(prog);
	raw_close(map);
	raw_close(null);
}

static void objects(void)
{
	is_program(object_source("obj:", "tests/bpf/object/one_program.bpf.o", NULL), "count_all",
		   "cgroup_skb");
	is_program(object_source("", "tests/bpf/object/one_program.bpf.o", NULL), "count_all",
		   "cgroup_skb");
	is_program(object_source("", "tests/bpf/object/several_programs.bpf.o", "second"), "second",
		   "cgroup_skb");
	is_program(object_source("obj:", "tests/bpf/object/several_programs.bpf.o", "connecting"),
		   "connecting", "cgroup_sock_addr");
	EXPECT_CAUSE(open_for(object_source("", "tests/bpf/object/several_programs.bpf.o", NULL),
			      "egress"),
		     SOURCE_AMBIGUOUS, "two programs fit the attach type");
	expect_message("first");
	expect_message("second");
	expect_ok(open_for(object_source("", "tests/bpf/object/several_programs.bpf.o", NULL),
			   "connect4"),
		  "one program fits the other attach type");
	EXPECT_CAUSE(open_for(object_source("", "tests/bpf/object/several_programs.bpf.o", "third"),
			      "egress"),
		     PROGRAM_NOT_IN_OBJECT, "a program that is not in the object");
	expect_message("first");
	EXPECT_CAUSE(
		open_for(object_source("", "tests/bpf/object/one_program.bpf.o", NULL), "egres"),
		ATTACH_TYPE_UNKNOWN, "an unknown attach type");
}

/* The text after the last # is the name of a program, unless the file has that # in its name. */
static void hashes(void)
{
	static const char *const good[] = { "we#ird.o", "we#ird.o#count_all", "di#r/bare",
					    "di#r/bare#count_all" };
	char *below = build_path("tests/bpf/object/one_program.bpf.o"), *path = realpath(below, NULL);
	char directory[] = "/tmp/cgswap-test-hash-XXXXXX", file[64], source[128];

	if (!path || !mkdtemp(directory))
		bail_out("no temporary directory");
	snprintf(file, sizeof(file), "%s/we#ird.o", directory);
	snprintf(source, sizeof(source), "%s/di#r", directory);
	if (symlink(path, file) || symlink(directory, source))
		bail_out("cannot make links in %s", directory);
	snprintf(file, sizeof(file), "%s/bare", directory);
	if (symlink(path, file))
		bail_out("cannot make %s", file);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		snprintf(source, sizeof(source), "obj:%s/%s", directory, good[i]);
		expect_ok(open_for(source, "egress"), "obj:%s", good[i]);
	}
	snprintf(source, sizeof(source), "%s/we#ird.o", directory);
	expect_ok(open_for(source, "egress"), "bare: we#ird.o");
	snprintf(source, sizeof(source), "%s/we#ird.o#none", directory);
	EXPECT_CAUSE(open_for(source, "egress"), PROGRAM_NOT_IN_OBJECT, "bare: we#ird.o#none");
	unlink(file);
	snprintf(file, sizeof(file), "%s/we#ird.o", directory);
	unlink(file);
	snprintf(file, sizeof(file), "%s/di#r", directory);
	unlink(file);
	rmdir(directory);
	free(path);
	free(below);
}

static void malformed(void)
{
	static const char *const sources[] = {
		"", "id:", "id:x", "id:1 ", "id:4294967296", "id:-1", "fd:", "fd:x", "pin:",
		"obj:", "obj:#main", "nothing",
	};
	const struct cgswap_program_opts opts = { .sz = sizeof(opts) };

	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		EXPECT_CAUSE(open_for(sources[i], "egress"), BAD_ARGUMENT, "'%s'", sources[i]);
	EXPECT_CAUSE(
		open_for(object_source("", "tests/bpf/object/one_program.bpf.o", ""), "egress"),
		PROGRAM_NOT_IN_OBJECT, "an empty name of a program");
	EXPECT_CAUSE(open_for(NULL, "egress"), BAD_ARGUMENT, "no source");
	EXPECT_CAUSE(cgswap_program_open(NULL, session, "id:1", &opts), BAD_ARGUMENT,
		     "no out parameter");
}

int main(void)
{
	need_live();
	bpffs_private();
	session = live_session();
	loaded_programs();
	objects();
	hashes();
	malformed();
	cgswap_session_unref(session);
	return done_testing();
}
