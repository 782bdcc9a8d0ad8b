/* SPDX-License-Identifier: BSD-2-Clause */
/* An object file becomes a loaded program: libelf tells what is wrong with the file, libbpf opens
 * and load_cache it. */
#ifndef CGSWAP_OBJECT_OBJECT_H
#define CGSWAP_OBJECT_OBJECT_H

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

/* A file in memory; checked once, and not read again. */
struct object_file {
	char *bytes;
	size_t size;
};

/* Reads the file and makes sure that it is a whole BPF object for this machine. */
enum cgswap_status object_read(struct object_file *out, const char *path);

/* The same of what is in memory already; path is what it is called. */
enum cgswap_status elf_check(const struct object_file *file, const char *path);

/* Whether types (a section .BTF) refer to each other as they may; text says what does not. */
bool btf_check(const void *bytes, size_t size, char *text, size_t text_size);

/* What its section "license" says; "" where there is none. */
void object_license(char *out, size_t size, const struct object_file *file);

/* Has libbpf open it, loading nothing; what it says goes with the refusal. */
enum cgswap_status object_open(struct bpf_object **out, const struct object_file *file,
			       const char *path);

/* Refuses an object without a program, as object_select_program() does. */
enum cgswap_status object_need_program(struct bpf_object *object, const char *path);

/*
 * Chooses a program of the object, so far the only one that will be loaded: the one of that name,
 * or with NULL the only one that fits. With a NULL type it is for the hook that its section says.
 */
enum cgswap_status object_select_program(struct bpf_program **out, struct bpf_object *object,
					 const char *path, const char *name,
					 const struct attach_type *type);

/* A program whose section leaves the hook open is for this one; any other is left alone. */
void object_set_attach_type(struct bpf_program *program, const struct attach_type *type);

/*
 * Has the programs loaded, too, that the source puts into program arrays. An array that is to be
 * filled and would not be pinned is refused: with its last descriptor it loses what is in it.
 */
enum cgswap_status object_fill_prog_arrays(struct bpf_object *object,
					   const struct object_file *file, const char *path,
					   const struct attach_type *type);

/* Whether the source puts programs into this map. */
enum cgswap_status object_fills_map(bool *out, const struct bpf_object *object,
				    const struct object_file *file, const struct bpf_map *map);

/* Whether the source puts one map into another. */
enum cgswap_status object_nests_map(bool *out, const struct bpf_object *object,
				    const struct object_file *file, const struct bpf_map *outer,
				    const struct bpf_map *inner);

/* Loads the chosen one with its maps, as the door has it. *fd belongs to the caller. */
enum cgswap_status object_load(int *fd, struct kernel *kernel, struct bpf_object *object,
			       struct bpf_program *program, struct kernel_object_map *maps,
			       size_t count, const char *path);

#endif
