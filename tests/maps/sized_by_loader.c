/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A map whose number of entries the source leaves open is created with max_entries=N, and such a map
 * of the next version fits whatever the old map has. Where the source gives another number than the
 * old map has, NAME=old takes the old map as it is.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

#include <string.h>

static const char SAME[] = "same map as the old program's";

/* Attaches the object with a map of N entries. */
static struct map_fixture sized(const char *object, const char *choice)
{
	const char *const choices[] = { choice, NULL };
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .map_choices = choices };
	struct map_fixture fixture = { .session = live_session(), .cgroup = scratch_new("sized") };
	cgswap_program *program;

	fixture.chain = live_chain(fixture.session, fixture.cgroup.path, "egress");
	if (expect_ok(cgswap_program_open(&program, fixture.session, map_fixture_object(object), &opts),
		      "%s with %s", object, choice))
		expect_ok(cgswap_chain_attach(fixture.chain, program, NULL), "it is attached");
	cgswap_program_unref(program);
	return fixture;
}

static void keeps_map(const struct map_fixture *fixture, const char *object, const char *choice)
{
	const char *const choices[] = { choice, NULL };
	uint32_t rules = map_fixture_map(fixture, "rules");
	cgswap_replace *replace;

	if (!expect_ok(map_fixture_plan_with(fixture, &replace, object, CGSWAP_MAPS_REQUIRE, choices),
		       "a step to %s with %s", object, choice ? choice : "no choice"))
		return;
	map_fixture_said(replace, "rules", true, SAME);
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	is_int(map_fixture_map(fixture, "rules"), rules, "the map is the same");
}

int main(void)
{
	static const char *const larger[] = { "rules=new,max_entries=9", NULL };
	struct map_fixture fixture;
	cgswap_replace *replace;

	need_live();
	fixture = sized("size_open", "rules=new,max_entries=7");
	keeps_map(&fixture, "size_open", NULL);
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "size_given", CGSWAP_MAPS_REUSE), MAP_CHANGED,
		     "the source gives another number");
	expect_message("max_entries 4) in 'size_given.bpf.o' and type array (key 4B, value 8B, "
		       "max_entries 7)");
	ok(strstr(cgswap_error_get_remedy(cgswap_last_error()), "--map rules=old") != NULL,
	   "the remedy is to take the old map as it is");
	keeps_map(&fixture, "size_given", "rules=old");
	expect_ok(map_fixture_plan_with(&fixture, &replace, "size_given", CGSWAP_MAPS_REUSE, larger),
		  "a new map of another size");
	map_fixture_said(replace, "rules", false, "new: requested for this map");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	keeps_map(&fixture, "size_open", NULL);
	map_fixture_free(&fixture);
	return done_testing();
}
