/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objects that a text fills a simulated kernel with, and the errors of its lines.
 * Only src/model includes this.
 */
#ifndef CGSWAP_MODEL_MODEL_WORLD_H
#define CGSWAP_MODEL_MODEL_WORLD_H

#include "base/error.h"
#include "kernel/attach_type.h"
#include "model/model_internal.h"

enum { WORLD_WORDS = 16 /* in a line */ };

/* A program or a map. */
struct world_object {
	struct world_object *next;
	const char *name;
	const struct attach_type *type; /* NULL: a map */
	int fd;
};

struct world {
	struct kernel *kernel;
	char *words[WORLD_WORDS]; /* the present line; in a copy of the text */
	size_t count;
	size_t line; /* its number */
	char *shown; /* the line as it was given */
	struct world_object *objects;
	bool missing[KERNEL_CAP_BPF + 1]; /* by enum kernel_capability */
};

/* The message begins with the line. */
enum cgswap_status error_world(const struct world *world, enum cgswap_cause cause,
			       const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Makes the cgroup of a path and its missing parents, and opens it. */
enum cgswap_status world_cgroup(int *fd, const struct world *world, const char *name);

/* Pins an object at an absolute path, or one below the bpffs mount. */
enum cgswap_status world_pin(const struct world *world, int fd, const char *name);

/* NULL: none of this name and type. */
struct world_object *world_find(const struct world *world, const char *name,
				const struct attach_type *type);

/* The program of this name and type, which is loaded if there is none; its descriptor is borrowed.
 */
enum cgswap_status world_program(int *fd, struct world *world, const char *name,
				 const struct attach_type *type);

/* tag: KERNEL_TAG_SIZE bytes. */
void world_set_tag(const struct world *world, int fd, const uint8_t *tag);

/* Gives a program the maps of a list "a,b", which is cut at the commas. */
enum cgswap_status world_maps(struct world *world, int program, char *names);

void world_free_objects(struct world *world);

#endif
