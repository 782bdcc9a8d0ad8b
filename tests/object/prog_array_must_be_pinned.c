/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program array that its source fills loses what is in it with its last descriptor or pin: pinned
 * nowhere it is refused. Where one is pinned already it is refused as well, since to fill that one
 * would change the tail calls of who uses it; moved out of the way, it is left alone.
 */
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/descriptors.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

static const char PIN[] = BPFFS "/filled_calls";

static bool is_pinned(void)
{
	int fd = raw_pin_open(PIN);

	if (fd >= 0)
		raw_close(fd);
	return fd >= 0;
}

int main(void)
{
	cgswap_replace *replace;
	struct descriptors open;
	struct raw_chain before, now;
	struct map_fixture fixture;
	int array;

	need_live();
	bpffs_private();
	fixture = map_fixture_new("plain", "count_less");
	before = chain_now(fixture.cgroup.fd, EGRESS);
	open = descriptors_now();
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "object/filled_unpinned", CGSWAP_MAPS_DEFAULT),
		     OBJECT_REFUSED, "an array that is pinned nowhere");
	expect_message("program array filled_calls of ");
	expect_message("pinned nowhere");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "LIBBPF_PIN_BY_NAME",
		"and what to do is said");
	ok(descriptors_same(&open), "no descriptor is left open");

	expect_ok(map_fixture_plan(&fixture, &replace, "object/filled_v1", CGSWAP_MAPS_DEFAULT), "a pinned one");
	ok(!is_pinned(), "is not pinned when it is loaded");
	map_fixture_said(replace, "filled_calls", false, "new: a program array cannot be shared");
	cgswap_replace_unref(replace);
	ok(!is_pinned(), "nor when it is given up");
	ok(descriptors_same(&open), "no descriptor is left open");
	now = chain_now(fixture.cgroup.fd, EGRESS);
	ok(chain_same(&now, &before), "the chain is as it was");

	expect_ok(map_fixture_swap(&fixture, "object/filled_v1", CGSWAP_MAPS_DEFAULT), "done");
	array = raw_pin_open(PIN);
	ok(array >= 0, "the pin stays");
	before = chain_now(fixture.cgroup.fd, EGRESS);
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "object/filled_v2", CGSWAP_MAPS_DEFAULT), PIN_EXISTS,
		     "the next version, of the same name");
	expect_message(PIN);
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "object/filled_v2", CGSWAP_MAPS_NEW), PIN_EXISTS,
		     "whatever the state");
	now = chain_now(fixture.cgroup.fd, EGRESS);
	ok(chain_same(&now, &before), "the chain is as it was");
	is_int(raw_unpin(PIN), 0, "the pin goes");
	ok(raw_pin(array, BPFFS "/calls_before") == 0, "to another name");
	raw_close(array);
	expect_ok(map_fixture_plan(&fixture, &replace, "object/filled_v2", CGSWAP_MAPS_DEFAULT),
		  "it is free now");
	map_fixture_said(replace, "filled_calls", false, "new: a program array cannot be shared");
	map_fixture_said(replace, "steps", true, "same map as the old program's");
	expect_ok(cgswap_replace_commit(replace, NULL), "done");
	cgswap_replace_unref(replace);
	ok(is_pinned(), "and pinned");
	raw_unpin(PIN);
	raw_unpin(BPFFS "/calls_before");
	map_fixture_free(&fixture);
	return done_testing();
}
