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
	struct map_fixture fixture;

	need_live();
	fixture = map_fixture_new("larger", "made_larger");
	for (int i = 0; i < 4; i++)
		before[i] = map_fixture_map(&fixture, names[i]);
	expect_ok(map_fixture_swap(&fixture, "made_larger", CGSWAP_MAPS_REQUIRE), "the same again");
	for (int i = 0; i < 4; i++)
		ok(before[i] && map_fixture_map(&fixture, names[i]) == before[i], "%s is the same map",
		   names[i]);
	map_fixture_free(&fixture);
	return done_testing();
}
