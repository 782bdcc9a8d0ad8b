/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For a thousand chains whose old programs use the same maps the object is loaded once. Each chain
 * with maps of its own gets a program of its own, even if no map is reused.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { CHAINS = 1000, OTHERS = 3 };

static struct map_fixture all[CHAINS + OTHERS];

/* "NAME" or "NAME#PROGRAM". */
static const char *source_of(const char *object)
{
	static char source[1100];
	size_t length = strcspn(object, "#");
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)length, object);
	snprintf(source, sizeof(source), "%s%s", map_fixture_object(name), object + length);
	return source;
}

/* Plans a step for each chain. Returns the number of different new programs. */
static size_t programs_for(const char *object, enum cgswap_map_policy keep, size_t count)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .maps = keep };
	const char *source = source_of(object);
	uint32_t seen[CHAINS + OTHERS];
	cgswap_replace *replace;
	size_t distinct = 0;
	int bad = 0;

	if (cgswap_replace_new(&replace, all[0].session, NULL))
		return 0;
	for (size_t i = 0; i < count; i++)
		bad += !!cgswap_replace_add_source(replace, all[i].chain, "pos:0",
						   source, &opts);
	is_int(bad, 0, "%zu steps are planned", count);
	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);
		uint32_t id = cgswap_step_get_new_id(step);
		size_t j = 0;

		while (j < distinct && seen[j] != id)
			j++;
		if (j == distinct)
			seen[distinct++] = id;
	}
	expect_ok(cgswap_replace_commit(replace, NULL), "they are committed");
	expect_ok(cgswap_replace_rollback(replace), "they are rolled back");
	cgswap_replace_unref(replace);
	return distinct;
}

/* A chain of the same session whose program has maps of its own. */
static struct map_fixture other(const char *name)
{
	struct map_fixture fixture = map_fixture_beside(&all[0], name);

	if (map_fixture_swap(&fixture, "count_v1", CGSWAP_MAPS_NEW))
		bail_out("%s: %s", name, cgswap_error_get_message(cgswap_last_error()));
	return fixture;
}

/* Two descriptors for each chain are more than a process has by default. */
static void need_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		bail_out("the limit of descriptors cannot be read");
	if (limit.rlim_max < 4 * CHAINS)
		skip_all("at most %llu descriptors are allowed",
			 (unsigned long long)limit.rlim_max);
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		skip_all("the limit of descriptors cannot be raised");
}

int main(void)
{
	char name[32];

	need_live();
	need_descriptors();
	scratch_bystander(EGRESS);
	all[0] = map_fixture_new("c0", "count_v1");
	for (int i = 1; i < CHAINS; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		all[i] = map_fixture_beside(&all[0], name);
	}
	for (int i = 0; i < OTHERS; i++) {
		snprintf(name, sizeof(name), "other%d", i);
		all[CHAINS + i] = other(name);
	}
	is_int(programs_for("count_v2", CGSWAP_MAPS_REUSE, CHAINS), 1,
	       "reuse: one program for a thousand chains");
	is_int(programs_for("count_v2", CGSWAP_MAPS_REUSE, CHAINS + OTHERS), 1 + OTHERS,
	       "reuse: one more for each chain with maps of its own");
	is_int(programs_for("count_v2", CGSWAP_MAPS_NEW, CHAINS), 1,
	       "new maps: one program for a thousand chains");
	is_int(programs_for("count_v2", CGSWAP_MAPS_NEW, CHAINS + OTHERS), 1 + OTHERS,
	       "new maps: one more for each chain with maps of its own");
	is_int(programs_for("pair_v3#out", CGSWAP_MAPS_REUSE, CHAINS + OTHERS), 1 + OTHERS,
	       "the same if no map can be reused");
	for (int i = 0; i < CHAINS + OTHERS; i++)
		map_fixture_free(&all[i]);
	return done_testing();
}
