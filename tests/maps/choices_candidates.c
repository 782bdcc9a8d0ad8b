/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where several old maps may be meant, the refusal lists them with their ids, types, sizes and numbers
 * of entries, and says how to choose; with a choice for each the maps are reused.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1000 };

/* The ids of the two maps with one cut name, in ascending order. */
static void map_ids(const struct map_fixture *fixture, uint32_t ids[2])
{
	int program = raw_prog_open(map_fixture_program(fixture));
	uint32_t all[RAW_MAPS_MAX], swap;
	size_t count = raw_prog_maps(program, all), found = 0;
	char name[16];

	for (size_t i = 0; i < count && found < 2; i++)
		if (!strcmp(raw_map_name(all[i], name), "connections_of_"))
			ids[found++] = all[i];
	raw_close(program);
	if (found != 2)
		bail_out("the program has %zu maps of this name", found);
	if (ids[0] > ids[1]) {
		swap = ids[0];
		ids[0] = ids[1];
		ids[1] = swap;
	}
}

static void fill(uint32_t id, uint32_t count)
{
	int map = raw_map_open(id);

	for (uint32_t key = 0; key < count; key++)
		if (raw_map_update(map, key, 1))
			bail_out("the map cannot be filled");
	raw_close(map);
}

static void has_candidate(size_t index, uint32_t id, const char *entries)
{
	const cgswap_error *error = cgswap_last_error();
	char wanted[128];

	snprintf(wanted, sizeof(wanted), "id:%u (hash (key 4B, value 8B, max_entries 2000), %s)", id,
		 entries);
	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++)
		if (!strcmp(cgswap_error_get_detail_name(error, i), "candidate") && !index--) {
			is_str(cgswap_error_get_detail_text(error, i), wanted, "a candidate");
			return;
		}
	ok(false, "there is a candidate %s", wanted);
}

int main(void)
{
	struct map_fixture fixture;
	char tcp[64], udp[64], remedy[160];
	const char *const choices[] = { tcp, udp, NULL };
	const char *only[] = { NULL, NULL };
	uint32_t ids[2], after[2];
	cgswap_replace *replace;

	need_live();
	fixture = map_fixture_new("candidates", "two_hashes");
	map_ids(&fixture, ids);
	fill(ids[0], 1);
	fill(ids[1], MOST + 1);
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "two_hashes", CGSWAP_MAPS_REUSE), MAP_CHANGED,
		     "two maps that differ in nothing");
	has_candidate(0, ids[0], "1 entry");
	has_candidate(1, ids[1], "over 1000 entries");
	snprintf(remedy, sizeof(remedy),
		 "select the map (--map connections_of_tcp=id:%u), or use a new one (--map "
		 "connections_of_tcp=new)",
		 ids[0]);
	is_str(cgswap_error_get_remedy(cgswap_last_error()), remedy, "the remedy");
	snprintf(tcp, sizeof(tcp), "connections_of_tcp=id:%u", ids[0]);
	only[0] = tcp;
	EXPECT_CAUSE(map_fixture_plan_with(&fixture, &replace, "two_hashes", CGSWAP_MAPS_REUSE, only), MAP_CHANGED,
		     "a choice for one of them");
	has_candidate(0, ids[1], "over 1000 entries");
	snprintf(udp, sizeof(udp), "--map connections_of_udp=id:%u", ids[1]);
	has_str(cgswap_error_get_remedy(cgswap_last_error()), udp, "the remedy offers the other map");
	snprintf(udp, sizeof(udp), "connections_of_udp=id:%u", ids[0]);
	EXPECT_CAUSE(map_fixture_plan_with(&fixture, &replace, "two_hashes", CGSWAP_MAPS_REUSE, choices),
		     BAD_ARGUMENT, "one map for both");
	expect_message("expected another map for each");
	snprintf(udp, sizeof(udp), "connections_of_udp=id:%u", ids[1]);
	if (expect_ok(map_fixture_plan_with(&fixture, &replace, "two_hashes", CGSWAP_MAPS_REQUIRE, choices),
		      "with a choice for each")) {
		map_fixture_said(replace, "_tcp", true, "the map that was chosen by its id");
		map_fixture_said(replace, "_udp", true, "the map that was chosen by its id");
		expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
		cgswap_replace_unref(replace);
	}
	map_ids(&fixture, after);
	ok(after[0] == ids[0] && after[1] == ids[1], "the maps are the same");
	map_fixture_free(&fixture);
	return done_testing();
}
