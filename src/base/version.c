/* SPDX-License-Identifier: BSD-2-Clause */
#include <cgswap.h>

const char *cgswap_version(void)
{
	return PACKAGE_VERSION;
}
