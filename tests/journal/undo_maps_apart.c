/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An undo of a transaction whose old program has a map that the new one does not use is refused with
 * undo_loses_state, which names the maps of both with the number of their entries, unless old_maps is
 * set. Where both use the same map, it is not.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>

static struct fixture fixture;
static cgswap_session *session;

static void replace(int old, int new)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .keep_old = 1 };
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, new);
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, by_id(old), program, NULL), "its step");
	expect_ok(cgswap_replace_commit(replace, NULL), "its commit");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
}

static enum cgswap_status undo(uint32_t old_maps)
{
	const struct cgswap_undo_opts opts = { .sz = sizeof(opts), .old_maps = old_maps };

	return cgswap_session_undo(NULL, session, &opts);
}

static void expect_map(int array, unsigned entries)
{
	char name[16], text[96];
	uint32_t id = raw_map_id(array);

	raw_map_name(id, name);
	snprintf(text, sizeof(text), "map %u ('%s', %u entries)", id, *name ? name : "?", entries);
	expect_message(text);
}

int main(void)
{
	struct cgswap_session_opts opts = { .sz = sizeof(opts) };
	int few, many, old, new, same;

	need_live();
	bpffs_private();
	fixture = fixture_new("apart", 0);
	opts.scratch_cgroup = live_scratch;
	opts.state_dir = state_dir();
	if (cgswap_session_open(&session, &opts))
		bail_out("no session");
	few = raw_array_create(1);
	many = raw_array_create(7);
	old = prog_add(few, 1, "old");
	same = prog_add(few, 2, "same");
	new = prog_add(many, 1, "new");
	raw_attach(fixture.cgroup.fd, old, EGRESS, RAW_MULTI);

	replace(old, same);
	expect_ok(undo(0), "programs that share their map");
	chain_is(fixture.cgroup.fd, EGRESS, &old, 1, "the old one is attached");

	replace(old, new);
	EXPECT_CAUSE(undo(0), UNDO_LOSES_STATE, "programs that do not");
	expect_map(few, 1);
	expect_map(many, 7);
	chain_is(fixture.cgroup.fd, EGRESS, &new, 1, "nothing was changed");
	expect_ok(undo(1), "with old_maps");
	chain_is(fixture.cgroup.fd, EGRESS, &old, 1, "the old one is attached");

	replace(old, fixture.spare);
	EXPECT_CAUSE(undo(0), UNDO_LOSES_STATE, "a new program without maps");
	expect_map(few, 1);
	expect_ok(undo(1), "with old_maps");

	raw_replace(fixture.cgroup.fd, fixture.spare, old, EGRESS, RAW_MULTI | RAW_REPLACE);
	replace(fixture.spare, new);
	expect_ok(undo(0), "an old program without maps");
	raw_close(few);
	raw_close(many);
	raw_close(old);
	raw_close(same);
	raw_close(new);
	cgswap_session_unref(session);
	fixture_free(&fixture);
	return done_testing();
}
