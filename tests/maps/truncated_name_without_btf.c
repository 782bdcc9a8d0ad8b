/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program without BTF has a map whose name in the kernel has 15 characters and may be cut. The
 * map is not reused, even for the only map of an object whose name begins the same; a shorter name
 * is matched.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

static void is_refused(const struct map_fixture *fixture, const char *object)
{
	struct raw_chain before = chain_now(fixture->cgroup.fd, EGRESS);
	cgswap_replace *replace;

	EXPECT_CAUSE(map_fixture_plan(fixture, &replace, object, CGSWAP_MAPS_REUSE), MAP_CHANGED,
		     "%s may have another map", object);
	expect_message("no BTF has the full name of 'connections_of_'");
	chain_untouched(fixture->cgroup.fd, EGRESS, &before, "the chain is as before");
}

static void check_cut(void)
{
	struct map_fixture fixture = map_fixture_new("cut_off", "vast_tcp");

	is_refused(&fixture, "vast_udp");
	is_refused(&fixture, "vast_tcp");
	is_refused(&fixture, "vast_whole");
	expect_ok(map_fixture_swap(&fixture, "vast_short", CGSWAP_MAPS_REUSE),
		  "a map of another name is a new map");
	map_fixture_free(&fixture);
}

static void check_whole(void)
{
	struct map_fixture fixture = map_fixture_new("not_cut", "vast_short");
	uint32_t map = map_fixture_map(&fixture, "connections");

	expect_ok(map_fixture_swap(&fixture, "vast_short", CGSWAP_MAPS_REQUIRE),
		  "a program whose map has a shorter name");
	is_int(map_fixture_map(&fixture, "connections"), map, "the map is reused");
	map_fixture_free(&fixture);
}

/* The kernel rejected the BTF, so the remedy must not blame the compilation alone. */
static void check_variables(void)
{
	struct map_fixture fixture = map_fixture_new("variables", "vast_variable");
	cgswap_replace *replace;

	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "vast_variable", CGSWAP_MAPS_REUSE),
		     MAP_CHANGED, "variables without BTF are not reused");
	expect_message("the program has no BTF for them");
	is_str(cgswap_error_get_remedy(cgswap_last_error()),
	       "use new maps (--maps new): the program was compiled without -g, or the kernel "
	       "rejected its BTF when it was loaded",
	       "the remedy names both possible reasons");
	expect_ok(map_fixture_swap(&fixture, "vast_variable", CGSWAP_MAPS_NEW),
		  "with new maps the swap is done");
	map_fixture_free(&fixture);
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	check_cut();
	check_whole();
	check_variables();
	return done_testing();
}
