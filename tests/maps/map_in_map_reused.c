/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A map of maps is handed on with the maps in it, if these are declared as they were.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

int main(void)
{
	cgswap_replace *replace;
	struct state state;
	uint32_t outer;

	need_live();
	state = state_new("nested", "nested_v1");
	outer = state_map(&state, "outer");
	expect_ok(state_plan(&state, &replace, "nested_v1", CGSWAP_MAPS_DEFAULT), "the same again");
	state_said(replace, "outer", true, "same map as the old program's");
	expect_ok(cgswap_replace_commit(replace, NULL), "takes its place");
	cgswap_replace_unref(replace);
	ok(outer && state_map(&state, "outer") == outer, "outer is the same map");
	EXPECT_CAUSE(state_plan(&state, &replace, "nested_narrow", CGSWAP_MAPS_DEFAULT),
		     MAP_CHANGED, "other maps in it are refused");
	expect_message("array 4/4 x 1 in nested_narrow.bpf.o and array 4/8 x 1 in program ");
	state_free(&state);
	return done_testing();
}
