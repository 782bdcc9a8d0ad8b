/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/number.h"

#include <limits.h>

bool number_parse(const char *text, uint64_t largest, uint64_t *out)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned digit = (unsigned char)*text - '0';

		if (digit > 9 || value > (largest - digit) / 10 || digit > largest)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

bool number_parse_fd(const char *text, int *out)
{
	uint64_t value;

	if (!number_parse(text + (*text == '-'), INT_MAX, &value))
		return false;
	*out = *text == '-' ? -1 : (int)value;
	return true;
}

bool number_parse_id(const char *text, uint32_t *out)
{
	uint64_t value;

	if (!number_parse(text, UINT32_MAX, &value) || value == 0)
		return false;
	*out = (uint32_t)value;
	return true;
}
