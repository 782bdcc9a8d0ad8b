/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variables named bpf_metadata_ are what a program says of itself: an entry that is described has
 * them as text, each kind as it is written in C, and what is no text made harmless.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *value;
} said[] = {
	{ "version", "2.1" },
	{ "author", "an author" },
	{ "typedef", "typed" },
	{ "full", "full" },
	{ "hostile", "\\x1b[31mred\\x0a\\\\ \xc3\xa9 \\xff" },
	{ "yes", "true" },
	{ "no", "false" },
	{ "s8", "-8" },
	{ "u8", "200" },
	{ "s16", "-1600" },
	{ "u16", "60000" },
	{ "s32", "-320000" },
	{ "u32", "4000000000" },
	{ "s64", "-9000000000" },
	{ "u64", "18000000000000000000" },
	{ "colour", "GREEN" },
	{ "no_colour", "3" },
	{ "none", "NONE" },
	{ "bytes", "0102ff" },
};

enum { SAID = sizeof(said) / sizeof(*said), PAIR = 1 };

static struct fixture fixture;
static char *object;

static const char *value_of(const cgswap_entry *entry, const char *name)
{
	for (size_t i = 0; i < cgswap_entry_get_metadata_count(entry); i++)
		if (strcmp(cgswap_entry_get_metadata_name(entry, i), name) == 0)
			return cgswap_entry_get_metadata_value(entry, i);
	return "(not said)";
}

static void undescribed(void)
{
	const cgswap_entry *entry = cgswap_chain_get_entry(fixture.chain, 1);

	is_int(cgswap_entry_get_metadata_count(entry), 0, "nothing before it is described");
	is_str(cgswap_entry_get_metadata_name(entry, 0), "", "no name");
	is_str(cgswap_entry_get_metadata_value(entry, 0), "", "no value");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_PROGRAMS), "in part");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(fixture.chain, 1)), 0,
	       "names and tags are not metadata");
}

static void described(void)
{
	const cgswap_entry *entry;

	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_METADATA), "described");
	entry = cgswap_chain_get_entry(fixture.chain, 1);
	is_int(cgswap_entry_get_metadata_count(entry), SAID + PAIR, "all that it says");
	for (size_t i = 0; i < SAID; i++)
		is_str(value_of(entry, said[i].name), said[i].value, "%s", said[i].name);
	is_int(strlen(value_of(entry, "pair")), 8, "a struct is so many bytes");
	is_str(value_of(entry, "other_variable"), "(not said)", "another variable is none of it");
	is_str(cgswap_entry_get_metadata_name(entry, SAID + PAIR), "", "no name past the end");
	is_str(cgswap_entry_get_metadata_value(entry, SAID + PAIR), "", "no value past the end");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(fixture.chain, 0)), 0,
	       "a program without maps says nothing");
	is_str(cgswap_entry_get_name(entry), "tell", "its name came along");
}

static void again(void)
{
	expect_ok(cgswap_chain_read(fixture.chain), "a new snapshot");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(fixture.chain, 1)), 0,
	       "knows nothing yet");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_ALL), "described at once");
	is_str(value_of(cgswap_chain_get_entry(fixture.chain, 1), "version"), "2.1", "and knows it");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_METADATA), "a second time");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(fixture.chain, 1)), SAID + PAIR,
	       "which adds nothing");
}

/* A map that a program does not use, and was bound to it for what is in it. */
static void bound(void)
{
	struct {
		uint32_t prog_fd, map_fd, flags;
	} bind = { 0 };
	struct {
		uint32_t id, next_id, flags;
	} by_map_id = { 0 };
	const cgswap_entry *entry = cgswap_chain_get_entry(fixture.chain, 1);

	by_map_id.id = cgswap_entry_get_map_id(entry, 0);
	bind.prog_fd = fixture.progs[0];
	bind.map_fd = raw_bpf(BPF_MAP_GET_FD_BY_ID, &by_map_id, sizeof(by_map_id));
	is_int(raw_bpf(BPF_PROG_BIND_MAP, &bind, sizeof(bind)), 0, "a map is bound to the first");
	raw_close(bind.map_fd);
	by_map_id.id = cgswap_entry_get_map_id(entry, 1);
	bind.map_fd = raw_bpf(BPF_MAP_GET_FD_BY_ID, &by_map_id, sizeof(by_map_id));
	is_int(raw_bpf(BPF_PROG_BIND_MAP, &bind, sizeof(bind)), 0, "and the other one");
	raw_close(bind.map_fd);
	expect_ok(cgswap_chain_read(fixture.chain), "a new snapshot");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_METADATA), "described");
	is_str(value_of(cgswap_chain_get_entry(fixture.chain, 0), "version"), "2.1",
	       "the first says what is in its map");
}

static void by_few(void)
{
	cgswap_session *session = live_session();
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");

	EXPECT_CAUSE(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_METADATA), MISSING_CAP_SYS_ADMIN,
		     "to open maps by their ids takes CAP_SYS_ADMIN");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(chain, 1)), 0, "no metadata");
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

int main(void)
{
	struct descriptors before;
	cgswap_program *program;

	need_live();
	fixture = fixture_new("metadata", 1);
	object = build_path("tests/bpf/object/metadata.bpf.o");
	expect_ok(cgswap_program_open(&program, fixture.session, object, NULL), "one that talks");
	expect_ok(cgswap_chain_attach(fixture.chain, program, NULL), "is attached");
	before = descriptors_now();
	undescribed();
	described();
	again();
	bound();
	ok(descriptors_same(&before), "no descriptor is left open");
	without_capabilities(UINT64_C(1) << CAP_SYS_ADMIN, by_few);
	expect_ok(cgswap_chain_detach(fixture.chain, "name:tell", NULL), "taken off");
	cgswap_program_unref(program);
	fixture_free(&fixture);
	free(object);
	return done_testing();
}
