/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A step tells which maps of the old program the new one does not use, by id and name: of an object's
 * program in every state, and of one that was loaded before. What is used on is not among them, nor is
 * read-only data.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

/* The id of the one map that is lost under a name with this ending; 0: there is none. */
static uint32_t lost(const cgswap_step *step, const char *ending)
{
	for (size_t i = 0; i < cgswap_step_get_dropped_map_count(step); i++) {
		const char *name = cgswap_step_get_dropped_map_name(step, i);

		if (strlen(name) >= strlen(ending) &&
		    strcmp(name + strlen(name) - strlen(ending), ending) == 0)
			return cgswap_step_get_dropped_map_id(step, i);
	}
	return 0;
}

static void told(const cgswap_step *step, size_t count, const char *what)
{
	uint32_t before = 0;
	bool ascend = true;

	is_int(cgswap_step_get_dropped_map_count(step), count, "%s: %zu are lost", what, count);
	for (size_t i = 0; i < cgswap_step_get_dropped_map_count(step); i++) {
		ascend &= cgswap_step_get_dropped_map_id(step, i) > before;
		before = cgswap_step_get_dropped_map_id(step, i);
	}
	ok(ascend, "%s: in the order of their ids", what);
	is_int(cgswap_step_get_dropped_map_id(step, count), 0, "%s: none past the end", what);
	is_str(cgswap_step_get_dropped_map_name(step, count), "", "%s: nor a name", what);
}

/* A replace of one step. The caller's to unref. */
static cgswap_replace *planned(const struct map_fixture *fixture, const char *object,
			       enum cgswap_map_policy keep)
{
	cgswap_replace *replace;

	if (!expect_ok(map_fixture_plan(fixture, &replace, object, keep), "%s", object))
		bail_out("nothing to look at");
	return replace;
}

static void in_every_state(const struct map_fixture *fixture)
{
	uint32_t hits = map_fixture_map(fixture, "hits"), bss = map_fixture_map(fixture, ".bss");
	cgswap_replace *replace = planned(fixture, "count_less", CGSWAP_MAPS_REUSE);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);

	told(step, 3, "keep");
	is_int(lost(step, ".bss"), bss, "keep: the variables");
	ok(lost(step, ".data") && lost(step, "of_cgroup"), "keep: with a value too, and the storage");
	expect_ok(cgswap_replace_commit(replace, NULL), "committed");
	expect_ok(cgswap_replace_rollback(replace), "and rolled back");
	told(step, 3, "done and undone");
	cgswap_replace_unref(replace);

	replace = planned(fixture, "count_v2", CGSWAP_MAPS_REQUIRE);
	told(cgswap_replace_get_step(replace, 0), 0, "require");
	cgswap_replace_unref(replace);

	replace = planned(fixture, "count_v2", CGSWAP_MAPS_NEW);
	told(cgswap_replace_get_step(replace, 0), 4, "new");
	is_int(lost(cgswap_replace_get_step(replace, 0), "hits"), hits, "new: the counter too");
	cgswap_replace_unref(replace);
}

/* The new one is of another object, and was there before. */
static void of_loaded_ones(const struct map_fixture *fixture)
{
	struct map_fixture other = map_fixture_new("loaded", "count_less");
	cgswap_replace *replace;
	char source[32];

	snprintf(source, sizeof(source), "id:%u", map_fixture_program(&other));
	replace = planned(fixture, source, CGSWAP_MAPS_DEFAULT);
	told(cgswap_replace_get_step(replace, 0), 4, "loaded");
	cgswap_replace_unref(replace);
	map_fixture_free(&other);
}

/* What two steps have in common is learned once, and told of both. */
static void of_all_steps(const struct map_fixture *fixture)
{
	const char *object = map_fixture_object("count_less");
	struct map_fixture beside = map_fixture_beside(fixture, "beside");
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, fixture->session, NULL), "a transaction");
	expect_ok(cgswap_replace_add_source(replace, fixture->chain, "pos:0", object, NULL), "one");
	expect_ok(cgswap_replace_add_source(replace, beside.chain, "pos:0", object, NULL), "two");
	for (size_t i = 0; i < 2; i++)
		told(cgswap_replace_get_step(replace, i), 3, i ? "the second" : "the first");
	cgswap_replace_unref(replace);
	map_fixture_free(&beside);
}

static void by_whole_names(void)
{
	struct map_fixture fixture = map_fixture_new("long", "long_maps");
	cgswap_replace *replace = planned(&fixture, "count_less", CGSWAP_MAPS_REUSE);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);

	told(step, 2, "long names");
	ok(lost(step, "connections_of_tcp") && lost(step, "connections_of_udp"),
	   "BTF tells what the kernel has cut");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);

	fixture = map_fixture_new("twins", "duplicate_maps");
	replace = planned(&fixture, "count_less", CGSWAP_MAPS_REUSE);
	step = cgswap_replace_get_step(replace, 0);
	told(step, 2, "twins");
	is_str(cgswap_step_get_dropped_map_name(step, 0), "connections_of_", "or else it stays cut");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);
}

int main(void)
{
	struct map_fixture fixture;

	need_live();
	is_int(cgswap_step_get_dropped_map_count(NULL), 0, "no step lost nothing");
	fixture = map_fixture_new("lost", "count_v1");
	in_every_state(&fixture);
	of_loaded_ones(&fixture);
	of_all_steps(&fixture);
	map_fixture_free(&fixture);
	by_whole_names();
	return done_testing();
}
