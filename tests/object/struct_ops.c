/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An object with a struct_ops and a program for a cgroup can be inspected. Loading only the program
 * would crash in libbpf, and is an error.
 */
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>

static void refused(const struct map_fixture *fixture, const char *program)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_program *opened;
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s%s", map_fixture_object("object/struct_ops"), program);
	EXPECT_CAUSE(cgswap_program_open(&opened, fixture->session, source, &opts), OBJECT_REFUSED,
		     "struct_ops.bpf.o%s is not loaded", program);
	expect_message("congestion of ");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "beside in an object file of its own",
		"the remedy says what to do");
}

int main(void)
{
	cgswap_object *object;
	cgswap_replace *replace;
	struct raw_chain before, now;
	struct map_fixture fixture;

	need_live();
	fixture = map_fixture_new("ops", "count_less");
	before = chain_now(fixture.cgroup.fd, EGRESS);
	expect_ok(cgswap_object_open(&object, fixture.session, map_fixture_object("object/struct_ops")),
		  "the object is inspected");
	cgswap_object_unref(object);
	refused(&fixture, "");
	refused(&fixture, "#beside");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "object/struct_ops", CGSWAP_MAPS_DEFAULT),
		     OBJECT_REFUSED, "a step with the object");
	now = chain_now(fixture.cgroup.fd, EGRESS);
	ok(chain_same(&now, &before), "the chain is as before");
	map_fixture_free(&fixture);
	return done_testing();
}
