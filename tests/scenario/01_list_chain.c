/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenario 1: a chain's ids, names, tags, positions, mode, revision and length can be read. */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <unistd.h>

enum { ENTRIES = 4 };

static struct fixture fixture;

static void entry_is(size_t position)
{
	const cgswap_entry *entry = cgswap_chain_get_entry(fixture.chain, position);
	char name[32], tag[17];

	snprintf(name, sizeof(name), "p%zu", position);
	is_int(cgswap_entry_get_position(entry), position, "entry %zu has its position", position);
	is_int(cgswap_entry_get_id(entry), raw_prog_id(fixture.progs[position]), "its id");
	is_str(cgswap_entry_get_name(entry), name, "its name");
	is_str(cgswap_entry_get_tag(entry), raw_prog_tag(fixture.progs[position], tag), "its tag");
	is_str(cgswap_entry_get_type(entry), "cgroup_skb", "its type");
	is_int(cgswap_entry_get_uid(entry), getuid(), "the user who loaded it");
	ok(cgswap_entry_get_loaded_at(entry) > 0, "when");
	is_int(cgswap_entry_get_link_id(entry), 0, "it has no link");
	is_int(cgswap_entry_get_map_count(entry), 0, "it has no maps");
}

static void a_chain_with_entries(void)
{
	struct raw_chain now = fixture_chain(&fixture);

	is_int(cgswap_chain_get_length(fixture.chain), ENTRIES, "the length");
	is_int(cgswap_chain_get_mode(fixture.chain), CGSWAP_MODE_MULTI, "the mode");
	is_int(cgswap_chain_get_revision(fixture.chain), now.revision, "the revision");
	is_str(cgswap_chain_get_cgroup(fixture.chain), fixture.cgroup.path, "the cgroup");
	is_str(cgswap_chain_get_attach_type(fixture.chain), "cgroup_inet_egress", "the attach type");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_ALL), "it is described");
	for (size_t i = 0; i < cgswap_chain_get_length(fixture.chain); i++)
		entry_is(i);
	ok(!cgswap_chain_get_entry(fixture.chain, ENTRIES), "no entry past the end");
}

static void what_runs(void)
{
	expect_ok(cgswap_chain_read_effective(fixture.chain), "the effective programs are read");
	is_int(cgswap_chain_get_effective_length(fixture.chain), ENTRIES, "all of them are effective");
	for (size_t i = 0; i < ENTRIES; i++)
		is_int(cgswap_chain_get_effective_id(fixture.chain, i), raw_prog_id(fixture.progs[i]),
		       "program %zu runs at its position", i);
}

static void an_empty_chain(void)
{
	cgswap_chain *chain = live_chain(fixture.session, fixture.cgroup.path, "ingress");

	is_int(cgswap_chain_get_length(chain), 0, "no entry at ingress");
	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_DEFAULT, "no mode either");
	cgswap_chain_unref(chain);
}

/* A snapshot does not change until the chain is read again. */
static void a_snapshot(void)
{
	raw_detach(fixture.cgroup.fd, fixture.progs[0], EGRESS);
	is_int(cgswap_chain_get_length(fixture.chain), ENTRIES, "the snapshot has not changed");
	expect_ok(cgswap_chain_read(fixture.chain), "the chain is read again");
	is_int(cgswap_chain_get_length(fixture.chain), ENTRIES - 1, "one entry less");
	is_int(cgswap_entry_get_id(cgswap_chain_get_entry(fixture.chain, 0)),
	       raw_prog_id(fixture.progs[1]), "the second entry is the first now");
}

int main(void)
{
	need_live();
	fixture = fixture_new("listed", ENTRIES);
	a_chain_with_entries();
	what_runs();
	an_empty_chain();
	a_snapshot();
	fixture_free(&fixture);
	return done_testing();
}
