/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads untrusted BTF: libbpf does not guard against names out of range, or cycles. */
#ifndef CGSWAP_OBJECT_BTF_UTIL_H
#define CGSWAP_OBJECT_BTF_UTIL_H

#include <stdbool.h>
#include <stdint.h>

struct btf;
struct btf_type;

/* "" for an offset that is out of range. */
const char *btf_name(const struct btf *btf, uint32_t offset);

/* Skips typedefs, qualifiers and tags; NULL if they do not lead to a type. */
const struct btf_type *btf_skip_modifiers(const struct btf *btf, uint32_t id);

/* Returns the id of the DATASEC of a section; 0: there is none. */
uint32_t btf_find_section(const struct btf *btf, const char *name);

/*
 * True if the kernel rejects this BTF, and libbpf loads the object without it: an array, or the
 * max_entries of a map, is larger than 32 bits can say.
 */
bool btf_overflows(const struct btf *btf);

/* True if a type, or a member of it at any depth, is a struct of this name. */
bool btf_has_struct(const struct btf *btf, uint32_t id, const char *name);

#endif
