/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program opened with reuse_maps_of uses the maps of the old program, and wrong values of the
 * option are errors.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/attach_types.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static struct map_fixture fixture;

static enum cgswap_status open_as(cgswap_program **out, const char *source, const char *reuse_maps_of,
				  int keep)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .reuse_maps_of = (const char *const[]){ reuse_maps_of, NULL },
						  .maps = (enum cgswap_map_policy)keep };

	return cgswap_program_open(out, fixture.session, source, &opts);
}

static void check_map(const cgswap_program *program, const char *map, bool kept, const char *reason)
{
	for (size_t i = 0; i < cgswap_program_get_map_count(program); i++)
		if (strstr(cgswap_program_get_map_name(program, i), map)) {
			is_int(cgswap_program_get_map_kept(program, i), kept, "map %s is %s", map,
			       kept ? "reused" : "new");
			is_str(cgswap_program_get_map_reason(program, i), reason,
			       "reason for map %s", map);
			if (kept)
				is_int(cgswap_program_get_map_id(program, i),
				       map_fixture_map(&fixture, map),
				       "%s is the map of the old program", map);
			return;
		}
	ok(false, "the program has the map %s", map);
}

/* Maps of several old programs: each may be of either, and none may be of both. */
static void several(const char *source, const char *old)
{
	struct map_fixture like = map_fixture_new("like", "count_v1");
	struct map_fixture unlike = map_fixture_new_at("unlike", "needed", "direct", EGRESS);
	char same[32], other[32], said[64];
	const char *list[] = { other, old, NULL };
	struct cgswap_program_opts opts = { .sz = sizeof(opts),
					    .attach_type = "egress",
					    .reuse_maps_of = list };
	cgswap_program *program;

	snprintf(same, sizeof(same), "id:%u", map_fixture_program(&like));
	snprintf(other, sizeof(other), "id:%u", map_fixture_program(&unlike));
	if (expect_ok(cgswap_program_open(&program, fixture.session, source, &opts), "two old programs")) {
		check_map(program, "hits", true, "same map as the old program's");
		cgswap_program_unref(program);
	}
	opts.maps = CGSWAP_MAPS_REQUIRE;
	EXPECT_CAUSE(cgswap_program_open(&program, fixture.session, source, &opts), MAP_DROPPED,
		     "the maps of both are required");
	snprintf(said, sizeof(said), "of program %s is not used", other + strlen("id:"));
	expect_message(said);
	opts.maps = CGSWAP_MAPS_REUSE;
	list[0] = same;
	EXPECT_CAUSE(cgswap_program_open(&program, fixture.session, source, &opts), MAP_CHANGED,
		     "both have a map of one name");
	list[0] = NULL;
	opts.maps = CGSWAP_MAPS_DEFAULT;
	if (expect_ok(cgswap_program_open(&program, fixture.session, source, &opts), "an empty list")) {
		check_map(program, "hits", false, "new: no old program was given");
		cgswap_program_unref(program);
	}
	map_fixture_free(&like);
	map_fixture_free(&unlike);
}

int main(void)
{
	const char *source;
	cgswap_program *program;
	char old[32];

	need_live();
	fixture = map_fixture_new("reused", "count_v1");
	source = map_fixture_object("count_v2");
	snprintf(old, sizeof(old), "id:%u", map_fixture_program(&fixture));
	if (expect_ok(open_as(&program, source, old, 0), "a program that reuses maps")) {
		check_map(program, "hits", true, "same map as the old program's");
		check_map(program, ".bss", true, "same map as the old program's");
		check_map(program, ".rodata", false, "new: read-only data");
		is_int(cgswap_program_get_map_id(program, 99), 0, "a map past the end has no id");
		is_str(cgswap_program_get_map_name(program, 99), "",
		       "a map past the end has no name");
		is_str(cgswap_program_get_map_reason(program, 99), "",
		       "a map past the end has no reason");
		cgswap_program_close(program);
		is_int((long long)cgswap_program_get_map_count(program), 0,
		       "a closed program has no maps");
		cgswap_program_unref(program);
	}
	if (expect_ok(open_as(&program, source, NULL, 0), "a program without reuse_maps_of")) {
		check_map(program, "hits", false, "new: no old program was given");
		cgswap_program_unref(program);
	}
	if (expect_ok(open_as(&program, old, NULL, 0), "a program that is loaded already")) {
		check_map(program, "hits", false, "not from an object");
		cgswap_program_unref(program);
	}
	EXPECT_CAUSE(open_as(&program, source, old, 4), BAD_ARGUMENT, "an unknown policy for maps");
	EXPECT_CAUSE(open_as(&program, source, NULL, CGSWAP_MAPS_REUSE), BAD_ARGUMENT,
		     "a policy for maps without reuse_maps_of");
	EXPECT_CAUSE(open_as(&program, old, old, 0), BAD_ARGUMENT,
		     "reuse_maps_of for a loaded program");
	EXPECT_CAUSE(open_as(&program, source, source, 0), BAD_ARGUMENT,
		     "reuse_maps_of is an object file");
	EXPECT_CAUSE(open_as(&program, source, "missing", 0), BAD_ARGUMENT,
		     "reuse_maps_of is not a source");
	EXPECT_CAUSE(open_as(&program, source, "id:4294967295", 0), PROGRAM_NOT_FOUND,
		     "reuse_maps_of is a missing program");
	several(source, old);
	map_fixture_free(&fixture);
	return done_testing();
}
