/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Old programs that use the same maps are replaced by one program only if their constants get the
 * same values, and each step reports its own.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

enum { CHAINS = 4 };

static struct map_fixture fixtures[CHAINS];

/* Plans a step for each chain. Returns the ids of the new programs. */
static cgswap_replace *planned(struct cgswap_step_opts opts, uint32_t ids[CHAINS])
{
	cgswap_replace *replace;
	int bad = 0;

	opts.sz = sizeof(opts);
	if (cgswap_replace_new(&replace, fixtures[0].session, NULL))
		bail_out("no transaction");
	for (int i = 0; i < CHAINS; i++)
		bad += !!cgswap_replace_add_source(replace, fixtures[i].chain, "pos:0",
						   constant_fixture_object("gate_v2"), &opts);
	is_int(bad, 0, "a step for each chain");
	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++)
		ids[i] = cgswap_step_get_new_id(cgswap_replace_get_step(replace, i));
	return replace;
}

static size_t reported(cgswap_replace *replace, size_t step)
{
	return cgswap_step_get_constant_count(cgswap_replace_get_step(replace, step));
}

int main(void)
{
	struct cgswap_step_opts opts = { .constant_choices = CHOICES("deny_all=1") };
	cgswap_replace *replace;
	uint32_t ids[CHAINS], map;

	fixtures[0] = constant_fixture_new("c0", "gate_v1", NULL);
	for (int i = 1; i < CHAINS; i++)
		fixtures[i] = map_fixture_beside(&fixtures[0], i == 1 ? "c1" : i == 2 ? "c2" : "c3");
	/* the last two have the maps of the first, and constants of their own */
	expect_ok(constant_fixture_swap(&fixtures[2], "gate_v1", opts), "a chain with another value");
	opts.constant_choices = CHOICES("deny_all=1");
	expect_ok(constant_fixture_swap(&fixtures[3], "gate_v1", opts), "one more");
	map = map_fixture_map(&fixtures[0], "seen");
	ok(map && map_fixture_map(&fixtures[2], "seen") == map && map_fixture_map(&fixtures[3], "seen") == map,
	   "all use one map");

	replace = planned((struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_OLD }, ids);
	ok(ids[0] == ids[1] && ids[2] == ids[3] && ids[0] != ids[2], "old values: a program for each value");
	ok(!reported(replace, 0) && !reported(replace, 1) && reported(replace, 2) == 1 && reported(replace, 3) == 1,
	   "each step reports its own constants");
	cgswap_replace_unref(replace);
	replace = planned((struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_NEW }, ids);
	ok(ids[0] == ids[1] && ids[0] == ids[2] && ids[0] == ids[3], "new values: one program");
	ok(!reported(replace, 0) && reported(replace, 3) == 1, "the last ones report that they differed");
	cgswap_replace_unref(replace);
	replace = planned(opts, ids);
	ok(ids[0] == ids[1] && ids[0] == ids[2] && ids[0] == ids[3], "one value: one program");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	ok(map_fixture_map(&fixtures[0], "seen") == map && map_fixture_map(&fixtures[3], "seen") == map,
	   "the map is reused");
	cgswap_replace_unref(replace);
	for (int i = 0; i < CHAINS; i++)
		map_fixture_free(&fixtures[i]);
	return done_testing();
}
