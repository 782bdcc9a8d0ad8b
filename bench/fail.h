/* SPDX-License-Identifier: BSD-2-Clause */
/* A benchmark ends with a message when something fails. */
#ifndef CGSWAP_BENCH_FAIL_H
#define CGSWAP_BENCH_FAIL_H

#include "cgswap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static inline void bench_die(const char *what)
{
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
	exit(1);
}

static inline void bench_must(enum cgswap_status status)
{
	if (status)
		bench_die(cgswap_error_get_message(cgswap_last_error()));
}

#endif
