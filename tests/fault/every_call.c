/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every scenario with each kernel call failing in turn, alone or with all after it: the error has a
 * cause, a message and a remedy, no descriptor is leaked, and the chains are unchanged or all as
 * intended. Where that was impossible, the status says so.
 */
#include "../lib/tap.h"
#include "sweep.h"

/* With an argument each call fails with one errno only, for slow machines. */
int main(int argc, char **argv)
{
	(void)argv;
	sweep_run(true, argc == 1);
	return done_testing();
}
