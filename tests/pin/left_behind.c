/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The report of a step has the pins that still refer to the old program, or to a dropped map of it; under
 * require they are refused. A pin that the step gives to the new program, pins of other programs, of
 * links' programs and of maps that are reused, and those of read-only data are not among them.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void pin_here(int fd, const char *path)
{
	if (fd < 0 || raw_pin(fd, path))
		bail_out("'%s' cannot be pinned", path);
	raw_close(fd);
}

/* Returns the index of the pin at the path, or -1. */
static int left(const cgswap_step *step, const char *path)
{
	for (size_t i = 0; i < cgswap_step_get_left_pin_count(step); i++)
		if (strcmp(cgswap_step_get_left_pin_path(step, i), path) == 0)
			return (int)i;
	return -1;
}

static void program_and_maps(const struct map_fixture *fixture)
{
	uint32_t bss = map_fixture_map(fixture, ".bss");
	const cgswap_step *step;
	cgswap_replace *replace;
	int at;

	pin_here(raw_prog_open(map_fixture_program(fixture)), BPFFS "/deep/old");
	pin_here(raw_map_open(map_fixture_map(fixture, "hits")), BPFFS "/hits");
	pin_here(raw_map_open(bss), BPFFS "/deep/bss");
	pin_here(raw_map_open(map_fixture_map(fixture, ".rodata")), BPFFS "/rodata");
	if (!expect_ok(map_fixture_plan(fixture, &replace, "count_less", CGSWAP_MAPS_REUSE), "a step"))
		return;
	step = cgswap_replace_get_step(replace, 0);
	is_int(cgswap_step_get_left_pin_count(step), 2, "two pins are left behind");
	at = left(step, BPFFS "/deep/old");
	ok(at >= 0, "that of the old program");
	is_int(cgswap_step_get_left_pin_map_id(step, at < 0 ? 99 : (size_t)at), 0, "it is of no map");
	at = left(step, BPFFS "/deep/bss");
	ok(at >= 0, "and that of the dropped variables");
	is_int(cgswap_step_get_left_pin_map_id(step, at < 0 ? 99 : (size_t)at), bss, "with their id");
	is_str(cgswap_step_get_left_pin_path(step, 2), "", "past the end the path is empty");
	is_int(cgswap_step_get_left_pin_map_id(step, 2), 0, "and the id is 0");
	cgswap_replace_unref(replace);
}

/* All maps are used by the new program, so that the pin of the old program is all that is left. */
static void required(const struct map_fixture *fixture)
{
	struct cgswap_step_opts opts = { .sz = sizeof(opts), .maps = CGSWAP_MAPS_REQUIRE };
	cgswap_replace *replace;

	EXPECT_CAUSE(map_fixture_plan(fixture, &replace, "count_v2", CGSWAP_MAPS_REQUIRE), PIN_LEFT,
		     "a swap that leaves the pin of the old program is refused");
	expect_message("'" BPFFS "/deep/old' would still refer to program ");
	expect_ok(cgswap_replace_new(&replace, fixture->session, NULL), "a transaction");
	opts.pin = BPFFS "/deep/old";
	expect_ok(cgswap_replace_add_source(replace, fixture->chain, "pos:0",
					    map_fixture_object("count_v2"), &opts),
		  "one that gives the pin to the new program is not");
	is_int(cgswap_step_get_left_pin_count(cgswap_replace_get_step(replace, 0)), 0,
	       "nothing is left behind");
	cgswap_replace_unref(replace);

	raw_unpin(BPFFS "/deep/old");
	pin_here(raw_prog_open(map_fixture_program(fixture)), BPFFS "/again");
	EXPECT_CAUSE(map_fixture_plan(fixture, &replace, "count_less", CGSWAP_MAPS_REQUIRE),
		     MAP_DROPPED, "a dropped map has its own cause");
	raw_unpin(BPFFS "/again");
	if (expect_ok(map_fixture_plan(fixture, &replace, "count_v2", CGSWAP_MAPS_REQUIRE),
		      "without the pin it is added"))
		cgswap_replace_unref(replace);
}

/* Another program is pinned, and the old one of a loaded program is not looked for. */
static void others(const struct map_fixture *fixture)
{
	struct map_fixture other = map_fixture_new("other", "count_less");
	cgswap_program *program = NULL;
	cgswap_replace *replace;
	char source[32];

	pin_here(raw_prog_open(map_fixture_program(&other)), BPFFS "/other");
	if (expect_ok(map_fixture_plan(fixture, &replace, "count_v2", CGSWAP_MAPS_REQUIRE),
		      "the pin of another program does not matter"))
		cgswap_replace_unref(replace);
	pin_here(raw_prog_open(map_fixture_program(fixture)), BPFFS "/old");
	snprintf(source, sizeof(source), "id:%u", map_fixture_program(&other));
	expect_ok(cgswap_program_open(&program, fixture->session, source, NULL), "a loaded program");
	expect_ok(cgswap_replace_new(&replace, fixture->session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, fixture->chain, "pos:0", program, NULL), "a step");
	is_int(cgswap_step_get_left_pin_count(cgswap_replace_get_step(replace, 0)), 0,
	       "cgswap_replace_add() does not look");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	map_fixture_free(&other);
}

int main(void)
{
	struct map_fixture fixture;

	need_live();
	bpffs_private();
	is_int(cgswap_step_get_left_pin_count(NULL), 0, "NULL leaves no pins");
	if (mkdir(BPFFS "/deep", 0700))
		bail_out("no directory");
	fixture = map_fixture_new("left", "count_v1");
	program_and_maps(&fixture);
	required(&fixture);
	others(&fixture);
	map_fixture_free(&fixture);
	return done_testing();
}
