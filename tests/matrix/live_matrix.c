/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every case of the matrix on the running kernel: the kernel returns the table's errno, the rules
 * predict errno and chain, and the public functions return the table's cause.
 */
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"
#include "matrix.h"

int main(void)
{
	cgswap_session *session;

	need_live();
	need_flags(RAW_BEFORE, "ordering; the table is of a kernel that has all features");
	scratch_bystander(EGRESS);
	session = live_session();
	matrix_run(session);
	cgswap_session_unref(session);
	return done_testing();
}
