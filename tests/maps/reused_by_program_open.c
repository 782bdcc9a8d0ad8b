/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program opened from an object as another one's heir has its maps; what is wrong with such a wish is
 * said.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static struct map_fixture fixture;

static enum cgswap_status open_as(cgswap_program **out, const char *source, const char *reuse_maps_of,
				  int keep)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .reuse_maps_of = reuse_maps_of,
						  .maps = (enum cgswap_map_policy)keep };

	return cgswap_program_open(out, fixture.session, source, &opts);
}

static void says(const cgswap_program *program, const char *map, bool kept, const char *reason)
{
	for (size_t i = 0; i < cgswap_program_get_map_count(program); i++)
		if (strstr(cgswap_program_get_map_name(program, i), map)) {
			is_int(cgswap_program_get_map_kept(program, i), kept, "%s: kept", map);
			is_str(cgswap_program_get_map_reason(program, i), reason, "%s: why", map);
			if (kept)
				is_int(cgswap_program_get_map_id(program, i), map_fixture_map(&fixture, map),
				       "%s: it is the very same", map);
			return;
		}
	ok(false, "it has a map %s", map);
}

int main(void)
{
	const char *source;
	cgswap_program *program;
	char old[32];

	need_live();
	fixture = map_fixture_new("testator", "count_v1");
	source = map_fixture_object("count_v2");
	snprintf(old, sizeof(old), "id:%u", map_fixture_program(&fixture));
	if (expect_ok(open_as(&program, source, old, 0), "an heir is opened")) {
		says(program, "hits", true, "same map as the old program's");
		says(program, ".bss", true, "same map as the old program's");
		says(program, ".rodata", false, "new: read-only data");
		is_int(cgswap_program_get_map_id(program, 99), 0, "past the end: no id");
		is_str(cgswap_program_get_map_name(program, 99), "", "no name");
		is_str(cgswap_program_get_map_reason(program, 99), "", "no reason");
		cgswap_program_close(program);
		is_int((long long)cgswap_program_get_map_count(program), 0, "closed: no maps");
		cgswap_program_unref(program);
	}
	if (expect_ok(open_as(&program, source, NULL, 0), "nobody's heir")) {
		says(program, "hits", false, "new: no old program was given");
		cgswap_program_unref(program);
	}
	if (expect_ok(open_as(&program, old, NULL, 0), "what is loaded")) {
		says(program, "hits", false, "not from an object");
		cgswap_program_unref(program);
	}
	EXPECT_CAUSE(open_as(&program, source, old, 4), BAD_ARGUMENT, "a state that is none");
	EXPECT_CAUSE(open_as(&program, source, NULL, CGSWAP_MAPS_REUSE), BAD_ARGUMENT,
		     "a state, and no reuse_maps_of");
	EXPECT_CAUSE(open_as(&program, old, old, 0), BAD_ARGUMENT, "what is loaded is no heir");
	EXPECT_CAUSE(open_as(&program, source, source, 0), BAD_ARGUMENT, "heir of a file");
	EXPECT_CAUSE(open_as(&program, source, "nobody", 0), BAD_ARGUMENT, "heir of no source");
	EXPECT_CAUSE(open_as(&program, source, "id:4294967295", 0), PROGRAM_NOT_FOUND,
		     "heir of what is not there");
	map_fixture_free(&fixture);
	return done_testing();
}
