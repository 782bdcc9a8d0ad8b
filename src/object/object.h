/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens an object file with libbpf, and loads a program of it. */
#ifndef CGSWAP_OBJECT_OBJECT_H
#define CGSWAP_OBJECT_OBJECT_H

#include "kernel/kernel.h"
#include "object/object_file.h"

/* Opens the object and loads nothing; an error carries libbpf's log. */
enum cgswap_status object_open(struct bpf_object **out, const struct object_file *file,
			       const char *path);

/* Loads the selected program and its maps by the backend's load_object(). The caller closes *fd. */
enum cgswap_status object_load(int *fd, struct kernel *kernel, struct bpf_object *object,
			       struct bpf_program *program, struct kernel_object_map *maps,
			       size_t count, const char *path);

#endif
