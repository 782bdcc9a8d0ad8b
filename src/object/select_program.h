/* SPDX-License-Identifier: BSD-2-Clause */
/* Selects a program of an object, and sets the attach type that it is loaded for. */
#ifndef CGSWAP_OBJECT_SELECT_PROGRAM_H
#define CGSWAP_OBJECT_SELECT_PROGRAM_H

#include "kernel/attach_type.h"

struct bpf_object;
struct bpf_program;

/*
 * Selects the program of that name, or with a NULL name the only one that fits the attach type.
 * Only this program will be loaded. With a NULL type it keeps the attach type of its section.
 */
enum cgswap_status select_program(struct bpf_program **out, struct bpf_object *object,
				  const char *path, const char *name,
				  const struct attach_type *type);

/* Checks that the object has a program, as select_program() does. */
enum cgswap_status select_program_check_any(struct bpf_object *object, const char *path);

/* Sets the attach type of a program whose section leaves it open; leaves other programs alone. */
void select_program_set_type(struct bpf_program *program, const struct attach_type *type);

#endif
