/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A step reports the dropped maps of the old program by id and name: for a program of an object
 * with each policy for maps, and for a loaded program. Reused maps and read-only data are not among
 * them.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

/* Returns the id of the only dropped map whose name has this ending; 0: none. */
static uint32_t dropped(const cgswap_step *step, const char *ending)
{
	for (size_t i = 0; i < cgswap_step_get_dropped_map_count(step); i++) {
		const char *name = cgswap_step_get_dropped_map_name(step, i);

		if (strlen(name) >= strlen(ending) &&
		    strcmp(name + strlen(name) - strlen(ending), ending) == 0)
			return cgswap_step_get_dropped_map_id(step, i);
	}
	return 0;
}

static void check_count(const cgswap_step *step, size_t count, const char *what)
{
	uint32_t before = 0;
	bool ascend = true;

	is_int(cgswap_step_get_dropped_map_count(step), count, "%s: %zu maps are dropped", what,
	       count);
	for (size_t i = 0; i < cgswap_step_get_dropped_map_count(step); i++) {
		ascend &= cgswap_step_get_dropped_map_id(step, i) > before;
		before = cgswap_step_get_dropped_map_id(step, i);
	}
	ok(ascend, "%s: they are in the order of their ids", what);
	is_int(cgswap_step_get_dropped_map_id(step, count), 0, "%s: a map past the end has no id",
	       what);
	is_str(cgswap_step_get_dropped_map_name(step, count), "",
	       "%s: a map past the end has no name", what);
}

/* Plans a transaction with one step; the caller releases it. */
static cgswap_replace *planned(const struct map_fixture *fixture, const char *object,
			       enum cgswap_map_policy keep)
{
	cgswap_replace *replace;

	if (!expect_ok(map_fixture_plan(fixture, &replace, object, keep), "%s", object))
		bail_out("no step to test");
	return replace;
}

static void each_policy(const struct map_fixture *fixture)
{
	uint32_t hits = map_fixture_map(fixture, "hits"), bss = map_fixture_map(fixture, ".bss");
	cgswap_replace *replace = planned(fixture, "count_less", CGSWAP_MAPS_REUSE);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);

	check_count(step, 3, "reuse");
	is_int(dropped(step, ".bss"), bss, "reuse: the variables are dropped");
	ok(dropped(step, ".data") && dropped(step, "of_cgroup"),
	   "reuse: so are initialized variables and the storage");
	expect_ok(cgswap_replace_commit(replace, NULL), "the transaction is committed");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	check_count(step, 3, "after the roll-back");
	cgswap_replace_unref(replace);

	replace = planned(fixture, "count_v2", CGSWAP_MAPS_REQUIRE);
	check_count(cgswap_replace_get_step(replace, 0), 0, "require");
	cgswap_replace_unref(replace);

	replace = planned(fixture, "count_v2", CGSWAP_MAPS_NEW);
	check_count(cgswap_replace_get_step(replace, 0), 4, "new");
	is_int(dropped(cgswap_replace_get_step(replace, 0), "hits"), hits,
	       "new: the counter is dropped too");
	cgswap_replace_unref(replace);
}

/* The new program is loaded already, from another object. */
static void loaded_program(const struct map_fixture *fixture)
{
	struct map_fixture other = map_fixture_new("loaded", "count_less");
	cgswap_replace *replace;
	char source[32];

	snprintf(source, sizeof(source), "id:%u", map_fixture_program(&other));
	replace = planned(fixture, source, CGSWAP_MAPS_DEFAULT);
	check_count(cgswap_replace_get_step(replace, 0), 4, "loaded");
	cgswap_replace_unref(replace);
	map_fixture_free(&other);
}

/* Two steps share an old program: each reports its dropped maps. */
static void each_step(const struct map_fixture *fixture)
{
	const char *object = map_fixture_object("count_less");
	struct map_fixture beside = map_fixture_beside(fixture, "beside");
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, fixture->session, NULL), "a transaction");
	expect_ok(cgswap_replace_add_source(replace, fixture->chain, "pos:0", object, NULL),
		  "a first step");
	expect_ok(cgswap_replace_add_source(replace, beside.chain, "pos:0", object, NULL),
		  "a second step");
	for (size_t i = 0; i < 2; i++)
		check_count(cgswap_replace_get_step(replace, i), 3, i ? "the second" : "the first");
	cgswap_replace_unref(replace);
	map_fixture_free(&beside);
}

static void cut_names(void)
{
	struct map_fixture fixture = map_fixture_new("long", "long_maps");
	cgswap_replace *replace = planned(&fixture, "count_less", CGSWAP_MAPS_REUSE);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);

	check_count(step, 2, "long names");
	ok(dropped(step, "connections_of_tcp") && dropped(step, "connections_of_udp"),
	   "BTF has the names that the kernel has cut");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);

	fixture = map_fixture_new("same-name", "duplicate_maps");
	replace = planned(&fixture, "count_less", CGSWAP_MAPS_REUSE);
	step = cgswap_replace_get_step(replace, 0);
	check_count(step, 2, "the same cut name");
	is_str(cgswap_step_get_dropped_map_name(step, 0), "connections_of_",
	       "an ambiguous name stays cut");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);
}

int main(void)
{
	struct map_fixture fixture;

	need_live();
	is_int(cgswap_step_get_dropped_map_count(NULL), 0, "NULL has no dropped maps");
	fixture = map_fixture_new("lost", "count_v1");
	each_policy(&fixture);
	loaded_program(&fixture);
	each_step(&fixture);
	map_fixture_free(&fixture);
	cut_names();
	return done_testing();
}
