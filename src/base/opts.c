/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/opts.h"

#include <string.h>

#include "base/error.h"

enum { LARGEST = 4096 };

enum cgswap_status opts_take(void *to, size_t size, size_t first, const void *from)
{
	const unsigned char *bytes = from;
	size_t sz;

	memset(to, 0, size);
	if (!from)
		return CGSWAP_OK;
	memcpy(&sz, from, sizeof(sz));
	if (sz < first || sz > LARGEST)
		return error_bad_argument(
			"opts.sz is %zu{found}, not sizeof(*opts) (%zu{expected} in this version)",
			sz, size);
	for (size_t i = size; i < sz; i++)
		if (bytes[i])
			return error_bad_argument(
				"opts has a nonzero byte at offset %zu{position}, where version "
				"%s has no option",
				i, cgswap_version());
	memcpy(to, from, sz < size ? sz : size);
	return CGSWAP_OK;
}
