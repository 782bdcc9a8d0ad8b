/* SPDX-License-Identifier: BSD-2-Clause */
/* Opts structs that grow: how one of any version becomes one of ours. */
#ifndef CGSWAP_BASE_OPTS_H
#define CGSWAP_BASE_OPTS_H

#include <cgswap.h>

/*
 * Copies the caller's opts (or zeros, for NULL) into *to, of size bytes. Refused: a first field
 * below first (the size of version 0.1) or above 4096, and a nonzero byte past what we know.
 */
enum cgswap_status opts_take(void *to, size_t size, size_t first, const void *from);

#endif
