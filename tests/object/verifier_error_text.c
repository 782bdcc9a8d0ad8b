/* SPDX-License-Identifier: BSD-2-Clause */
/* If the verifier rejects a program, the message quotes its last line and the log has all lines. */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdlib.h>
#include <string.h>

int main(void)
{
	char *object = build_path("tests/bpf/object/not_verifiable.bpf.o");
	const cgswap_error *error = cgswap_last_error();
	cgswap_session *session;
	cgswap_program *program;

	need_live();
	session = live_session();
	EXPECT_CAUSE(cgswap_program_open(&program, session, object, NULL), VERIFIER_REFUSED,
		     "the verifier rejects a program");
	expect_message("outside of the packet");
	has_str(cgswap_error_get_log(error), "invalid access to packet",
		"the log has the verifier's line");
	ok(strchr(cgswap_error_get_log(error), '\n') != NULL, "the log has several lines");
	cgswap_session_unref(session);
	free(object);
	return done_testing();
}
