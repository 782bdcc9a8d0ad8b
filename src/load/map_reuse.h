/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An object's program takes a loaded program's place and its maps: first it is planned which, then
 * it is loaded with them.
 */
#ifndef CGSWAP_LOAD_MAP_REUSE_H
#define CGSWAP_LOAD_MAP_REUSE_H

#include "load/program_maps.h"
#include "object/object.h"
#include "program/program.h"

/* What is wanted. All pointers belong to the caller, who keeps them until the end. */
struct load_request {
	struct kernel *kernel;
	const char *bpffs; /* where maps that say so are pinned; "": nowhere */
	const struct object_file *file;
	const char *path, *program; /* program: NULL: the one that fits */
	const struct attach_type *type;
	const struct kernel_program *old; /* NULL: it is nobody's heir */
	enum cgswap_map_policy maps;
};

/* One map of the object. */
struct map_reuse_map {
	char name[PROGRAM_NAME_SIZE];
	char *pin;  /* the path where it is to be pinned, or NULL */
	int pinned; /* a descriptor of what is pinned there; -1: nothing is */
	uint32_t pinned_id;
	int borrowed; /* a descriptor of another program's map that it is to be; -1: none */
	struct map_pin *shared; /* what is pinned there is ours, and another program's */
	uint32_t id;            /* what the kernel calls the one that it has become; 0: none yet */
	struct map_spec inner;
	const char *reason; /* a constant */
	bool reused;        /* it is the old program's */
};

struct map_reuse {
	struct load_request request;
	struct bpf_object *object;
	struct bpf_program *program;
	struct program_maps program_maps;
	uint32_t cpus; /* how many there may ever be; 0: it does not matter, or is not known */
	size_t count;  /* maps of the object; of each: */
	struct map_reuse_map *maps;
	struct map_view *views;
	struct map_match *matches;
	struct kernel_object_map *kmaps;
};

/* Loads nothing. After a refusal too it is to be ended. */
enum cgswap_status map_reuse_plan(struct map_reuse *out, const struct load_request *request);
void map_reuse_end(struct map_reuse *map_reuse);

/*
 * What would be made anew, and what programs of the same file have already that belong together
 * with this one, is to be theirs.
 */
enum cgswap_status map_reuse_share(struct map_reuse *map_reuse,
				   const struct program *const *siblings, size_t count);

/* Loads what was planned, once. */
enum cgswap_status map_reuse_load(struct program **out, struct map_reuse *map_reuse);

/* Whether the program takes over all that the wanted requires; map_reuse_load() has asked it
 * already.
 */
enum cgswap_status map_reuse_check(const struct map_reuse *map_reuse,
				   const struct program *program);

/* Refuses a program that has a new map beside a kept map of maps, in which its source puts that
 * one. */
enum cgswap_status map_reuse_check_nested(const struct map_reuse *map_reuse,
					  const struct program *program);

/* The name of an old map that the program did not take over, and that is no part of the old one
 * itself, from index *at on, which is moved past it; NULL: there is none left. */
const char *map_reuse_next_dropped(const struct map_reuse *map_reuse, const struct program *program,
				   size_t *at);

#endif
