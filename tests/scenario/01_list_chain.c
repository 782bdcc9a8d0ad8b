/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenario 1: a chain is listed: ids, names, tags, places, mode, revision, length, iteration. */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <unistd.h>

enum { ENTRIES = 4 };

static struct scene scene;

static void entry_is(size_t position)
{
	const cgswap_entry *entry = cgswap_chain_get_entry(scene.chain, position);
	char name[32], tag[17];

	snprintf(name, sizeof(name), "p%zu", position);
	is_int(cgswap_entry_get_position(entry), position, "entry %zu knows its place", position);
	is_int(cgswap_entry_get_id(entry), raw_prog_id(scene.progs[position]), "its id");
	is_str(cgswap_entry_get_name(entry), name, "its name");
	is_str(cgswap_entry_get_tag(entry), raw_prog_tag(scene.progs[position], tag), "its tag");
	is_str(cgswap_entry_get_type(entry), "cgroup_skb", "its type");
	is_int(cgswap_entry_get_uid(entry), getuid(), "who loaded it");
	ok(cgswap_entry_get_loaded_at(entry) > 0, "when");
	is_int(cgswap_entry_get_link_id(entry), 0, "no link holds it");
	is_int(cgswap_entry_get_map_count(entry), 0, "it has no maps");
}

static void a_chain_with_entries(void)
{
	struct raw_chain now = scene_chain(&scene);

	is_int(cgswap_chain_get_length(scene.chain), ENTRIES, "the length");
	is_int(cgswap_chain_get_mode(scene.chain), CGSWAP_MODE_MULTI, "the mode");
	is_int(cgswap_chain_get_revision(scene.chain), now.revision, "the revision");
	is_str(cgswap_chain_get_cgroup(scene.chain), scene.cgroup.path, "the cgroup");
	is_str(cgswap_chain_get_attach_type(scene.chain), "cgroup_inet_egress", "the attach type");
	expect_ok(cgswap_chain_describe(scene.chain, CGSWAP_DESCRIBE_ALL), "it is described");
	for (size_t i = 0; i < cgswap_chain_get_length(scene.chain); i++)
		entry_is(i);
	ok(!cgswap_chain_get_entry(scene.chain, ENTRIES), "nothing past the end");
}

static void what_runs(void)
{
	expect_ok(cgswap_chain_read_effective(scene.chain), "the effective programs are read");
	is_int(cgswap_chain_get_effective_length(scene.chain), ENTRIES, "as many");
	for (size_t i = 0; i < ENTRIES; i++)
		is_int(cgswap_chain_get_effective_id(scene.chain, i), raw_prog_id(scene.progs[i]),
		       "program %zu runs in its turn", i);
}

static void an_empty_chain(void)
{
	cgswap_chain *chain = live_chain(scene.session, scene.cgroup.path, "ingress");

	is_int(cgswap_chain_get_length(chain), 0, "no entry at ingress");
	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_DEFAULT, "and no mode");
	cgswap_chain_unref(chain);
}

/* A snapshot is what was read; another one is taken by reading. */
static void a_snapshot(void)
{
	raw_detach(scene.cgroup.fd, scene.progs[0], EGRESS);
	is_int(cgswap_chain_get_length(scene.chain), ENTRIES, "a snapshot stays as it is");
	expect_ok(cgswap_chain_read(scene.chain), "it is read again");
	is_int(cgswap_chain_get_length(scene.chain), ENTRIES - 1, "one less");
	is_int(cgswap_entry_get_id(cgswap_chain_get_entry(scene.chain, 0)),
	       raw_prog_id(scene.progs[1]), "the second is the first now");
}

int main(void)
{
	need_live();
	scene = scene_new("listed", ENTRIES);
	a_chain_with_entries();
	what_runs();
	an_empty_chain();
	a_snapshot();
	scene_free(&scene);
	return done_testing();
}
