/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A constant of another type or size differs, whatever its value, and the old value cannot be
 * chosen for it.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <string.h>

static struct cgswap_step_opts choosing(const char *choice)
{
	static const char *list[2];

	list[0] = choice;
	return (struct cgswap_step_opts){ .constant_choices = list };
}

int main(void)
{
	struct map_fixture fixture = constant_fixture_new("typed", "gate_v1", NULL);
	const struct cgswap_step_opts old = { .constants = CGSWAP_CONSTANTS_OLD },
				      new = { .constants = CGSWAP_CONSTANTS_NEW };
	cgswap_replace *replace;

	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_wide", old), CONSTANTS_CHANGED,
		     "the policy old");
	expect_message("'limit' has another type");
	constant_fixture_differs("limit", "5", "5");
	ok(!strstr(cgswap_error_get_remedy(cgswap_last_error()), "old"), "the remedy does not offer the old one");
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_wide", choosing("limit=old")),
		     CONSTANTS_CHANGED, "the old one by name");
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_wide", choosing("limit=new")), "the new one");
	constant_fixture_said(replace, "limit", "5", "new: requested by name");
	cgswap_replace_unref(replace);
	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_wide", choosing("limit=9000000000")), "a value");
	constant_fixture_said(replace, "limit", "9000000000", "given by name");
	cgswap_replace_unref(replace);
	expect_ok(constant_fixture_swap(&fixture, "gate_wide", new), "the policy new");
	map_fixture_free(&fixture);
	return done_testing();
}
