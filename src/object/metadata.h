/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The metadata of a program: variables named bpf_metadata_NAME in its read-only data, a convention
 * of bpftool. Neither the BTF nor the bytes are trusted.
 */
#ifndef CGSWAP_OBJECT_METADATA_H
#define CGSWAP_OBJECT_METADATA_H

#include "kernel/kernel.h"

struct btf_type;

struct metadata_item {
	char *name; /* name without the prefix bpf_metadata_ */
	char *value;
};

struct metadata {
	size_t count;
	struct metadata_item *items;
};

/*
 * Adds the variables of one section, a BTF type of the kind DATASEC, from its bytes. The first
 * variable of a name counts. Returns 0 or -ENOMEM.
 */
int metadata_add(struct metadata *metadata, const struct btf *btf, uint32_t section,
		 const void *bytes, size_t size);

/*
 * Adds the variables of a loaded program, from its maps. Leaves out maps that cannot be read, and
 * fails with a negative errno only if memory or descriptors run out.
 */
int metadata_add_program(struct metadata *metadata, struct kernel *kernel,
			 const struct kernel_program *program);

void metadata_free(struct metadata *metadata);

/* "" past the end. */
const char *metadata_name(const struct metadata *metadata, size_t index);
const char *metadata_value(const struct metadata *metadata, size_t index);

/* ---- metadata_value.c */

/*
 * Returns a value of a BTF type as malloc'ed text: arrays of char as text, integers and enums as in
 * C, all else as hexadecimal digits. size is the number of bytes. NULL: no memory.
 */
char *metadata_text(const struct btf *btf, uint32_t type, const void *bytes, size_t size);

/* True for an array of char. */
bool metadata_is_text(const struct btf *btf, const struct btf_type *type);

#endif
