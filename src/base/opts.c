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

enum cgswap_status opts_check_preorder(enum cgswap_preorder preorder)
{
	if ((unsigned)preorder <= CGSWAP_PREORDER_YES)
		return CGSWAP_OK;
	return error_bad_argument("opts.preorder is %d{found}; expected CGSWAP_PREORDER_...",
				  (int)preorder);
}

enum cgswap_status opts_check_maps(enum cgswap_map_policy maps)
{
	if ((unsigned)maps <= CGSWAP_MAPS_REQUIRE)
		return CGSWAP_OK;
	return error_bad_argument("opts.maps is %d{found}; expected CGSWAP_MAPS_...", (int)maps);
}

enum cgswap_status opts_check_constants(enum cgswap_constant_policy constants)
{
	if ((unsigned)constants <= CGSWAP_CONSTANTS_NEW)
		return CGSWAP_OK;
	return error_bad_argument("opts.constants is %d{found}; expected CGSWAP_CONSTANTS_...",
				  (int)constants);
}

enum cgswap_status opts_check_reserved(uint32_t reserved)
{
	if (!reserved)
		return CGSWAP_OK;
	return error_bad_argument("opts.reserved is %u{found}; expected %u{expected}", reserved,
				  0U);
}
