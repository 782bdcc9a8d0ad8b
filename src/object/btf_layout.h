/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the layout of variables in two BTFs: programs can share variables of equal layout only.
 */
#ifndef CGSWAP_OBJECT_BTF_LAYOUT_H
#define CGSWAP_OBJECT_BTF_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

struct btf;

/* The first variable that differs. Its name belongs to one of the BTFs. */
struct btf_layout_difference {
	const char *variable; /* NULL: no difference */
	const char *how;      /* a string constant, such as "has moved" */
};

/*
 * True if two sections (DATASEC) have variables of the same names, offsets and types, down to the
 * members of structs. Targets of pointers are not compared. BTF that nests endlessly differs from
 * any other.
 */
bool btf_layout_same(const struct btf *old, uint32_t old_section, const struct btf *now,
		     uint32_t section, struct btf_layout_difference *difference);

/* True if two types are the same, down to the members of structs; only
 * itself equals the type 0. */
bool btf_layout_same_types(const struct btf *old, uint32_t old_id, const struct btf *now,
			   uint32_t id);

#endif
