/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A new program that is loaded already keeps its constants. Where they differ from those of the old
 * program the step reports both values, and it reports those that the new program does not have. The
 * replace is not refused.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>

static enum cgswap_status plan_loaded(const struct map_fixture *fixture, cgswap_replace **out,
			       const struct map_fixture *new)
{
	char source[32];

	snprintf(source, sizeof(source), "id:%u", map_fixture_program(new));
	return map_fixture_plan(fixture, out, source, CGSWAP_MAPS_DEFAULT);
}

int main(void)
{
	struct map_fixture fixture, equal, other, beside;
	cgswap_replace *replace;
	const cgswap_step *step;
	char source[32];

	need_live();
	fixture = constant_fixture_new("old", "gate_v2", CHOICES("deny_all=1"));
	equal = constant_fixture_new("equal", "gate_v2", CHOICES("deny_all=1"));
	other = constant_fixture_new("other", "gate_v1", CHOICES("limit=6"));
	expect_ok(plan_loaded(&fixture, &replace, &equal), "a program with equal constants");
	constant_fixture_reports(replace, 0, 0);
	cgswap_replace_unref(replace);

	expect_ok(plan_loaded(&fixture, &replace, &other), "a program with other constants");
	constant_fixture_reports(replace, 2, 1);
	constant_fixture_said(replace, "deny_all", "0", "its own: the program is loaded already");
	constant_fixture_said(replace, "limit", "6", "its own: the program is loaded already");
	step = cgswap_replace_get_step(replace, 0);
	is_str(cgswap_step_get_constant_old_value(step, 0), "1", "the old value");
	is_str(cgswap_step_get_constant_file_value(step, 0), "", "no file is known");
	is_str(cgswap_step_get_dropped_constant_name(step, 0), "only_v2", "one that is gone");
	is_str(cgswap_step_get_dropped_constant_value(step, 0), "77", "its value");
	beside = map_fixture_beside(&fixture, "beside");
	snprintf(source, sizeof(source), "id:%u", map_fixture_program(&other));
	expect_ok(cgswap_replace_add_source(replace, beside.chain, "pos:0", source, NULL),
		  "one more step with the same programs");
	step = cgswap_replace_get_step(replace, 1);
	is_int(cgswap_step_get_constant_count(step), 2, "it reports the same");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	map_fixture_free(&beside);
	map_fixture_free(&other);
	map_fixture_free(&equal);
	map_fixture_free(&fixture);
	return done_testing();
}
