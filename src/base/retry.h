/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits for trying a change again that failed because other processes changed the chain meanwhile.
 */
#ifndef CGSWAP_BASE_RETRY_H
#define CGSWAP_BASE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include <cgswap.h>

enum { RETRY_TIME_DEFAULT = 100, RETRY_TIME_NONE = -1 }; /* ms */

/* Both limits must be reached: a number of retries, and a time since the first failure. */
struct retry {
	int64_t least;    /* the minimum number of retries */
	int time_ms;      /* 0 or below: only the number of retries counts */
	int64_t failures; /* attempts so far */
	int64_t end_ms;   /* set at the first failure */
};

/* Counts a failed attempt. Returns true if another may be made. */
bool retry_again(struct retry *retry);

/*
 * The value of a retry_time_ms option, or fallback for 0. Fails if it is below RETRY_TIME_NONE or
 * if reserved, the field beside it, is set.
 */
enum cgswap_status retry_take_time(int *time_ms, int32_t option, uint32_t reserved, int fallback);

#endif
