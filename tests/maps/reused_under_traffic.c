/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program counts packets in a map, in two global variables and in cgroup storage. After a
 * thousand swaps between two objects under traffic each count is the number of packets sent: no
 * packet was missed or counted twice.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/traffic.h"
#include "../lib/tap.h"

#include <string.h>
#include <unistd.h>

enum { SWAPS = 1000, MOST_PACKETS = 100000000, LARGEST_VALUE = 64 };

/* Returns the first eight bytes of the value of a map's first key. */
static uint64_t first_value(uint32_t id)
{
	struct {
		uint32_t map_fd, pad;
		uint64_t key, value, flags;
	} attr = { .map_fd = raw_map_open(id) };
	struct raw_storage_key key;
	struct {
		uint32_t map_fd, pad;
		uint64_t key, next_key;
	} next = { .map_fd = attr.map_fd, .next_key = (uintptr_t)&key };
	unsigned char bytes[LARGEST_VALUE];
	uint64_t value = 0;

	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)bytes;
	if (raw_bpf(BPF_MAP_GET_NEXT_KEY, &next, sizeof(next)) ||
	    raw_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)))
		diag("map %u cannot be read", id);
	else
		memcpy(&value, bytes, sizeof(value));
	close((int)attr.map_fd);
	return value;
}

int main(void)
{
	static const char *const version[] = { "count_v1", "count_v2" };
	static const struct {
		const char *map;
		uint64_t start;
	} counts[] = { { "hits", 0 }, { ".bss", 0 }, { ".data", 1000 }, { "of_cgroup", 0 } };
	enum { COUNTS = sizeof(counts) / sizeof(counts[0]) };
	uint32_t first[COUNTS], sent;
	struct traffic traffic;
	struct map_fixture fixture;
	int bad = 0;

	need_live();
	fixture = map_fixture_new("counted", "count_v1");
	for (int i = 0; i < COUNTS; i++)
		first[i] = map_fixture_map(&fixture, counts[i].map);
	traffic = traffic_start(&fixture.cgroup, MOST_PACKETS);
	for (int i = 1; i <= SWAPS && bad < 5; i++)
		if (map_fixture_swap(&fixture, version[i % 2], CGSWAP_MAPS_REUSE)) {
			diag("swap %d: %s", i, cgswap_error_get_message(cgswap_last_error()));
			bad++;
		}
	sent = traffic_stop(&traffic);
	is_int(bad, 0, "%d swaps, all without an error", SWAPS);
	ok(sent > 1000, "thousands of packets were sent at the same time");
	for (int i = 0; i < COUNTS; i++) {
		uint32_t map = map_fixture_map(&fixture, counts[i].map);

		ok(map && map == first[i], "%s is still the same map", counts[i].map);
		is_int((long long)(first_value(map) - counts[i].start), sent,
		       "%s has counted every packet once", counts[i].map);
	}
	map_fixture_free(&fixture);
	return done_testing();
}
