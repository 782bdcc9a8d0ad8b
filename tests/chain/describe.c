/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What entries say of themselves once described, and that they say nothing before; a snapshot
 * keeps what it knew although the chain moves on.
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

	is_int(cgswap_entry_get_position(entry), 1, "place");
	is_int(cgswap_entry_get_id(entry), raw_prog_id(fixture.progs[1]), "id");
	is_str(cgswap_entry_get_name(entry), "", "no name yet");
	is_str(cgswap_entry_get_tag(entry), "", "no tag yet");
	is_str(cgswap_entry_get_type(entry), "", "no type yet");
	is_int(cgswap_entry_get_loaded_at(entry), 0, "no time yet");
	ok(!cgswap_chain_get_entry(fixture.chain, 3), "nothing past the end");
}

static void described(void)
{
	const cgswap_entry *entry;
	char tag[17];

	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_ALL), "described");
	entry = cgswap_chain_get_entry(fixture.chain, 1);
	is_str(cgswap_entry_get_name(entry), "p1", "name");
	is_str(cgswap_entry_get_tag(entry), raw_prog_tag(fixture.progs[1], tag), "tag");
	is_str(cgswap_entry_get_type(entry), "cgroup_skb", "type");
	is_int(cgswap_entry_get_uid(entry), getuid(), "who loaded it");
	ok(cgswap_entry_get_loaded_at(entry) >= began, "when: not before it was");
	ok(cgswap_entry_get_loaded_at(entry) <= time(NULL), "nor later than now");
	is_int(cgswap_entry_get_map_count(entry), 0, "no maps");
	is_int(cgswap_entry_get_map_id(entry, 0), 0, "no map past the end");
	is_int(cgswap_entry_get_link_id(entry), 0, "no link");
	EXPECT_CAUSE(cgswap_chain_describe(fixture.chain, 16), BAD_ARGUMENT, "a part that is none");
}

/* Preorder is told where a look at the orders tells it. */
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
	expect_ok(cgswap_chain_attach(fixture.chain, program, &opts), "attached as preorder");
	is_int(effective_now(fixture.cgroup.fd, EGRESS).ids[0], raw_prog_id(prog), "it runs first");
	is_int(fixture_chain(&fixture).ids[3], raw_prog_id(prog), "and stands last");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_PREORDER), "described");
	is_int(cgswap_entry_get_preorder(cgswap_chain_get_entry(fixture.chain, 3)),
	       CGSWAP_PREORDER_YES, "the order tells that it is preorder");
	is_int(cgswap_entry_get_preorder(cgswap_chain_get_entry(fixture.chain, 0)),
	       CGSWAP_PREORDER_NO, "and that the first is not");
	expect_ok(cgswap_chain_detach(fixture.chain, "name:preorder", NULL), "taken off again");
	cgswap_program_unref(program);
	raw_close(prog);
}

static void with_maps(void)
{
	char *object = build_path("tests/bpf/object/one_program.bpf.o");
	cgswap_program *program;
	const cgswap_entry *entry;

	expect_ok(cgswap_program_open(&program, fixture.session, object, NULL), "one with a map");
	expect_ok(cgswap_chain_attach(fixture.chain, program, NULL), "attached");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_PROGRAMS), "described");
	entry = cgswap_chain_get_entry(fixture.chain, 3);
	is_str(cgswap_entry_get_name(entry), "count_all", "its name");
	is_int(cgswap_entry_get_map_count(entry), 1, "its map");
	ok(cgswap_entry_get_map_id(entry, 0) > 0, "has an id");
	expect_ok(cgswap_chain_detach(fixture.chain, "pos:3", NULL), "taken off by its place");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "as before");
	cgswap_program_unref(program);
	free(object);
}

/* A program that vanished between snapshot and description stays nameless, the others not. */
static void vanished(void)
{
	uint32_t id = raw_prog_id(fixture.progs[1]);
	int fd;

	raw_detach(fixture.cgroup.fd, fixture.progs[1], EGRESS);
	raw_close(fixture.progs[1]);
	/* the kernel frees it a little later */
	for (int i = 0; i < 5000 && (fd = raw_prog_open(id)) >= 0; i++) {
		raw_close(fd);
		usleep(1000);
	}
	is_int(cgswap_chain_get_length(fixture.chain), 3, "the snapshot is a snapshot");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_PROGRAMS), "described");
	is_str(cgswap_entry_get_name(cgswap_chain_get_entry(fixture.chain, 0)), "p0", "the first");
	is_str(cgswap_entry_get_name(cgswap_chain_get_entry(fixture.chain, 1)), "", "the one gone");
	is_str(cgswap_entry_get_name(cgswap_chain_get_entry(fixture.chain, 2)), "p2", "the third");
	expect_ok(cgswap_chain_read(fixture.chain), "read again");
	is_int(cgswap_chain_get_length(fixture.chain), 2, "it knows better");
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
