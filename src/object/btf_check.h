/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks the BTF of an object before libbpf reads it. */
#ifndef CGSWAP_OBJECT_BTF_CHECK_H
#define CGSWAP_OBJECT_BTF_CHECK_H

#include <stddef.h>

/*
 * Checks that a section .BTF holds its types and names, and that the types refer to valid names and
 * types. Returns 0, -ENOMEM, or -EINVAL and the first error as text.
 */
int btf_check(const void *bytes, size_t size, char *text, size_t text_size);

#endif
