/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program knows a map by way of a map of maps that lives on. The next one uses it by its own
 * name, too: it would be a new map there and the old one here, and so it is refused. So it is in one
 * transaction, where two programs share the map of maps that is new to both.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>

static void check_torn(void)
{
	struct map_fixture fixture = map_fixture_new("torn", "nested_v1");
	struct raw_chain before = chain_now(fixture.cgroup.fd, EGRESS);
	cgswap_replace *replace;

	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "nested_direct", CGSWAP_MAPS_REUSE), MAP_CHANGED,
		     "a map that would be two is refused");
	expect_message("'first' of 'nested_direct.bpf.o' would be a new map, separate from the inner "
		       "map of 'outer'");
	chain_untouched(fixture.cgroup.fd, EGRESS, &before, "the chain is as it was");
	expect_ok(map_fixture_swap(&fixture, "nested_direct", CGSWAP_MAPS_NEW), "fresh ones are fine");
	map_fixture_free(&fixture);
}

static void check_whole(void)
{
	struct map_fixture fixture = map_fixture_new("whole", "nested_direct");
	uint32_t first = map_fixture_map(&fixture, "first"), outer = map_fixture_map(&fixture, "outer");

	expect_ok(map_fixture_swap(&fixture, "nested_direct", CGSWAP_MAPS_REQUIRE),
		  "who uses both already goes on doing so");
	ok(first && map_fixture_map(&fixture, "first") == first, "first is the same map");
	ok(outer && map_fixture_map(&fixture, "outer") == outer, "outer is the same map");
	map_fixture_free(&fixture);
}

static enum cgswap_status add(cgswap_replace *replace, cgswap_session *session,
			      const struct scratch *cgroup, bool both)
{
	cgswap_chain *chain = live_chain(session, cgroup->path, both ? "ingress" : "egress");
	char source[1100];
	enum cgswap_status status;

	snprintf(source, sizeof(source), "obj:%s#%s", map_fixture_object("nested_pair"),
		 both ? "by_both" : "by_outer");
	status = cgswap_replace_add_source(replace, chain, "pos:0", source, NULL);
	cgswap_chain_unref(chain);
	return status;
}

static void check_steps(void)
{
	struct scratch cgroup = scratch_new("steps");
	cgswap_session *session = live_session();
	int egress = prog_pass(EGRESS, "old"), ingress = prog_pass(INGRESS, "old");
	cgswap_replace *replace;

	if (raw_attach(cgroup.fd, egress, EGRESS, RAW_MULTI) ||
	    raw_attach(cgroup.fd, ingress, INGRESS, RAW_MULTI))
		bail_out("cannot attach");
	cgswap_replace_new(&replace, session, NULL);
	expect_ok(add(replace, session, &cgroup, false), "who uses it by way of the other");
	expect_refusal(add(replace, session, &cgroup, true), CGSWAP_CAUSE_MAP_CHANGED, NULL,
		       "then who uses both");
	expect_message("'outer', which another step loaded");
	cgswap_replace_unref(replace);
	cgswap_replace_new(&replace, session, NULL);
	expect_ok(add(replace, session, &cgroup, true), "the other way round: who uses both");
	expect_ok(add(replace, session, &cgroup, false), "then who uses one");
	expect_ok(cgswap_replace_commit(replace, NULL), "and it is done");
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	raw_close(egress);
	raw_close(ingress);
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	check_torn();
	check_whole();
	check_steps();
	return done_testing();
}
