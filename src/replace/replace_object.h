/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs of an object as steps of a transaction. */
#ifndef CGSWAP_REPLACE_REPLACE_OBJECT_H
#define CGSWAP_REPLACE_REPLACE_OBJECT_H

#include "load/object_load.h"
#include "replace/replace.h"

/* One program that a call on an object selects. */
struct object_part {
	const struct inspected_program *of; /* as the file has it */
	cgswap_chain *chain;                /* parts of one attach type share it */
	size_t position;                    /* the entry's that is to be replaced */
	struct cgswap_step *step;           /* until it is added */
};

/* Paths of pins are made in this buffer. */
struct object_parts {
	cgswap_object *object;
	struct cgswap_object_opts opts;
	size_t count;
	size_t *indexes; /* in the object */
	struct object_part *parts;
	char *pin;
};

/*
 * Selects the programs and opens their chains in a cgroup, each with its programs described. The
 * caller calls object_parts_free() also after an error; *out is zeroed at first.
 */
enum cgswap_status object_parts_open(struct object_parts *out, cgswap_object *object,
				     const char *cgroup, const struct cgswap_object_opts *given);
void object_parts_free(struct object_parts *parts);

/* The path for the pin of a part, in a buffer; NULL: pins were not requested. */
const char *object_part_pin(const struct object_parts *parts, const struct object_part *part);

/* Enters a chain for the calls below; chain_leave() ends it. */
enum cgswap_status object_part_enter(const struct object_part *part);

#endif
