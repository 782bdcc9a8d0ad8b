/* SPDX-License-Identifier: BSD-2-Clause */
#include "describe.h"
#include "report.h"

static const struct describe_part {
	unsigned bit;
	const char *missing;
} describe_parts[] = {
	{ CGSWAP_DESCRIBE_PROGRAMS, "names, tags and maps are not shown" },
	{ CGSWAP_DESCRIBE_LINKS, "links are not shown" },
	{ CGSWAP_DESCRIBE_PREORDER, "preorder is not shown" },
	{ CGSWAP_DESCRIBE_METADATA, "versions and other metadata are not shown" },
};

static enum cgswap_status describe_part(struct describe *describe, cgswap_chain *chain,
					const struct describe_part *part)
{
	enum cgswap_status status;
	enum cgswap_cause cause;

	if (describe->unavailable & part->bit)
		return CGSWAP_OK;
	status = cgswap_chain_describe(chain, part->bit);
	if (status != CGSWAP_E_PERMISSION && status != CGSWAP_E_UNSUPPORTED)
		return status;
	describe->unavailable |= part->bit;
	cause = cgswap_error_get_cause(cgswap_last_error());
	if (cause != describe->warned)
		report_warning(describe->options, part->missing, cgswap_last_error());
	describe->warned = cause;
	return CGSWAP_OK;
}

enum cgswap_status describe_chain(struct describe *describe, cgswap_chain *chain)
{
	enum cgswap_status status;
	size_t i;

	for (i = 0; i < sizeof(describe_parts) / sizeof(describe_parts[0]); i++) {
		status = describe_part(describe, chain, &describe_parts[i]);
		if (status != CGSWAP_OK)
			return status;
	}
	return cgswap_chain_read_leftovers(chain);
}
