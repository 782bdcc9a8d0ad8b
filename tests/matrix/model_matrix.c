/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every case of the matrix on the model: its backend returns the running kernel's errnos, and the public
 * functions return the same causes. It needs no privilege.
 */
#include "../lib/tap.h"
#include "matrix.h"

int main(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .kernel = "model" };
	cgswap_session *session;

	if (cgswap_session_open(&session, &opts))
		bail_out("cannot open a session: %s", cgswap_error_get_message(cgswap_last_error()));
	matrix_run(session);
	cgswap_session_unref(session);
	return done_testing();
}
