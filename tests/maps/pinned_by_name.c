/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A map declared as pinned by name is pinned in the session's bpffs and reused from there. The pin
 * of a step that is never committed is removed. A pin of another map than the old program's is an
 * error.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"
#include "../lib/bpffs.h"

#include <stdio.h>

static const char PIN[] = BPFFS "/pinned_hits";

/* Checks whether a map is pinned at the path. */
static bool is_pinned(const struct map_fixture *fixture)
{
	cgswap_program *program;
	char source[64];
	bool pinned;

	snprintf(source, sizeof(source), "pin:%s", PIN);
	/* opening a pinned map as a program gives another cause than a missing pin */
	pinned = cgswap_program_open(&program, fixture->session, source, NULL) &&
		 cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_NOT_A_PROGRAM;
	cgswap_program_unref(program);
	return pinned;
}

int main(void)
{
	cgswap_replace *replace;
	struct map_fixture plain, fixture;
	uint32_t map;
	int foreign;

	need_live();
	bpffs_private();
	plain = map_fixture_new("plain", "count_less");
	ok(!is_pinned(&plain), "nothing is pinned");
	expect_ok(map_fixture_plan(&plain, &replace, "pinned_map", CGSWAP_MAPS_DEFAULT), "planned");
	ok(!is_pinned(&plain), "the map is not pinned when it is loaded");
	cgswap_replace_unref(replace);
	ok(!is_pinned(&plain), "nor when the program is given up");
	expect_ok(map_fixture_plan(&plain, &replace, "pinned_map", CGSWAP_MAPS_DEFAULT), "planned again");
	foreign = raw_array_create(1);
	ok(raw_pin(foreign, PIN) == 0, "another process takes the path");
	EXPECT_CAUSE(cgswap_replace_check(replace), PIN_EXISTS, "check says so");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), PIN_EXISTS, "and the commit is refused");
	expect_message(PIN);
	cgswap_replace_unref(replace);
	ok(is_pinned(&plain), "its pin is left alone");
	raw_unpin(PIN);
	raw_close(foreign);
	expect_ok(map_fixture_swap(&plain, "pinned_map", CGSWAP_MAPS_DEFAULT), "the swap is done");
	ok(is_pinned(&plain), "the pin is still there");
	map = map_fixture_map(&plain, "pinned_hits");

	expect_ok(map_fixture_plan(&plain, &replace, "pinned_map", CGSWAP_MAPS_DEFAULT),
		  "a step with the same program");
	map_fixture_said(replace, "pinned_hits", true, "same map as the old program's");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	ok(map && map_fixture_map(&plain, "pinned_hits") == map, "the map is the same");

	fixture = map_fixture_new("second", "count_less");
	expect_ok(map_fixture_plan(&fixture, &replace, "pinned_map", CGSWAP_MAPS_DEFAULT),
		  "a step in a chain whose program has no such map");
	map_fixture_said(replace, "pinned_hits", false, "the map that is pinned at its path");
	expect_ok(cgswap_replace_commit(replace, NULL), "the second step is committed");
	cgswap_replace_unref(replace);
	is_int(map_fixture_map(&fixture, "pinned_hits"), map, "the program uses the pinned map");

	is_int(raw_unpin(PIN), 0, "the pin is removed");
	expect_ok(map_fixture_swap(&plain, "pinned_map", CGSWAP_MAPS_NEW),
		  "a swap makes and pins a new map");
	ok(map_fixture_map(&plain, "pinned_hits") != map, "the map is another one");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "pinned_map", CGSWAP_MAPS_DEFAULT),
		     MAP_CHANGED, "the old program's map is not the pinned one");
	expect_message(PIN);
	map_fixture_free(&fixture);
	map_fixture_free(&plain);
	return done_testing();
}
