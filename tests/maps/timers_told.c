/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel cancels the timers of a map that no descriptor and no pin holds. For a map with timers
 * that nothing else holds, new or reused, a flag and the reason say so; one that is pinned by its
 * name is left to its pin.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <string.h>

static void opened(const struct map_fixture *fixture, const char *object, const char *reason,
		   bool timers_end)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_program *program;

	if (expect_ok(cgswap_program_open(&program, fixture->session, map_fixture_object(object), &opts),
		      "%s", object))
		is_str(cgswap_program_get_map_reason(program, 0), reason, "reason for its map");
	is_int(cgswap_program_get_map_timers_end(program, 0), timers_end, "timers_end");
	cgswap_program_unref(program);
}

static void reused(const struct map_fixture *fixture, const char *reason, bool timers_end)
{
	cgswap_replace *replace;

	if (expect_ok(map_fixture_plan(fixture, &replace, "timed", CGSWAP_MAPS_REUSE), "the map is reused"))
		map_fixture_said(replace, "clocks", true, reason);
	is_int(cgswap_step_get_map_timers_end(cgswap_replace_get_step(replace, 0), 0), timers_end,
	       "timers_end of the reused map");
	cgswap_replace_unref(replace);
}

int main(void)
{
	struct map_fixture fixture;

	need_live();
	bpffs_private();
	fixture = map_fixture_new("timers", "timed");
	opened(&fixture, "timed",
	       "new: no old program was given; nothing holds it open, so its timers end with this "
	       "process: pin it by its name",
	       true);
	opened(&fixture, "timed_pinned", "new: no old program was given", false);
	reused(&fixture, "same map as the old program's; no pin and no other process holds it open, so its "
			 "timers end with this process: pin it by its name",
	       true);
	map_fixture_free(&fixture);
	return done_testing();
}
