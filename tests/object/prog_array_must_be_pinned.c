/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program array that its source fills must be pinned, as the kernel empties it when its last
 * descriptor or pin is closed. In place of the old program its array takes the pin of the old array, and
 * a rollback gives it back. The pin of an array that other programs use is an error.
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
	return bpffs_map_at(PIN) != 0;
}

static const char TAKES_PIN[] = "new: the source fills this array, which takes the pin of the old one";

/* The id of the attached program's array, if it is the one that is pinned; 0: it is not. */
static uint32_t pinned_array(const struct map_fixture *fixture)
{
	uint32_t id = map_fixture_map(fixture, "filled_calls");

	return bpffs_map_at(PIN) == id ? id : 0;
}

/* The array of the next version takes the pin, and a rollback puts the old one there again. */
static void takes_the_pin(const struct map_fixture *fixture)
{
	uint32_t before = pinned_array(fixture), after;
	cgswap_replace *replace;

	ok(before, "the array of the first version is pinned");
	for (int policy = CGSWAP_MAPS_REUSE; policy <= CGSWAP_MAPS_NEW; policy++) {
		if (!expect_ok(map_fixture_plan(fixture, &replace, "object/filled_v2",
						(enum cgswap_map_policy)policy),
			       "a step with the next version"))
			return;
		map_fixture_said(replace, "filled_calls", false, TAKES_PIN);
		expect_ok(cgswap_replace_check(replace), "it can be committed");
		is_int(pinned_array(fixture), before, "that changes no pin");
		expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
		after = pinned_array(fixture);
		ok(after && after != before, "the new array is pinned");
		expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
		is_int(pinned_array(fixture), before, "the old array is pinned again");
		cgswap_replace_unref(replace);
		is_int(pinned_array(fixture), before, "and stays");
	}
	expect_ok(map_fixture_swap(fixture, "object/filled_v2", CGSWAP_MAPS_DEFAULT), "for good");
	ok(pinned_array(fixture) && pinned_array(fixture) != before, "the new array stays pinned");
}

/* The pin of an array that other programs use is refused, and stays. */
static void stays_of_another(const struct map_fixture *fixture)
{
	struct map_fixture other = map_fixture_new("other", "count_less");
	struct map_fixture beside = map_fixture_beside(fixture, "beside");
	uint32_t before = pinned_array(fixture);
	cgswap_replace *replace;

	EXPECT_CAUSE(map_fixture_plan(&other, &replace, "object/filled_v1", CGSWAP_MAPS_DEFAULT), PIN_EXISTS,
		     "in place of a program that does not use the array");
	expect_message(PIN);
	if (expect_ok(map_fixture_plan(fixture, &replace, "object/filled_v1", CGSWAP_MAPS_DEFAULT),
		      "a step for one of two cgroups")) {
		EXPECT_CAUSE(cgswap_replace_check(replace), PIN_EXISTS, "the program is attached to two");
		EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), PIN_EXISTS, "it is not committed");
		expect_message("where its tail calls would fail");
		expect_ok(cgswap_replace_add_source(replace, beside.chain, "pos:0",
						    map_fixture_object("object/filled_v1"), NULL),
			  "a step for the other");
		expect_ok(cgswap_replace_commit(replace, NULL), "both are replaced");
		cgswap_replace_unref(replace);
	}
	ok(before && pinned_array(fixture) && pinned_array(fixture) != before, "the new array is pinned");
	map_fixture_free(&beside);
	map_fixture_free(&other);
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
	map_fixture_said(replace, "filled_calls", false, "new: the source fills this array");
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
	raw_close(array);
	takes_the_pin(&fixture);
	stays_of_another(&fixture);
	raw_unpin(PIN);
	map_fixture_free(&fixture);
	return done_testing();
}
