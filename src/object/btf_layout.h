/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether variables of two BTFs are laid out alike, so that one program's are the other's. */
#ifndef CGSWAP_OBJECT_BTF_LAYOUT_H
#define CGSWAP_OBJECT_BTF_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

struct btf;

/* The first variable that is not alike. Its name belongs to one of the BTFs. */
struct btf_layout_difference {
	const char *variable; /* NULL: there is none */
	const char *how;      /* a constant: "has moved" */
};

/*
 * Whether two sections (DATASEC) hold variables of the same names, places and types, down to the
 * members of structs. What a pointer points to is not looked at. BTF that nests without end is
 * different from any.
 */
bool btf_layout_same(const struct btf *old, uint32_t old_section, const struct btf *now,
		     uint32_t section, struct btf_layout_difference *difference);

#endif
