/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reusing maps needs CAP_SYS_ADMIN, as the kernel asks for it to open maps by id: without it the
 * error names the capability, and a program with new maps can be opened.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct map_fixture fixture;
static cgswap_program *old;

static enum cgswap_status open_reusing(cgswap_program **out, enum cgswap_map_policy keep)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .reuse_maps_of = (const char *const[]){ by_fd(cgswap_program_get_fd(old)), NULL },
						  .maps = keep };

	return cgswap_program_open(out, fixture.session, map_fixture_object("count_v2"), &opts);
}

static void without(void)
{
	cgswap_program *program;

	EXPECT_CAUSE(open_reusing(&program, CGSWAP_MAPS_DEFAULT), MISSING_CAP_SYS_ADMIN, "reuse");
	expect_message("the maps of program ");
	EXPECT_CAUSE(open_reusing(&program, CGSWAP_MAPS_REQUIRE), MISSING_CAP_SYS_ADMIN,
		     "all maps required");
	expect_ok(open_reusing(&program, CGSWAP_MAPS_NEW), "new maps");
	cgswap_program_unref(program);
}

int main(void)
{
	char source[32];

	need_live();
	fixture = map_fixture_new("plain", "count_v1");
	snprintf(source, sizeof(source), "id:%u", map_fixture_program(&fixture));
	if (cgswap_program_open(&old, fixture.session, source, NULL))
		bail_out("the old program cannot be opened");
	without_capabilities(UINT64_C(1) << CAP_SYS_ADMIN, without);
	cgswap_program_unref(old);
	map_fixture_free(&fixture);
	return done_testing();
}
