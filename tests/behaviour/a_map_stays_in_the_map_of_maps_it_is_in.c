/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program knows a map by way of a map of maps that lives on. The next one uses it by its own
 * name, too: it would be a new map there and the old one here, and so it is refused.
 */
#include "../lib/expect.h"
#include "../lib/hooks.h"
#include "../lib/live.h"
#include "../lib/scene.h"
#include "../lib/state.h"
#include "../tap/tap.h"

static void check_torn(void)
{
	struct state state = state_new("torn", "nested_v1");
	struct raw_chain before = chain_now(state.cgroup.fd, EGRESS);
	cgswap_replace *replace;

	EXPECT_CAUSE(state_plan(&state, &replace, "nested_direct", CGSWAP_STATE_KEEP), MAP_CHANGED,
		     "a map that would be two is refused");
	expect_message("first of nested_direct.bpf.o would be a new map, and another one than its "
		       "source puts into outer");
	chain_untouched(state.cgroup.fd, EGRESS, &before, "the chain is as it was");
	expect_ok(state_swap(&state, "nested_direct", CGSWAP_STATE_NEW), "fresh ones are fine");
	state_free(&state);
}

static void check_whole(void)
{
	struct state state = state_new("whole", "nested_direct");
	uint32_t first = state_map(&state, "first"), outer = state_map(&state, "outer");

	expect_ok(state_swap(&state, "nested_direct", CGSWAP_STATE_REQUIRE),
		  "who uses both already goes on doing so");
	ok(first && state_map(&state, "first") == first, "first is the same map");
	ok(outer && state_map(&state, "outer") == outer, "outer is the same map");
	state_free(&state);
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	check_torn();
	check_whole();
	return done_testing();
}
