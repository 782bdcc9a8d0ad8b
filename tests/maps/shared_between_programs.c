/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two programs of one object share a map. If one transaction replaces both by the next version, the
 * new programs share its new maps too, but not with programs of another load.
 */
#include "../lib/descriptors.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>

enum { OUT, IN, WAYS };

static const char *const programs[WAYS] = { "out", "in" };
static const char *const names[WAYS] = { "egress", "ingress" };
static const uint32_t types[WAYS] = { EGRESS, INGRESS };

/* A cgroup with a program for each direction. */
struct pair {
	struct scratch cgroup;
	cgswap_chain *chains[WAYS];
};

static cgswap_session *session;

/* Loads pair_v1 once, with the given map as `conn` unless its id is 0. */
static struct pair pair_new(const char *name, uint32_t conn)
{
	struct bpf_object *object = bpf_object__open_file(map_fixture_object("pair_v1"), NULL);
	struct pair pair = { .cgroup = scratch_new(name) };
	int map = conn ? raw_map_open(conn) : -1;

	if (!object)
		bail_out("pair_v1 cannot be opened");
	if (map >= 0 && bpf_map__reuse_fd(bpf_object__find_map_by_name(object, "conn"), map))
		bail_out("a map cannot be reused");
	if (bpf_object__load(object))
		bail_out("pair_v1 cannot be loaded");
	for (int way = 0; way < WAYS; way++) {
		int fd = bpf_program__fd(bpf_object__find_program_by_name(object, programs[way]));

		if (raw_attach(pair.cgroup.fd, fd, types[way], RAW_MULTI))
			bail_out("%s cannot be attached", programs[way]);
		pair.chains[way] = live_chain(session, pair.cgroup.path, names[way]);
	}
	bpf_object__close(object);
	if (map >= 0)
		raw_close(map);
	return pair;
}

static void pair_free(struct pair *pair)
{
	for (int way = 0; way < WAYS; way++)
		cgswap_chain_unref(pair->chains[way]);
	scratch_remove(&pair->cgroup);
	raw_close(pair->cgroup.fd);
}

/* Returns the id of a map of the attached program by the end of its name; 0: none. */
static uint32_t map_of(const struct pair *pair, int way, const char *ending)
{
	struct raw_chain chain = chain_now(pair->cgroup.fd, types[way]);
	int prog = raw_prog_open(chain.ids[0]);
	uint32_t ids[RAW_MAPS_MAX], found = 0;
	size_t count = raw_prog_maps(prog, ids), length;
	char name[16];

	for (size_t i = 0; i < count; i++) {
		length = strlen(raw_map_name(ids[i], name));
		if (length >= strlen(ending) && !strcmp(name + length - strlen(ending), ending))
			found = ids[i];
	}
	raw_close(prog);
	return found;
}

static void is_one(const struct pair *pair, const char *map)
{
	uint32_t out = map_of(pair, OUT, map), in = map_of(pair, IN, map);

	ok(out && out == in, "both programs have the same map %s", map);
}

static void add(cgswap_replace *replace, const struct pair *pair, int way, const char *object,
		enum cgswap_map_policy keep)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .maps = keep };
	char source[1100];

	snprintf(source, sizeof(source), "%s#%s", map_fixture_object(object), programs[way]);
	expect_ok(cgswap_replace_add_source(replace, pair->chains[way], "pos:0", source, &opts),
		  "%s of %s is planned", programs[way], object);
}

/* Replaces both programs in one transaction. */
static void swap_both(const struct pair *pair, const char *object, enum cgswap_map_policy keep)
{
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	add(replace, pair, OUT, object, keep);
	add(replace, pair, IN, object, keep);
	expect_ok(cgswap_replace_commit(replace, NULL), "both are replaced by those of %s", object);
	cgswap_replace_unref(replace);
}

static void check_reason(const cgswap_step *step, const char *map, bool kept, const char *reason)
{
	for (size_t i = 0; i < cgswap_step_get_map_count(step); i++)
		if (strcmp(cgswap_step_get_map_name(step, i), map) == 0) {
			is_int(cgswap_step_get_map_kept(step, i), kept, "map %s is %s", map,
			       kept ? "reused" : "new");
			is_str(cgswap_step_get_map_reason(step, i), reason, "reason for map %s",
			       map);
			return;
		}
	ok(false, "the new program has the map %s", map);
}

static void check_report(const struct pair *pair)
{
	cgswap_replace *replace;
	const cgswap_step *step;

	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	add(replace, pair, OUT, "pair_v2", CGSWAP_MAPS_REUSE);
	add(replace, pair, IN, "pair_v2", CGSWAP_MAPS_REUSE);
	step = cgswap_replace_get_step(replace, 0);
	check_reason(step, "fresh", false, "new: the old program has no such map");
	step = cgswap_replace_get_step(replace, 1);
	check_reason(step, "fresh", false, "new: shared with another step");
	check_reason(step, "sent", false, "reused from another step's old program");
	check_reason(step, "conn", true, "same map as the old program's");
	cgswap_replace_unref(replace);
}

static void check_pair(void)
{
	struct pair pair = pair_new("pair", 0);
	uint32_t conn = map_of(&pair, OUT, "conn"), sent = map_of(&pair, OUT, "sent");
	struct descriptors before = descriptors_now();

	is_one(&pair, "conn");
	check_report(&pair);
	for (int i = 0; i < 2; i++) {
		uint32_t fresh = map_of(&pair, IN, "fresh");

		swap_both(&pair, "pair_v2", i ? CGSWAP_MAPS_REQUIRE : CGSWAP_MAPS_REUSE);
		is_one(&pair, "conn");
		is_one(&pair, "fresh");
		is_one(&pair, "storage");
		is_one(&pair, ".bss");
		is_one(&pair, "sent");
		ok(map_of(&pair, IN, "conn") == conn && map_of(&pair, IN, "sent") == sent,
		   "conn and sent are the old maps");
		ok(!fresh || map_of(&pair, IN, "fresh") == fresh,
		   "fresh is the map of the first swap");
	}
	swap_both(&pair, "pair_v2", CGSWAP_MAPS_NEW);
	is_one(&pair, "conn");
	is_one(&pair, "fresh");
	ok(map_of(&pair, OUT, "conn") != conn, "with new maps, both have a new conn");
	swap_both(&pair, "pair_v3", CGSWAP_MAPS_REUSE);
	is_one(&pair, "other");
	ok(descriptors_same(&before), "no descriptor is left open");
	pair_free(&pair);
}

/* All four programs in one transaction, in this order. */
static void check_two(const char *name, const int *order, bool share_conn)
{
	struct pair pairs[2];
	cgswap_replace *replace;
	char below[32];

	diag("%s", name);
	snprintf(below, sizeof(below), "%s_a", name);
	pairs[0] = pair_new(below, 0);
	snprintf(below, sizeof(below), "%s_b", name);
	pairs[1] = pair_new(below, share_conn ? map_of(&pairs[0], OUT, "conn") : 0);
	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	for (int i = 0; i < 4; i++)
		add(replace, &pairs[order[i] / 2], order[i] % 2, "pair_v2", CGSWAP_MAPS_REUSE);
	expect_ok(cgswap_replace_commit(replace, NULL), "all four programs are replaced");
	cgswap_replace_unref(replace);
	for (int i = 0; i < 2; i++) {
		is_one(&pairs[i], "fresh");
		is_one(&pairs[i], "sent");
		is_one(&pairs[i], ".bss");
	}
	ok(map_of(&pairs[0], OUT, "fresh") != map_of(&pairs[1], OUT, "fresh"),
	   "the programs of two loads do not share a new map");
	is_int(map_of(&pairs[0], OUT, "conn") == map_of(&pairs[1], OUT, "conn"), share_conn,
	       "two loads share conn only if they did before");
	pair_free(&pairs[0]);
	pair_free(&pairs[1]);
}

int main(void)
{
	static const int by_pair[] = { 0, 1, 2, 3 }, by_way[] = { 0, 2, 1, 3 };
	static const int crossed[] = { 0, 2, 3, 1 };

	need_live();
	scratch_bystander(EGRESS);
	session = live_session();
	check_pair();
	check_two("by_pair", by_pair, false);
	check_two("by_way", by_way, false);
	check_two("with_one_conn", by_pair, true);
	check_two("with_one_conn_by_way", by_way, true);
	check_two("with_one_conn_crossed", crossed, true);
	cgswap_session_unref(session);
	return done_testing();
}
