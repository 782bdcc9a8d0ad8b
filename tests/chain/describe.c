/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An entry has name, tag, type and other information after it is described, and none before. A
 * snapshot keeps its entries when the chain changes.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct fixture fixture;
static time_t began;

static void undescribed(void)
{
	const cgswap_entry *entry = cgswap_chain_get_entry(fixture.chain, 1);

	is_int(cgswap_entry_get_position(entry), 1, "its position");
	is_int(cgswap_entry_get_id(entry), raw_prog_id(fixture.progs[1]), "its id");
	is_str(cgswap_entry_get_name(entry), "", "no name yet");
	is_str(cgswap_entry_get_tag(entry), "", "no tag yet");
	is_str(cgswap_entry_get_type(entry), "", "no type yet");
	is_int(cgswap_entry_get_loaded_at(entry), 0, "no time yet");
	ok(!cgswap_chain_get_entry(fixture.chain, 3), "an entry past the end is NULL");
}

static void described(void)
{
	const cgswap_entry *entry;
	char tag[17];

	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_ALL), "described");
	entry = cgswap_chain_get_entry(fixture.chain, 1);
	is_str(cgswap_entry_get_name(entry), "p1", "its name");
	is_str(cgswap_entry_get_tag(entry), raw_prog_tag(fixture.progs[1], tag), "its tag");
	is_str(cgswap_entry_get_type(entry), "cgroup_skb", "its type");
	is_int(cgswap_entry_get_uid(entry), getuid(), "the user who loaded it");
	ok(cgswap_entry_get_loaded_at(entry) >= began, "it was not loaded before the test");
	ok(cgswap_entry_get_loaded_at(entry) <= time(NULL), "it was not loaded in the future");
	is_int(cgswap_entry_get_map_count(entry), 0, "it has no maps");
	is_int(cgswap_entry_get_map_id(entry, 0), 0, "a map past the end has no id");
	is_int(cgswap_entry_get_link_id(entry), 0, "it has no link");
	EXPECT_CAUSE(cgswap_chain_describe(fixture.chain, 16), BAD_ARGUMENT,
		     "an unknown flag of describe");
}

/* An entry has its preorder flag where the effective order shows it. */
static void preorder(void)
{
	int prog = prog_pass(EGRESS, "preorder");
	cgswap_program *program = live_program(fixture.session, prog);
	const struct cgswap_attach_opts opts = {
		.sz = sizeof(opts),
		.preorder = CGSWAP_PREORDER_YES,
	};

	if (!kernel_knows_flags(RAW_PREORDER)) {
		skip("this kernel has no BPF_F_PREORDER");
		cgswap_program_unref(program);
		raw_close(prog);
		return;
	}
	expect_ok(cgswap_chain_attach(fixture.chain, program, &opts),
		  "a preorder program is attached");
	is_int(effective_now(fixture.cgroup.fd, EGRESS).ids[0], raw_prog_id(prog), "it runs first");
	is_int(fixture_chain(&fixture).ids[3], raw_prog_id(prog), "it is the last entry");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_PREORDER), "described");
	is_int(cgswap_entry_get_preorder(cgswap_chain_get_entry(fixture.chain, 3)),
	       CGSWAP_PREORDER_YES, "the last entry is preorder");
	is_int(cgswap_entry_get_preorder(cgswap_chain_get_entry(fixture.chain, 0)),
	       CGSWAP_PREORDER_NO, "the first entry is not");
	expect_ok(cgswap_chain_detach(fixture.chain, "name:preorder", NULL),
		  "it is detached again");
	cgswap_program_unref(program);
	raw_close(prog);
}

static void with_maps(void)
{
	char *object = build_path("tests/bpf/object/one_program.bpf.o");
	cgswap_program *program;
	const cgswap_entry *entry;

	expect_ok(cgswap_program_open(&program, fixture.session, object, NULL),
		  "a program with a map is opened");
	expect_ok(cgswap_chain_attach(fixture.chain, program, NULL), "it is attached");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_PROGRAMS), "described");
	entry = cgswap_chain_get_entry(fixture.chain, 3);
	is_str(cgswap_entry_get_name(entry), "count_all", "its name");
	is_int(cgswap_entry_get_map_count(entry), 1, "it has one map");
	ok(cgswap_entry_get_map_id(entry, 0) > 0, "the map has an id");
	expect_ok(cgswap_chain_detach(fixture.chain, "pos:3", NULL),
		  "it is detached by its position");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "as before");
	cgswap_program_unref(program);
	free(object);
}

/* A program that is freed between snapshot and description has no name; the others have theirs. */
static void vanished(void)
{
	uint32_t id = raw_prog_id(fixture.progs[1]);
	int fd;

	raw_detach(fixture.cgroup.fd, fixture.progs[1], EGRESS);
	raw_close(fixture.progs[1]);
	/* the kernel frees the program a little later */
	for (int i = 0; i < 5000 && (fd = raw_prog_open(id)) >= 0; i++) {
		raw_close(fd);
		usleep(1000);
	}
	is_int(cgswap_chain_get_length(fixture.chain), 3, "the snapshot still has three entries");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_PROGRAMS), "described");
	is_str(cgswap_entry_get_name(cgswap_chain_get_entry(fixture.chain, 0)), "p0", "the first");
	is_str(cgswap_entry_get_name(cgswap_chain_get_entry(fixture.chain, 1)), "",
	       "the freed program has no name");
	is_str(cgswap_entry_get_name(cgswap_chain_get_entry(fixture.chain, 2)), "p2", "the third");
	expect_ok(cgswap_chain_read(fixture.chain), "read again");
	is_int(cgswap_chain_get_length(fixture.chain), 2, "the new snapshot has two entries");
	fixture.progs[1] = raw_dup(fixture.progs[0]);
}

int main(void)
{
	need_live();
	began = time(NULL);
	fixture = fixture_new("described", 3);
	undescribed();
	described();
	preorder();
	with_maps();
	vanished();
	fixture_free(&fixture);
	return done_testing();
}
