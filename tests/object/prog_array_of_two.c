/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two programs of one object share an array that the source fills and pins by its name. They are
 * attached together, replaced together, and put back together: the array at the pin is that of the
 * attached version, and the tail calls of both work at any time. One by one they are refused, with the
 * other program and the way out.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"
#include "../lib/traffic.h"

#include <stdio.h>
#include <string.h>

enum { PACKETS = 100, STEPS = 5 };

static const char PIN[] = BPFFS "/filled_calls";

static uint32_t map_of(const cgswap_replace *replace, size_t index, const char *name)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, index);

	for (size_t i = 0; i < cgswap_step_get_map_count(step); i++)
		if (strcmp(cgswap_step_get_map_name(step, i), name) == 0)
			return cgswap_step_get_map_id(step, i);
	return 0;
}

/* Each packet runs both programs, and for each the two called ones of this version. */
static void works(const struct scratch *cgroup, uint32_t steps, uint32_t first_key, const char *what)
{
	uint64_t before[STEPS] = { 0 }, after[STEPS] = { 0 };
	int map = raw_map_open(steps);

	for (uint32_t key = 0; key < STEPS; key++)
		raw_map_lookup(map, key, &before[key]);
	is_int(traffic_send(cgroup, PACKETS), 0, "%s: packets pass", what);
	for (uint32_t key = 0; key < STEPS; key++)
		raw_map_lookup(map, key, &after[key]);
	raw_close(map);
	for (uint32_t key = 0; key < 3; key++) {
		uint32_t at = key ? first_key + key - 1 : 0;

		is_int((long long)(after[at] - before[at]), 2 * PACKETS, "%s: step %u", what, key);
	}
}

static uint64_t detail_number(const char *name)
{
	const cgswap_error *error = cgswap_last_error();

	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++)
		if (strcmp(cgswap_error_get_detail_name(error, i), name) == 0)
			return cgswap_error_get_detail_number(error, i);
	return 0;
}

static cgswap_object *opened(cgswap_session *session, const char *name)
{
	cgswap_object *object = NULL;

	expect_ok(cgswap_object_open(&object, session, map_fixture_object(name)), "%s", name);
	return object;
}

/* Ends with the next version attached, unless the way back is tried. */
static void replaced(cgswap_session *session, const struct scratch *cgroup, uint32_t steps,
		     bool back)
{
	cgswap_object *object = opened(session, "object/filled_two_v2");
	uint32_t old = bpffs_map_at(PIN), array;
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	if (!expect_ok(cgswap_replace_add_object(replace, cgroup->path, object, NULL),
		       "both programs are added"))
		bail_out("no steps");
	array = map_of(replace, 0, "filled_calls");
	ok(array && array != old, "the array is new");
	is_int(map_of(replace, 1, "filled_calls"), array, "both programs share it");
	is_int(map_of(replace, 1, "steps"), steps, "the counters are the same");
	is_int(bpffs_map_at(PIN), old, "the old array is pinned until the swap");
	expect_ok(cgswap_replace_check(replace), "it is checked");
	works(cgroup, steps, 1, "after the dry run");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	is_int(bpffs_map_at(PIN), array, "the new array has the pin");
	works(cgroup, steps, 3, "after the commit");
	if (back) {
		expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
		is_int(bpffs_map_at(PIN), old, "the old array has its pin again");
		works(cgroup, steps, 1, "after the rollback");
	}
	cgswap_replace_unref(replace);
	cgswap_object_unref(object);
	works(cgroup, steps, back ? 1 : 3, "after the transaction is closed");
}

/* Programs that are replaced one by one cannot share the array: the second fills it with its own. */
static void refused_one_by_one(cgswap_session *session, const struct scratch *cgroup, uint32_t steps)
{
	static const char *const names[] = { "filling", "filling_too" };
	struct raw_chain attached;
	uint32_t old = bpffs_map_at(PIN);
	cgswap_replace *replace;
	cgswap_chain *chain;
	char source[300];

	raw_query(cgroup->fd, BPF_CGROUP_INET_EGRESS, 0, &attached);
	expect_ok(cgswap_chain_open(&chain, session, cgroup->path, "egress"), "the chain");
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	for (int i = 0; i < 2; i++) {
		snprintf(source, sizeof(source), "obj:%s#%s", map_fixture_object("object/filled_two_v2"),
			 names[i]);
		EXPECT_CAUSE(cgswap_replace_add_source(replace, chain, names[i], source, NULL), PIN_EXISTS,
			     "%s alone", names[i]);
		is_int((long long)detail_number("program_id"), attached.ids[!i], "the other program");
		has_str(cgswap_error_get_remedy(cgswap_last_error()), "(CGROUP OBJECT)", "the way out");
	}
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	is_int(bpffs_map_at(PIN), old, "the array keeps its pin");
	works(cgroup, steps, 1, "after the refusals");
}

int main(void)
{
	cgswap_session *session;
	cgswap_replace *attached = NULL;
	cgswap_object *object;
	struct scratch cgroup;
	uint32_t steps;

	need_live();
	bpffs_private();
	session = live_session();
	cgroup = scratch_new("two");
	object = opened(session, "object/filled_two_v1");
	if (!expect_ok(cgswap_object_attach(&attached, object, cgroup.path, NULL), "both are attached"))
		bail_out("nothing to replace");
	steps = map_of(attached, 0, "steps");
	is_int(map_of(attached, 1, "filled_calls"), map_of(attached, 0, "filled_calls"),
	       "they share the array");
	is_int(bpffs_map_at(PIN), map_of(attached, 0, "filled_calls"), "which is pinned by its name");
	cgswap_replace_unref(attached);
	cgswap_object_unref(object);
	works(&cgroup, steps, 1, "attached");
	refused_one_by_one(session, &cgroup, steps);
	replaced(session, &cgroup, steps, true);
	replaced(session, &cgroup, steps, false);
	cgswap_session_unref(session);
	scratch_remove(&cgroup);
	return done_testing();
}
