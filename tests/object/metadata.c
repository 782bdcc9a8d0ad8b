/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A described entry has the program's variables named bpf_metadata_ as text: each kind as written
 * in C, with unprintable bytes escaped.
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
	return "(none)";
}

static void undescribed(void)
{
	const cgswap_entry *entry = cgswap_chain_get_entry(fixture.chain, 1);

	is_int(cgswap_entry_get_metadata_count(entry), 0,
	       "an entry has no metadata before it is described");
	is_str(cgswap_entry_get_metadata_name(entry, 0), "", "nor a name of metadata");
	is_str(cgswap_entry_get_metadata_value(entry, 0), "", "nor a value of metadata");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_PROGRAMS),
		  "programs are described");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(fixture.chain, 1)), 0,
	       "describing programs does not read metadata");
}

static void described(void)
{
	const cgswap_entry *entry;

	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_METADATA), "described");
	entry = cgswap_chain_get_entry(fixture.chain, 1);
	is_int(cgswap_entry_get_metadata_count(entry), SAID + PAIR,
	       "the number of metadata variables");
	for (size_t i = 0; i < SAID; i++)
		is_str(value_of(entry, said[i].name), said[i].value, "%s", said[i].name);
	is_int(strlen(value_of(entry, "pair")), 8, "a struct is shown as bytes");
	is_str(value_of(entry, "other_variable"), "(none)", "another variable is not metadata");
	is_str(cgswap_entry_get_metadata_name(entry, SAID + PAIR), "",
	       "metadata past the end has no name");
	is_str(cgswap_entry_get_metadata_value(entry, SAID + PAIR), "",
	       "metadata past the end has no value");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(fixture.chain, 0)), 0,
	       "a program without maps has no metadata");
	is_str(cgswap_entry_get_name(entry), "tell", "describing metadata also reads the name");
}

static void again(void)
{
	expect_ok(cgswap_chain_read(fixture.chain), "a new snapshot");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(fixture.chain, 1)), 0,
	       "a new snapshot has no metadata yet");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_ALL), "all is described");
	is_str(value_of(cgswap_chain_get_entry(fixture.chain, 1), "version"), "2.1",
	       "the entry has the version");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_METADATA),
		  "metadata is described again");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(fixture.chain, 1)),
	       SAID + PAIR, "the number of variables is the same");
}

/* A map with metadata that is bound to a program that does not use it. */
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
	is_int(raw_bpf(BPF_PROG_BIND_MAP, &bind, sizeof(bind)), 0,
	       "the map with metadata is bound to the first program");
	raw_close(bind.map_fd);
	by_map_id.id = cgswap_entry_get_map_id(entry, 1);
	bind.map_fd = raw_bpf(BPF_MAP_GET_FD_BY_ID, &by_map_id, sizeof(by_map_id));
	is_int(raw_bpf(BPF_PROG_BIND_MAP, &bind, sizeof(bind)), 0, "another map is bound to it");
	raw_close(bind.map_fd);
	expect_ok(cgswap_chain_read(fixture.chain), "a new snapshot");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_METADATA), "described");
	is_str(value_of(cgswap_chain_get_entry(fixture.chain, 0), "version"), "2.1",
	       "the first program has the metadata of the bound map");
}

static void without_sys_admin(void)
{
	cgswap_session *session = live_session();
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");

	EXPECT_CAUSE(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_METADATA), MISSING_CAP_SYS_ADMIN,
		     "opening maps by id without CAP_SYS_ADMIN");
	is_int(cgswap_entry_get_metadata_count(cgswap_chain_get_entry(chain, 1)), 0,
	       "the entry has no metadata");
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
	expect_ok(cgswap_program_open(&program, fixture.session, object, NULL),
		  "a program with metadata is loaded");
	expect_ok(cgswap_chain_attach(fixture.chain, program, NULL), "it is attached");
	before = descriptors_now();
	undescribed();
	described();
	again();
	bound();
	ok(descriptors_same(&before), "no descriptor is left open");
	without_capabilities(UINT64_C(1) << CAP_SYS_ADMIN, without_sys_admin);
	expect_ok(cgswap_chain_detach(fixture.chain, "name:tell", NULL), "it is detached");
	cgswap_program_unref(program);
	fixture_free(&fixture);
	free(object);
	return done_testing();
}
