/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Only the program arrays that the chosen programs use are made, filled and pinned, and only the
 * programs in these are loaded: those that a called program uses belong to them. So the programs of
 * an object that have an array each, or none, are attached and replaced together or one by one. A map
 * that a called program and an attached one use is one map.
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

enum { PACKETS = 20, STEPS = 7, ARRAYS = 3, FIRST = 1, SECOND = 2 };

static const char *const pins[ARRAYS] = { BPFFS "/first_calls", BPFFS "/deeper_calls",
					  BPFFS "/second_calls" };
static const char *const programs[] = { "first", "second", "plain" };

static cgswap_session *session;
static struct scratch cgroup;
static uint32_t steps, noted;

static char lines[4096];

static void keep_line(int level, const char *line, void *user)
{
	size_t length = strlen(lines);

	(void)user;
	if (level == CGSWAP_LOG_WARNING)
		snprintf(lines + length, sizeof(lines) - length, "%s\n", line);
}

static cgswap_object *opened(int version)
{
	cgswap_object *object = NULL;
	char name[40];

	snprintf(name, sizeof(name), "object/filled_apart_v%d", version);
	if (!expect_ok(cgswap_object_open(&object, session, map_fixture_object(name)), "%s", name))
		bail_out("no object");
	return object;
}

/* The counts of all steps, and that of both programs with a common map. */
static void read_counts(uint64_t counts[STEPS + 1])
{
	int map = raw_map_open(steps), other = raw_map_open(noted);

	for (uint32_t key = 0; key < STEPS; key++)
		raw_map_lookup(map, key, &counts[key]);
	raw_map_lookup(other, 0, &counts[STEPS]);
	raw_close(map);
	raw_close(other);
}

/* Each packet runs the three programs, and those that these versions of the first two call. */
static void works(int first, int second, const char *when)
{
	uint64_t before[STEPS + 1] = { 0 }, after[STEPS + 1] = { 0 };
	uint64_t calls[STEPS + 1] = { [0] = 3, [STEPS] = 2 };

	calls[3 * first - 2] = calls[3 * first - 1] = calls[3 * second] = 1;
	read_counts(before);
	is_int(traffic_send(&cgroup, PACKETS), 0, "packets pass %s", when);
	read_counts(after);
	for (uint32_t key = 0; key <= STEPS; key++)
		is_int((long long)(after[key] - before[key]), (long long)(calls[key] * PACKETS),
		       "%s: %s %u", when, key < STEPS ? "step" : "the common map, after step", key);
}

static void read_pins(uint32_t ids[ARRAYS])
{
	for (int i = 0; i < ARRAYS; i++)
		ids[i] = bpffs_map_at(pins[i]);
}

/* One check: the pins of these programs have other arrays than before, and the others the same. */
static void pins_moved(const uint32_t before[ARRAYS], int of, const char *when)
{
	const bool moves[ARRAYS] = { of & FIRST, of & FIRST, of & SECOND };
	uint32_t now[ARRAYS];
	bool good = true;

	read_pins(now);
	for (int i = 0; i < ARRAYS; i++)
		good = good && now[i] && (now[i] != before[i]) == moves[i];
	ok(good, "%s: the pins are those of the versions", when);
}

/* The program without an array makes none, and those that would be called are not loaded. */
static void attached_alone(void)
{
	const char *const only[] = { "plain", NULL };
	const struct cgswap_object_opts opts = { .sz = sizeof(opts), .only = only };
	cgswap_object *object = opened(1);
	cgswap_replace *made = NULL;
	const cgswap_step *step;

	if (!expect_ok(cgswap_object_attach(&made, object, cgroup.path, &opts), "one is attached"))
		return;
	for (int i = 0; i < ARRAYS; i++)
		is_int(bpffs_map_at(pins[i]), 0, "nothing is pinned at '%s'", pins[i]);
	step = cgswap_replace_get_step(made, 0);
	is_int(cgswap_step_get_map_count(step), 2, "it has its own maps");
	is_int(cgswap_step_get_unpinned_map_count(step), ARRAYS, "the report lists the arrays");
	for (int i = 0; i < ARRAYS; i++)
		has_str(lines, strrchr(pins[i], '/') + 1, "the log has '%s'", pins[i]);
	has_str(lines, "is not pinned: none of the loaded programs uses it", "and why");
	lines[0] = '\0';
	expect_ok(cgswap_replace_rollback(made), "its rollback");
	cgswap_replace_unref(made);
	cgswap_object_unref(object);
}

static uint32_t map_of(const cgswap_step *step, const char *name)
{
	for (size_t i = 0; i < cgswap_step_get_map_count(step); i++)
		if (strcmp(cgswap_step_get_map_name(step, i), name) == 0)
			return cgswap_step_get_map_id(step, i);
	return 0;
}

static void attached(void)
{
	cgswap_object *object = opened(1);
	cgswap_replace *made = NULL;

	if (!expect_ok(cgswap_object_attach(&made, object, cgroup.path, NULL), "all are attached"))
		bail_out("nothing to replace");
	for (size_t i = 0; i < 3; i++)
		is_int(cgswap_step_get_unpinned_map_count(cgswap_replace_get_step(made, i)), 0,
		       "'%s': each array of the object is pinned", programs[i]);
	is_str(lines, "", "the log says nothing");
	steps = map_of(cgswap_replace_get_step(made, 2), "steps");
	noted = map_of(cgswap_replace_get_step(made, 2), "noted");
	cgswap_replace_unref(made);
	cgswap_object_unref(object);
	works(1, 1, "attached");
}

/* All, or one by its object: back and forth. */
static void replaced(const char *name, int of, const char *when)
{
	const char *const only[] = { name, NULL };
	const struct cgswap_object_opts opts = { .sz = sizeof(opts), .only = name ? only : NULL };
	cgswap_object *object = opened(2);
	cgswap_replace *replace;
	uint32_t before[ARRAYS];

	read_pins(before);
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	if (expect_ok(cgswap_replace_add_object(replace, cgroup.path, object, &opts), "%s", when)) {
		expect_ok(cgswap_replace_check(replace), "%s: it is checked", when);
		expect_ok(cgswap_replace_commit(replace, NULL), "%s: it is committed", when);
		pins_moved(before, of, when);
		works(of & FIRST ? 2 : 1, of & SECOND ? 2 : 1, when);
		expect_ok(cgswap_replace_rollback(replace), "%s: it is rolled back", when);
		pins_moved(before, 0, when);
		works(1, 1, "after the rollback");
	}
	cgswap_replace_unref(replace);
	cgswap_object_unref(object);
}

/* By its source, for good. */
static void replaced_singly(const char *name, int of)
{
	cgswap_replace *replace;
	uint32_t before[ARRAYS];
	cgswap_chain *chain;
	char source[300];

	read_pins(before);
	snprintf(source, sizeof(source), "obj:%s#%s", map_fixture_object("object/filled_apart_v2"), name);
	expect_ok(cgswap_chain_open(&chain, session, cgroup.path, "egress"), "the chain");
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	if (expect_ok(cgswap_replace_add_source(replace, chain, name, source, NULL), "'%s' alone", name))
		expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	pins_moved(before, of, name);
}

int main(void)
{
	need_live();
	bpffs_private();
	session = live_session();
	cgswap_session_set_log(session, keep_line, NULL, NULL);
	cgroup = scratch_new("each");
	attached_alone();
	attached();
	replaced(NULL, FIRST | SECOND, "all together");
	replaced("first", FIRST, "the first only");
	replaced("second", SECOND, "the second only");
	replaced("plain", 0, "the one without an array");
	replaced_singly("second", SECOND);
	works(1, 2, "with the second replaced");
	replaced_singly("plain", 0);
	replaced_singly("first", FIRST);
	works(2, 2, "with all replaced");
	cgswap_session_unref(session);
	scratch_remove(&cgroup);
	return done_testing();
}
