/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel, and libbpf, make some maps larger than they are declared: the same object finds them
 * unchanged.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

int main(void)
{
	static const char *const names[] = { "connections", "counters", "events", "traces" };
	uint32_t before[4];
	struct state state;

	need_live();
	state = state_new("larger", "made_larger");
	for (int i = 0; i < 4; i++)
		before[i] = state_map(&state, names[i]);
	expect_ok(state_swap(&state, "made_larger", CGSWAP_MAPS_REQUIRE), "the same again");
	for (int i = 0; i < 4; i++)
		ok(before[i] && state_map(&state, names[i]) == before[i], "%s is the same map",
		   names[i]);
	state_free(&state);
	return done_testing();
}
