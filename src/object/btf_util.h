/* SPDX-License-Identifier: BSD-2-Clause */
/* What libbpf leaves to its callers when BTF may be anybody's: names that are none, circles. */
#ifndef CGSWAP_OBJECT_BTF_UTIL_H
#define CGSWAP_OBJECT_BTF_UTIL_H

#include <stdint.h>

struct btf;
struct btf_type;

/* "" for an offset outside of all names. */
const char *btf_name(const struct btf *btf, uint32_t offset);

/* A type without its names and qualifiers (typedef, const, tags); NULL where these lead nowhere. */
const struct btf_type *btf_skip_modifiers(const struct btf *btf, uint32_t id);

#endif
