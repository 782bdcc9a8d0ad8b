/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks the BTF of an object before libbpf reads it. */
#ifndef CGSWAP_OBJECT_BTF_CHECK_H
#define CGSWAP_OBJECT_BTF_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Checks that the types of a section .BTF refer to valid names and types. If not, text names the
 * first invalid type.
 */
bool btf_check(const void *bytes, size_t size, char *text, size_t text_size);

#endif
