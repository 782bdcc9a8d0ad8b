/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without CAP_SYS_ADMIN the constants of an old program cannot be read, and count as other ones: a
 * load with new maps is refused unless it says that the new values are used. An object without
 * constants needs no choice. One without other maps has none to reuse, and new maps need not be asked for.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

static struct map_fixture fixture;
static cgswap_program *old;

static enum cgswap_status open_by(enum cgswap_map_policy maps, const char *object,
				  enum cgswap_constant_policy constants, const char *const *choices)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .reuse_maps_of = (const char *const[]){ by_fd(cgswap_program_get_fd(old)), NULL },
						  .constant_choices = choices,
						  .maps = maps,
						  .constants = constants };
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, fixture.session, object, &opts);

	cgswap_program_unref(program);
	return status;
}

static enum cgswap_status open_with(const char *object, enum cgswap_constant_policy constants,
				    const char *const *choices)
{
	return open_by(CGSWAP_MAPS_NEW, object, constants, choices);
}

/* The old program's other maps cannot be those of this object. */
static void without_maps(void)
{
	const char *bare = constant_fixture_object("bare");

	EXPECT_CAUSE(open_by(CGSWAP_MAPS_REUSE, bare, CGSWAP_CONSTANTS_DEFAULT, NULL), CONSTANTS_CHANGED,
		     "read-only data alone, without a choice");
	expect_ok(open_by(CGSWAP_MAPS_REUSE, bare, CGSWAP_CONSTANTS_NEW, NULL), "with the new values");
	EXPECT_CAUSE(open_by(CGSWAP_MAPS_REQUIRE, bare, CGSWAP_CONSTANTS_NEW, NULL),
		     MISSING_CAP_SYS_ADMIN, "all maps required");
}

static void without(void)
{
	const char *gate = constant_fixture_object("gate_limit");

	EXPECT_CAUSE(open_with(gate, CGSWAP_CONSTANTS_DEFAULT, NULL), CONSTANTS_CHANGED, "no choice");
	expect_message("cannot be read without CAP_SYS_ADMIN, and may differ");
	ok(strstr(cgswap_error_get_remedy(cgswap_last_error()), "--constants new"), "the remedy has the option");
	EXPECT_CAUSE(open_with(gate, CGSWAP_CONSTANTS_OLD, NULL), CONSTANTS_CHANGED, "the old values");
	expect_ok(open_with(gate, CGSWAP_CONSTANTS_NEW, NULL), "the new values");
	expect_ok(open_with(gate, CGSWAP_CONSTANTS_DEFAULT, CHOICES("deny_all=1", "limit=new")), "a choice for each");
	expect_ok(open_with(map_fixture_object("count_v2"), CGSWAP_CONSTANTS_DEFAULT, NULL), "without constants");
	without_maps();
}

int main(void)
{
	char source[32];

	need_live();
	fixture = constant_fixture_new("unreadable", "gate_v1", NULL);
	snprintf(source, sizeof(source), "id:%u", map_fixture_program(&fixture));
	if (cgswap_program_open(&old, fixture.session, source, NULL))
		bail_out("the old program cannot be opened");
	without_capabilities(UINT64_C(1) << CAP_SYS_ADMIN, without);
	cgswap_program_unref(old);
	map_fixture_free(&fixture);
	return done_testing();
}
