/* SPDX-License-Identifier: BSD-2-Clause */
/* Like every_call, on a model and therefore without privilege. */
#include "../lib/tap.h"
#include "sweep.h"

int main(void)
{
	sweep_run(false, true);
	return done_testing();
}
