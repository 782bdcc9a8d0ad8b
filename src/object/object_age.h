/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells that an old compiler or an old manner of declaring made an object that libbpf refuses. */
#ifndef CGSWAP_OBJECT_OBJECT_AGE_H
#define CGSWAP_OBJECT_OBJECT_AGE_H

#include <stdbool.h>

#include "object/object_file.h"

struct object_age {
	char what[160]; /* "its maps are in the section 'maps'" */
	const char *remedy;
};

/* Judges a file that passed elf_check(); false: it has no sign of age. */
bool object_age_find(struct object_age *out, const struct object_file *file);

#endif
