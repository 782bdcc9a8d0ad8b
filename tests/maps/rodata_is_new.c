/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read-only data is part of a program: the new one brings its own, whatever is asked for; each map
 * says why it is kept or not.
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
	uint32_t before;

	need_live();
	state = state_new("readonly", "count_v1");
	before = state_map(&state, ".rodata");
	expect_ok(state_plan(&state, &replace, "count_v2", CGSWAP_MAPS_DEFAULT), "the next version");
	state_said(replace, ".rodata", false, "new: read-only data");
	state_said(replace, "hits", true, "same map as the old program's");
	state_said(replace, ".bss", true, "same map as the old program's");
	state_said(replace, ".data", true, "same map as the old program's");
	state_said(replace, "of_cgroup", true, "same map as the old program's");
	state_said(replace, "lengths", false, "new: the old program has no such map");
	expect_ok(cgswap_replace_commit(replace, NULL), "takes its place");
	cgswap_replace_unref(replace);
	ok(state_map(&state, ".rodata") && state_map(&state, ".rodata") != before,
	   "it has read-only data of its own");
	expect_ok(state_plan(&state, &replace, "count_v1", CGSWAP_MAPS_NEW), "back, all anew");
	state_said(replace, ".rodata", false, "new: asked for");
	state_said(replace, "hits", false, "new: asked for");
	cgswap_replace_unref(replace);
	state_free(&state);
	return done_testing();
}
