/* SPDX-License-Identifier: BSD-2-Clause */
/* The time for limits and pauses. The library and the command use it. */
#ifndef CGSWAP_BASE_CLOCK_H
#define CGSWAP_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_now_ms(void)
{
	struct timespec now;

	/* cannot fail: each kernel has this clock */
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
