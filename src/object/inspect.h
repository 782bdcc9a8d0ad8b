/* SPDX-License-Identifier: BSD-2-Clause */
/* What an object file says of itself, read without loading anything of it. */
#ifndef CGSWAP_OBJECT_INSPECT_H
#define CGSWAP_OBJECT_INSPECT_H

#include <bpf/libbpf.h>

#include "object/metadata.h"
#include "object/object.h"

/* All text is fit to be printed, whatever stands in the file. */
struct inspected_program {
	char *name, *section;
	const char *type;               /* "" where the section does not say it */
	const struct attach_type *hook; /* NULL where it does not */
	size_t length;                  /* in instructions */
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
};

/* Fills a zeroed inspection; after a refusal too it is inspection_free()'s. */
enum cgswap_status inspect_file(struct inspection *out, const char *path);

/* The same of a file that was read, and of what libbpf makes of it. */
enum cgswap_status inspect_object(struct inspection *out, const struct object_file *file,
				  struct bpf_object *object);

void inspection_free(struct inspection *inspection);

#endif
