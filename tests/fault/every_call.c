/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever a caller does, and whichever call to the kernel fails on the way, once or from then on:
 * there is a cause with message and remedy, no descriptor is left, and the chains are as before or
 * as they were meant to be, all of them together; where that could not be had it is said.
 */
#include "../lib/tap.h"
#include "sweep.h"

/* An argument: each call fails with one errno only, where a machine is slow. */
int main(int argc, char **argv)
{
	(void)argv;
	sweep_run(true, argc == 1);
	return done_testing();
}
