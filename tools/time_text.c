/* SPDX-License-Identifier: BSD-2-Clause */
#include "time_text.h"

#include <time.h>

const char *time_text(char buffer[TIME_SIZE], int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm parts;

	buffer[0] = '\0';
	if (seconds == 0 || !gmtime_r(&when, &parts))
		return buffer;
	if (strftime(buffer, TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		buffer[0] = '\0';
	return buffer;
}
