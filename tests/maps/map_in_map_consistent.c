/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program cannot reuse a map of maps and get a new inner map that it uses by its own name too, as
 * the name and the map of maps would lead to different maps. The same holds within one transaction,
 * where two programs share a new map of maps.
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

	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "nested_direct", CGSWAP_MAPS_REUSE),
		     MAP_CHANGED, "the inner map would be two maps");
	expect_message("nested_direct.bpf.o' uses map 'first' directly, which would be a new map, "
		       "but the inner map of 'outer' is that of program");
	chain_untouched(fixture.cgroup.fd, EGRESS, &before, "the chain is as before");
	expect_ok(map_fixture_swap(&fixture, "nested_direct", CGSWAP_MAPS_NEW),
		  "with new maps it is attached");
	map_fixture_free(&fixture);
}

static void check_whole(void)
{
	struct map_fixture fixture = map_fixture_new("whole", "nested_direct");
	uint32_t first = map_fixture_map(&fixture, "first"), outer = map_fixture_map(&fixture, "outer");

	expect_ok(map_fixture_swap(&fixture, "nested_direct", CGSWAP_MAPS_REQUIRE),
		  "a program that uses both already is swapped");
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
	expect_ok(add(replace, session, &cgroup, false), "a step that uses the map of maps");
	expect_refusal(add(replace, session, &cgroup, true), CGSWAP_CAUSE_MAP_CHANGED, NULL,
		       "then a step that uses both");
	expect_message("of 'outer' is the map that another step created");
	cgswap_replace_unref(replace);
	cgswap_replace_new(&replace, session, NULL);
	expect_ok(add(replace, session, &cgroup, true), "first a step that uses both");
	expect_ok(add(replace, session, &cgroup, false), "then a step that uses the map of maps");
	expect_ok(cgswap_replace_commit(replace, NULL), "the transaction is committed");
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
