/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A choice of a map that cannot be understood is an error that quotes it, before anything is read or
 * loaded; choices are for objects only, and an empty list of them is none.
 */
#include "../lib/chains.h"
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>

static struct map_fixture fixture;

static enum cgswap_status open_with(const char *source, const char *const *choices)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .map_choices = choices };
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, fixture.session, source, &opts);

	cgswap_program_unref(program);
	return status;
}

static enum cgswap_status step_with(const char *object, const char *const *choices)
{
	cgswap_replace *replace;
	enum cgswap_status status = map_fixture_plan_with(&fixture, &replace, object,
							  CGSWAP_MAPS_DEFAULT, choices);

	cgswap_replace_unref(replace);
	return status;
}

static void check_invalid(const char *choice, const char *said)
{
	const char *const choices[] = { choice, NULL };

	EXPECT_CAUSE(step_with("count_v2", choices), BAD_ARGUMENT, "a step with '%s'", choice);
	expect_message(said);
	EXPECT_CAUSE(open_with("missing.o", choices), BAD_ARGUMENT, "a program with '%s'", choice);
	expect_message(said);
}

int main(void)
{
	static const char *const twice[] = { "hits=old", "hits=new", NULL };
	static const char *const pins[] = { "hits=pin:/a", "more=pin:/a", NULL };
	static const char *const fresh[] = { "hits=new", NULL }, *const none[] = { NULL };
	char id[32];

	need_live();
	fixture = map_fixture_new("choices", "count_v1");
	check_invalid("", "has ''; expected NAME=old");
	check_invalid("hits", "has 'hits'; expected NAME=old");
	check_invalid("=old", "has '=old'; expected NAME=old");
	check_invalid("hits=", "has 'hits='; expected NAME=old");
	check_invalid("hits=older", "has 'hits=older'; expected NAME=old");
	check_invalid("hits=newer", "has 'hits=newer'; expected NAME=old");
	check_invalid("hits=12", "has 'hits=12'; expected NAME=old");
	check_invalid("hits=id:", "has 'hits=id:'; expected NAME=old");
	check_invalid("hits=id:0", "has 'hits=id:0'; expected NAME=old");
	check_invalid("hits=id:4294967296", "expected NAME=old");
	check_invalid("hits=pin:", "has 'hits=pin:'; expected NAME=old");
	check_invalid("hits=new,max_entries=0", "expected a positive 32-bit number after max_entries=");
	check_invalid("hits=new,max_entries=1k", "expected a positive 32-bit number after max_entries=");
	check_invalid("hits=new,size=1", "expected NAME=old");
	check_invalid("hits=old,max_entries=9", "max_entries applies to new maps only");
	check_invalid("hits=pin:/a,max_entries=9", "max_entries applies to new maps only");
	EXPECT_CAUSE(step_with("count_v2", twice), BAD_ARGUMENT, "two choices for one map");
	expect_message("has 'hits=old' and 'hits=new'; expected one choice");
	EXPECT_CAUSE(step_with("count_v2", pins), BAD_ARGUMENT, "one pin for two maps");
	expect_message("has 'hits=pin:/a' and 'more=pin:/a'; expected another map for each");
	snprintf(id, sizeof(id), "id:%u", map_fixture_program(&fixture));
	EXPECT_CAUSE(step_with(id, fresh), BAD_ARGUMENT, "a step with a loaded program");
	EXPECT_CAUSE(open_with(id, fresh), BAD_ARGUMENT, "a program that is loaded");
	expect_message("a map policy or choice applies to objects only");
	expect_ok(step_with("count_v2", none), "an empty list in a step");
	expect_ok(open_with(id, none), "an empty list for a loaded program");
	map_fixture_free(&fixture);
	return done_testing();
}
