/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program says of itself: variables named bpf_metadata_NAME in its read-only data, the
 * convention that bpftool reads. BTF and bytes may be anybody's: nothing of them is trusted.
 */
#ifndef CGSWAP_OBJECT_METADATA_H
#define CGSWAP_OBJECT_METADATA_H

#include "kernel/kernel.h"

struct metadata_item {
	char *name; /* without bpf_metadata_ */
	char *value;
};

struct metadata {
	size_t count;
	struct metadata_item *items;
};

/*
 * Adds the variables of one section: a BTF type of the kind DATASEC, of which these are the bytes.
 * A name that is there already stays as it is. 0 or -ENOMEM.
 */
int metadata_add(struct metadata *metadata, const struct btf *btf, uint32_t section,
		 const void *bytes, size_t size);

/*
 * Adds those of a loaded program, from its maps. What cannot be read is left out; a negative errno
 * where something ran out.
 */
int metadata_add_program(struct metadata *metadata, struct kernel *kernel,
			 const struct kernel_program *program);

void metadata_free(struct metadata *metadata);

/* "" past the end. */
const char *metadata_name(const struct metadata *metadata, size_t index);
const char *metadata_value(const struct metadata *metadata, size_t index);

/* ---- metadata_value.c */

/*
 * A value of a BTF type as text, malloc'ed: arrays of char as text, integers and enums as they are
 * written in C, all else as hexadecimal digits. size is how many bytes there are. NULL: no memory.
 */
char *metadata_text(const struct btf *btf, uint32_t type, const void *bytes, size_t size);

#endif
