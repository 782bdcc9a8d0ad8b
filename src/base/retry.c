/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/retry.h"

#include "base/clock.h"
#include "base/error.h"

bool retry_again(struct retry *retry)
{
	if (retry->failures == 0 && retry->time_ms > 0)
		retry->end_ms = clock_now_ms() + retry->time_ms;
	retry->failures++;
	if (retry->failures <= retry->least)
		return true;
	return retry->time_ms > 0 && clock_now_ms() < retry->end_ms;
}

enum cgswap_status retry_take_time(int *time_ms, int32_t option, uint32_t reserved, int fallback)
{
	if (option < RETRY_TIME_NONE)
		return error_bad_argument("opts.retry_time_ms is %d{found}; expected 0 or more, or "
					  "-1 for "
					  "no time",
					  (int)option);
	if (reserved)
		return error_bad_argument("opts.reserved is %u{found}; expected "
					  "%u{expected}",
					  reserved, 0U);
	*time_ms = option ? option : fallback;
	return CGSWAP_OK;
}
