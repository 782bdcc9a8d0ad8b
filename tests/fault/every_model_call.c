/* SPDX-License-Identifier: BSD-2-Clause */
/* As every_call_failed_in_turn, with the modelled kernel behind the door: without privilege. */
#include "../lib/tap.h"
#include "sweep.h"

int main(void)
{
	sweep_run(false, true);
	return done_testing();
}
