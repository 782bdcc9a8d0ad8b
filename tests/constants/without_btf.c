/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel has no BTF of the old program. If its read-only data has the same bytes as the new
 * object's, the constants are equal; otherwise they may differ and cannot be named, so that only the
 * new values can be chosen. The file that the program came from tells if they were set.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <string.h>

static void check_equal(void)
{
	struct map_fixture fixture = constant_fixture_new("bytes", "gate_vast", NULL);
	const char *const choices[] = { "limit=new", "deny_all=new", "only_v2=new", NULL };
	struct cgswap_step_opts opts = { 0 };
	cgswap_replace *replace;

	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v1", opts), "the same bytes");
	constant_fixture_reports(replace, 0, 0);
	cgswap_replace_unref(replace);
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_v2", opts), CONSTANTS_CHANGED,
		     "another layout");
	opts.old_object = constant_fixture_object("gate_vast");
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v2", opts), "with the old file");
	constant_fixture_said(replace, "limit", "5", "new: no loader had set it");
	cgswap_replace_unref(replace);
	opts = (struct cgswap_step_opts){ .constant_choices = choices };
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v2", opts), "with a choice for each");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);
}

static void check_set(void)
{
	struct map_fixture fixture = constant_fixture_new("set", "gate_vast", CHOICES("deny_all=1"));
	struct cgswap_step_opts opts = { 0 };
	cgswap_replace *replace;

	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_v1", opts), CONSTANTS_CHANGED,
		     "other bytes");
	expect_message("cannot be named, as its map has no BTF");
	expect_message("'deny_all' is 0 in the file");
	constant_fixture_differs("deny_all", "(none)", "0");
	ok(!strstr(cgswap_error_get_remedy(cgswap_last_error()), "old"), "the remedy does not offer the old one");
	opts.constants = CGSWAP_CONSTANTS_OLD;
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_v1", opts), CONSTANTS_CHANGED,
		     "the old values cannot be chosen");
	opts.constants = CGSWAP_CONSTANTS_DEFAULT;
	opts.old_object = constant_fixture_object("gate_vast");
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_v1", opts), CONSTANTS_CHANGED,
		     "with the old file");
	opts.constants = CGSWAP_CONSTANTS_NEW;
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v1", opts), "the new values can");
	constant_fixture_said(replace, "deny_all", "0", "new: requested by the constant policy");
	is_str(cgswap_step_get_constant_old_value(cgswap_replace_get_step(replace, 0), 0), "",
	       "the old value is unknown");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);
}

int main(void)
{
	need_live();
	check_equal();
	check_set();
	return done_testing();
}
