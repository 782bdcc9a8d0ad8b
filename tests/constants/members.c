/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The members of a struct are constants of their own. Sixteen that differ are named, and the others
 * counted. A choice for the struct is one for all its members, and that for a member counts more.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>

#include <string.h>

static size_t details_named(const char *name)
{
	const cgswap_error *error = cgswap_last_error();
	size_t count = 0;

	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++)
		count += strcmp(cgswap_error_get_detail_name(error, i), name) == 0;
	return count;
}

int main(void)
{
	char texts[20][32];
	const char *all[21] = { 0 };
	struct map_fixture fixture;
	cgswap_replace *replace;

	for (int i = 0; i < 20; i++) {
		snprintf(texts[i], sizeof(texts[i]), "config.%c=%d", 'a' + i, i + 1);
		all[i] = texts[i];
	}
	fixture = constant_fixture_new("members", "many", all);
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "many", (struct cgswap_step_opts){ 0 }),
		     CONSTANTS_CHANGED, "20 members that differ");
	expect_message("'config.a' is 1 in the program and 0 in the file, 'config.b' is 2 ");
	constant_fixture_differs("config.a", "1", "0");
	constant_fixture_differs("config.j", "10", "0");
	ok(details_named("constant") <= 16 && details_named("constant") >= 10 &&
		   details_named("constant") == details_named("old_value") &&
		   details_named("constant") == details_named("new_value"),
	   "up to 16 are named, with both values");
	ok(strstr(cgswap_error_get_message(cgswap_last_error()), " more"), "the others are counted");
	expect_ok(constant_fixture_plan(&fixture, &replace, "many",
					(struct cgswap_step_opts){ .constant_choices = CHOICES(
									  "config=old", "config.b=new",
									  "config.c=77") }),
		  "choices for the struct and for members");
	constant_fixture_reports(replace, 20, 0);
	constant_fixture_said(replace, "config.a", "1", "old: requested by name");
	constant_fixture_said(replace, "config.b", "0", "new: requested by name");
	constant_fixture_said(replace, "config.c", "77", "given by name");
	constant_fixture_said(replace, "config.t", "20", "old: requested by name");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);
	return done_testing();
}
