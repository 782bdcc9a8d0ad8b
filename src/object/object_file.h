/* SPDX-License-Identifier: BSD-2-Clause */
/* An object file in memory: read, checked and opened by libelf once. */
#ifndef CGSWAP_OBJECT_OBJECT_FILE_H
#define CGSWAP_OBJECT_OBJECT_FILE_H

#include <cgswap.h>
#include <libelf.h>

struct object_file {
	char *bytes; /* malloc'ed */
	size_t size;
	Elf *elf; /* libelf reads the bytes in place; NULL: not checked */
	struct needed_maps_memo *needed; /* NULL: nothing is to be remembered */
};

/*
 * Reads a file, and checks with elf_check() that it is a complete BPF object for this machine.
 * known: NULL, zeroed, or a file that passed; if it has the same bytes, it becomes the result.
 */
enum cgswap_status object_file_read(struct object_file *out, const char *path,
				    struct object_file *known);

/* Accepts a zeroed struct too. */
void object_file_free(struct object_file *file);

#endif
