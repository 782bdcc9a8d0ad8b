/* SPDX-License-Identifier: BSD-2-Clause */
/* Option structs that grow: converts one of any version to this version's. */
#ifndef CGSWAP_BASE_OPTS_H
#define CGSWAP_BASE_OPTS_H

#include <cgswap.h>

/*
 * Copies the caller's opts (or zeros, for NULL) into *to, of size bytes. Fails if the first field
 * is below first (the size of version 0.1) or above 4096, or if a byte beyond the known fields is
 * not 0.
 */
enum cgswap_status opts_take(void *to, size_t size, size_t first, const void *from);

#endif
