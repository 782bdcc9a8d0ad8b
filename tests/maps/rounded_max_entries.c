/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps that the kernel or libbpf makes larger than declared are reused when the same object is
 * loaded again.
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
	expect_ok(map_fixture_swap(&fixture, "made_larger", CGSWAP_MAPS_REQUIRE),
		  "the same program replaces itself");
	for (int i = 0; i < 4; i++)
		ok(before[i] && map_fixture_map(&fixture, names[i]) == before[i], "%s is the same map",
		   names[i]);
	map_fixture_free(&fixture);
	return done_testing();
}
