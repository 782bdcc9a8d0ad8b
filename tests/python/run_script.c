/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs one Python script: run_script SCRIPT */
#include "embed.h"

#include "../lib/live.h"
#include "../lib/tap.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		bail_out("usage: run_script SCRIPT");
	need_live();
	embed_start();
	embed_run(argv[1]);
	embed_end();
	return done_testing();
}
