/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that the verifier refuses: its last word is in the message, all of it in the log. */
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
		     "the verifier says no");
	expect_message("outside of the packet");
	has_str(cgswap_error_get_log(error), "invalid access to packet", "the log says where");
	ok(strchr(cgswap_error_get_log(error), '\n') != NULL, "in more lines than one");
	cgswap_session_unref(session);
	free(object);
	return done_testing();
}
