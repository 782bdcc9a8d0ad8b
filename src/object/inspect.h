/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the programs, maps, license and metadata of an object file, and loads nothing. */
#ifndef CGSWAP_OBJECT_INSPECT_H
#define CGSWAP_OBJECT_INSPECT_H

#include <bpf/libbpf.h>

#include "kernel/attach_type.h"
#include "object/metadata.h"
#include "object/object_file.h"

/* All texts are printable: names from the file are escaped. */
struct inspected_program {
	char *name, *section;
	const char *type;                      /* "" if the section does not name it */
	const struct attach_type *attach_type; /* NULL if the section does not name it */
	size_t length;                         /* number of instructions */
	bool optional;                         /* SEC("?..."): not loaded by default */
	bool is_tail;                          /* the source puts it into a program array */
};

struct inspected_map {
	char *name;
	const char *type;
	uint32_t key_size, value_size, max_entries;
};

struct inspection {
	char *license;
	size_t program_count, map_count;
	struct inspected_program *programs;
	struct inspected_map *maps;
	struct metadata metadata;
	char note[200]; /* why a file that is shown cannot be loaded; "" otherwise */
};

/*
 * Reads the file and fills a zeroed inspection. The caller frees it, and the bytes of the file, also
 * after an error.
 */
enum cgswap_status inspect_file(struct inspection *out, struct object_file *file, const char *path);

/* The same as inspect_file() for a file that is already read and opened. */
enum cgswap_status inspect_object(struct inspection *out, const struct object_file *file,
				  struct bpf_object *object);

void inspection_free(struct inspection *inspection);

#endif
