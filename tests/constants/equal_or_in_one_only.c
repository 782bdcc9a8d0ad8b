/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constants that are equal need no choice, and are not reported, wherever they lie in the sections.
 * A constant that only the new object has keeps its value there; one that only the old program has
 * is reported unless it is 0, and refused if all constants must be kept. Metadata always differs.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

int main(void)
{
	const struct cgswap_step_opts none = { 0 }, require = { .maps = CGSWAP_MAPS_REQUIRE };
	struct map_fixture fixture = constant_fixture_new("equal", "gate_v1", CHOICES("limit=6"));
	cgswap_replace *replace;
	const cgswap_step *step;

	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v1",
					(struct cgswap_step_opts){ .constant_choices = CHOICES("limit=6") }),
		  "a value that is given and equal to the old one");
	constant_fixture_reports(replace, 1, 0);
	constant_fixture_said(replace, "limit", "6", "given by name");
	cgswap_replace_unref(replace);
	expect_ok(constant_fixture_swap(&fixture, "gate_v1",
					(struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_NEW }),
		  "to the values of the file");
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v2", require),
		  "equal constants, a new one and one that is gone and 0");
	constant_fixture_reports(replace, 0, 0);
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);

	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v1", none), "one that is gone and not 0");
	constant_fixture_reports(replace, 0, 1);
	step = cgswap_replace_get_step(replace, 0);
	is_str(cgswap_step_get_dropped_constant_name(step, 0), "only_v2", "its name");
	is_str(cgswap_step_get_dropped_constant_value(step, 0), "77", "its value");
	ok(!*cgswap_step_get_dropped_constant_name(step, 1) && !*cgswap_step_get_dropped_constant_value(step, 1) &&
		   !*cgswap_step_get_constant_name(step, 0) && !*cgswap_step_get_constant_value(step, 0) &&
		   !*cgswap_step_get_constant_old_value(step, 0) &&
		   !*cgswap_step_get_constant_file_value(step, 0) && !*cgswap_step_get_constant_reason(step, 0),
	   "past the end there is nothing");
	cgswap_replace_unref(replace);
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_v1", require), CONSTANTS_CHANGED,
		     "all constants must be kept");
	expect_message("constant 'only_v2' is 77 in program ");
	is_str(cgswap_error_get_remedy(cgswap_last_error()), "drop it (--constant only_v2=new)",
	       "the remedy has the option");
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v1",
					(struct cgswap_step_opts){ .maps = CGSWAP_MAPS_REQUIRE,
								   .constant_choices = CHOICES("only_v2=new") }),
		  "unless it is named");
	constant_fixture_reports(replace, 0, 1);
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);
	return done_testing();
}
