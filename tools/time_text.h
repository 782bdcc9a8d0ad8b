/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TIME_TEXT_H
#define TOOLS_TIME_TEXT_H

#include <stdint.h>

enum { TIME_SIZE = 40 };

/* Seconds since 1970 as RFC 3339 in UTC; "" for 0. Returns the buffer. */
const char *time_text(char buffer[TIME_SIZE], int64_t seconds);

#endif
