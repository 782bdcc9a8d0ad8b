/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All programs of an object are swapped many times under traffic, plain and by links: the one that counts
 * packets in a map that all versions share has counted each packet once.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/product.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"
#include "../lib/traffic.h"

#include <stdio.h>

enum { SWAPS = 200, MOST_PACKETS = 100000000, PACKETS = 2 };

static void swap_often(const char *fs)
{
	struct product product = product_new(fs ? "linked" : "plain");
	const struct cgswap_object_opts opts = { .sz = sizeof(opts), .pin_dir = fs, .link = fs != NULL };
	cgswap_object *objects[] = { product_object(&product, "product_v1"),
				     product_object(&product, "product_v2") };
	uint32_t counts, ids[PRODUCT_MAPS], sent;
	struct traffic traffic;
	uint64_t counted = 0;
	int bad = 0, map;

	expect_ok(cgswap_object_attach(NULL, objects[0], product.cgroup.path, &opts), "attached %s",
		  fs ? "by links" : "plainly");
	product_add_after(&product);
	counts = product_map(&product, "counts");
	traffic = traffic_start(&product.cgroup, MOST_PACKETS);
	for (int i = 1; i <= SWAPS && bad < 5; i++) {
		char name[16];
		cgswap_object *next;

		/* an object that is not loaded takes over the maps */
		snprintf(name, sizeof(name), "product_v%d", i % 2 + 1);
		next = product_object(&product, name);
		if (product_swap(&product, next, NULL)) {
			diag("swap %d: %s", i, cgswap_error_get_message(cgswap_last_error()));
			bad++;
		}
		cgswap_object_unref(next);
	}
	sent = traffic_stop(&traffic);
	is_int(bad, 0, "%d swaps of four programs, all without an error", SWAPS);
	ok(sent > 1000, "thousands of packets were sent at the same time");
	product_stands(&product, 1, "each stands in its position");
	is_int(product_map(&product, "counts"), counts, "the map is the same");
	is_int(product_maps(&product, ids), 5 - (SWAPS % 2 == 0), "there is one set of maps");
	map = raw_map_open(counts);
	raw_map_lookup(map, PACKETS, &counted);
	is_int(counted, sent, "each packet was counted once");
	raw_close(map);
	cgswap_object_unref(objects[0]);
	cgswap_object_unref(objects[1]);
	product_free(&product);
}

int main(void)
{
	need_live();
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		scratch_bystander(product_types[i]);
	swap_often(NULL);
	swap_often(bpffs_private());
	return done_testing();
}
