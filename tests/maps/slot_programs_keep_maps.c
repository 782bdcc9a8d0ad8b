/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs in the slots of an array that the source fills are replaced with the program that calls
 * them, and reuse the maps of those before: a list of what is blocked that only they use keeps its
 * entries, and an array that a loader has filled its programs.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_gate.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/attach_types.h"
#include "../lib/tap.h"

#include <linux/bpf.h>
#include <string.h>

/* The id of the newest map of this name, which no attached program uses. */
static uint32_t newest_map(const char *wanted)
{
	union bpf_attr attr;
	uint32_t found = 0;
	char name[16];

	memset(&attr, 0, sizeof(attr));
	while (!raw_bpf(BPF_MAP_GET_NEXT_ID, &attr, sizeof(attr))) {
		if (strcmp(raw_map_name(attr.next_id, name), wanted) == 0)
			found = attr.next_id;
		attr.start_id = attr.next_id;
	}
	return found;
}

static void swaps(const struct gate_fixture *gate, const char *object, enum cgswap_map_policy policy)
{
	expect_ok(map_fixture_swap(&gate->maps, gate_fixture_source(object), policy), "to %s", object);
	ok(gate_fixture_denies(gate), "the firewall denies");
}

static void a_list(void)
{
	struct gate_fixture gate = { .maps = map_fixture_new_at("slot_list", "blocklist_v1", "gate",
								CONNECT4) };
	uint32_t id = newest_map("blocked");
	int list = raw_map_open(id);

	ok(!gate_fixture_denies(&gate), "the firewall allows");
	is_int(raw_map_update(list, 1, 1), 0, "an address is blocked");
	ok(gate_fixture_denies(&gate), "the firewall denies");
	swaps(&gate, "blocklist_v2", CGSWAP_MAPS_REUSE);
	swaps(&gate, "blocklist_v1", CGSWAP_MAPS_REUSE);
	is_int(newest_map("blocked"), id, "no other list was made");
	expect_ok(map_fixture_swap(&gate.maps, gate_fixture_source("blocklist_v2"), CGSWAP_MAPS_NEW),
		  "to new maps");
	ok(!gate_fixture_denies(&gate), "new maps were asked for");
	raw_close(list);
	gate.array_fd = -1;
	gate_fixture_free(&gate);
}

static void an_array(void)
{
	struct gate_fixture gate = { .maps = map_fixture_new_at("slot_array", "blocklist_chained_v1",
								"gate", CONNECT4) };

	gate.array_fd = raw_map_open(newest_map("block_rules"));
	gate_fixture_fill(&gate, "gate_v1", 0);
	ok(gate_fixture_denies(&gate), "the firewall denies");
	swaps(&gate, "blocklist_chained_v2", CGSWAP_MAPS_REUSE);
	swaps(&gate, "blocklist_chained_v1", CGSWAP_MAPS_REUSE);
	swaps(&gate, "blocklist_chained_v2", CGSWAP_MAPS_NEW);
	gate_fixture_free(&gate);
}

int main(void)
{
	need_live();
	bpffs_private();
	a_list();
	an_array();
	return done_testing();
}
