/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With the file that the old program came from, a value that a loader set is told from one that it
 * did not set: the former is taken over, the latter is that of the new object.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <string.h>

static struct cgswap_step_opts from_v1(void)
{
	return (struct cgswap_step_opts){ .old_object = constant_fixture_object("gate_v1") };
}

int main(void)
{
	struct map_fixture fixture = constant_fixture_new("told", "gate_v1", CHOICES("deny_all=1"));
	struct cgswap_step_opts opts = from_v1();
	cgswap_replace *replace;

	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_limit", (struct cgswap_step_opts){ 0 }),
		     CONSTANTS_CHANGED, "without the file");
	constant_fixture_differs("deny_all", "1", "0");
	constant_fixture_differs("limit", "5", "7");
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_limit", opts), "with the file");
	constant_fixture_reports(replace, 2, 0);
	constant_fixture_said(replace, "deny_all", "1", "old: a loader had set it");
	constant_fixture_said(replace, "limit", "7", "new: no loader had set it");
	is_str(cgswap_step_get_constant_old_value(cgswap_replace_get_step(replace, 0), 1), "5", "its old value");
	is_str(cgswap_step_get_constant_file_value(cgswap_replace_get_step(replace, 0), 0), "0",
	       "the value of the other in the file");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);

	/* now it is gate_limit's program, which gate_v1 says nothing true about */
	opts.constant_choices = CHOICES("deny_all=0");
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_limit", opts), "a choice counts more");
	constant_fixture_said(replace, "deny_all", "0", "given by name");
	cgswap_replace_unref(replace);

	opts = from_v1();
	opts.old_object = constant_fixture_object("gate_limit");
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_wide", (struct cgswap_step_opts){ 0 }),
		     CONSTANTS_CHANGED, "another type, without the file");
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_wide", opts),
		  "with it a constant of another type was not set");
	constant_fixture_said(replace, "limit", "5", "new: no loader had set it");
	cgswap_replace_unref(replace);

	opts.old_object = "/nonexistent.o";
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_v2", opts), OBJECT_NOT_FOUND,
		     "a file that is missing");
	opts.old_object = "/dev/null";
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_v2", opts), OBJECT_NOT_ELF,
		     "a file that is not an object");
	map_fixture_free(&fixture);
	return done_testing();
}
