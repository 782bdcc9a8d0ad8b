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
struct handover_wish {
	struct kernel *kernel;
	const char *bpffs; /* where maps that say so are pinned; "": nowhere */
	const struct object_file *file;
	const char *path, *program; /* program: NULL: the one that fits */
	const struct attach_type *type;
	const struct kernel_program *old; /* NULL: it is nobody's heir */
	enum cgswap_map_policy maps;
};

/* One map of the object. */
struct handover_map {
	char name[PROGRAM_NAME_SIZE];
	char *pin;  /* the path where it is to be pinned, or NULL */
	int pinned; /* a descriptor of what is pinned there; -1: nothing is */
	uint32_t pinned_id;
	int lent; /* a descriptor of another program's map that it is to be; -1: none */
	struct map_pin *shared; /* what is pinned there is ours, and another program's */
	uint32_t id;            /* what the kernel calls the one that it has become; 0: none yet */
	struct map_shape inner;
	const char *reason; /* a constant */
	bool kept;          /* it is the old program's */
};

struct handover {
	struct handover_wish wish;
	struct bpf_object *object;
	struct bpf_program *program;
	struct legacy legacy;
	uint32_t cpus; /* how many there may ever be; 0: it does not matter, or is not known */
	size_t count;  /* maps of the object; of each: */
	struct handover_map *maps;
	struct heir_map *views;
	struct heir_match *matches;
	struct kernel_object_map *doors;
};

/* Loads nothing. After a refusal too it is to be ended. */
enum cgswap_status handover_plan(struct handover *out, const struct handover_wish *wish);
void handover_end(struct handover *handover);

/*
 * What would be made anew, and what programs of the same file have already that belong together
 * with this one, is to be theirs.
 */
enum cgswap_status handover_share(struct handover *handover, const struct program *const *siblings,
				  size_t count);

/* Loads what was planned, once. */
enum cgswap_status handover_load(struct program **out, struct handover *handover);

/* Whether the program takes over all that the wish requires; handover_load() has asked it already.
 */
enum cgswap_status handover_check(const struct handover *handover, const struct program *program);

/* Refuses a program that has a new map beside a kept map of maps, in which its source puts that
 * one. */
enum cgswap_status handover_whole(const struct handover *handover, const struct program *program);

/* The name of an old map that the program did not take over, and that is no part of the old one
 * itself, from index *at on, which is moved past it; NULL: there is none left. */
const char *handover_lost(const struct handover *handover, const struct program *program,
			  size_t *at);

#endif
