/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If the verifier rejects a program that the source puts into a program array, the error names that
 * program and quotes the verifier's message about it. Nothing is pinned.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

int main(void)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_session *session;
	cgswap_program *program;

	need_live();
	bpffs_private();
	session = live_session();
	EXPECT_CAUSE(cgswap_program_open(&program, session,
					 map_fixture_object("object/filled_broken"), &opts),
		     VERIFIER_REFUSED, "the verifier rejects a program in an array");
	expect_message("calls_badly of ");
	expect_message("map_value_or_null");
	has_str(cgswap_error_get_log(cgswap_last_error()), "calls_badly",
		"the log is about that program");
	ok(raw_pin_open(BPFFS "/broken_calls") < 0, "nothing is pinned");
	cgswap_session_unref(session);
	return done_testing();
}
