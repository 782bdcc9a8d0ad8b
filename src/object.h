/* SPDX-License-Identifier: BSD-2-Clause */
/* An object file becomes a loaded program: libelf tells what is wrong with the file, libbpf opens
 * and loads it. */
#ifndef OBJECT_H
#define OBJECT_H

#include "attach_type.h"
#include "kernel.h"

/* A file in memory; checked once, and not read again. */
struct object_file {
	char *bytes;
	size_t size;
};

/* Reads the file and makes sure that it is a whole BPF object for this machine. */
enum cgswap_status object_read(struct object_file *out, const char *path, const char *operation);

/*
 * Loads one program of the file: the one of that name, or with NULL the only one that fits. With
 * a NULL type it is loaded for the hook that its section says. *fd belongs to the caller.
 */
enum cgswap_status object_load(int *fd, struct kernel *kernel, const char *path,
			       const char *program, const struct attach_type *type,
			       const char *operation);

#endif
