/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program array that its source fills must be pinned, as the kernel empties it when its last
 * descriptor or pin is closed. An array that is already pinned there is an error too, since filling
 * it would change the tail calls of its user; after its pin is moved, it is not touched.
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
	EXPECT_CAUSE(
		map_fixture_plan(&fixture, &replace, "object/filled_unpinned", CGSWAP_MAPS_DEFAULT),
		OBJECT_REFUSED, "an array without a pin");
	expect_message("program array 'filled_calls' of ");
	expect_message("is not pinned");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "LIBBPF_PIN_BY_NAME",
		"the remedy says what to do");
	ok(descriptors_same(&open), "no descriptor is left open");

	expect_ok(map_fixture_plan(&fixture, &replace, "object/filled_v1", CGSWAP_MAPS_DEFAULT), "a pinned one");
	ok(!is_pinned(), "is not pinned when it is loaded");
	map_fixture_said(replace, "filled_calls", false, "new: a program array cannot be shared");
	cgswap_replace_unref(replace);
	ok(!is_pinned(), "nor when it is given up");
	ok(descriptors_same(&open), "no descriptor is left open");
	now = chain_now(fixture.cgroup.fd, EGRESS);
	ok(chain_same(&now, &before), "the chain is as before");

	expect_ok(map_fixture_swap(&fixture, "object/filled_v1", CGSWAP_MAPS_DEFAULT),
		  "the swap is done");
	array = raw_pin_open(PIN);
	ok(array >= 0, "the pin is still there after the swap");
	before = chain_now(fixture.cgroup.fd, EGRESS);
	/* a session keeps the descriptor of a program array that it read for a second */
	if (cgswap_chain_read(fixture.chain) ||
	    cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_ALL))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "object/filled_v2", CGSWAP_MAPS_DEFAULT),
		     PIN_EXISTS, "the next version with the same pin");
	expect_message(PIN);
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "object/filled_v2", CGSWAP_MAPS_NEW),
		     PIN_EXISTS, "the next version with new maps");
	now = chain_now(fixture.cgroup.fd, EGRESS);
	ok(chain_same(&now, &before), "the chain is as before");
	is_int(raw_unpin(PIN), 0, "the pin is removed");
	ok(raw_pin(array, BPFFS "/calls_before") == 0, "the array is pinned under another name");
	raw_close(array);
	expect_ok(map_fixture_plan(&fixture, &replace, "object/filled_v2", CGSWAP_MAPS_DEFAULT),
		  "a step with the next version");
	map_fixture_said(replace, "filled_calls", false, "new: a program array cannot be shared");
	map_fixture_said(replace, "steps", true, "same map as the old program's");
	expect_ok(cgswap_replace_commit(replace, NULL), "the next version is committed");
	cgswap_replace_unref(replace);
	ok(is_pinned(), "its array is pinned");
	raw_unpin(PIN);
	raw_unpin(BPFFS "/calls_before");
	map_fixture_free(&fixture);
	return done_testing();
}
