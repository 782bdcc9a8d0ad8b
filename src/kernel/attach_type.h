/* SPDX-License-Identifier: BSD-2-Clause */
/* The attach types of a cgroup: their numbers, their names, and the program type of each. */
#ifndef CGSWAP_KERNEL_ATTACH_TYPE_H
#define CGSWAP_KERNEL_ATTACH_TYPE_H

#include <cgswap.h>

enum { ATTACH_LSM_CGROUP = 43, ATTACH_UNIX_FIRST = 49, ATTACH_UNIX_LAST = 53 };

struct attach_type {
	uint32_t number;       /* enum bpf_attach_type */
	uint32_t program_type; /* enum bpf_prog_type */
	bool bound;            /* the program must have been loaded for this attach type */
	const char *name;      /* as libbpf has it */
	const char *short_name;
	const char *sections; /* for SEC(), separated by blanks */
	const char *sees;     /* the events for which the kernel runs a program */
};

/* NULL past the end. */
const struct attach_type *attach_type_at(size_t index);

/* Finds a type by number; NULL if it is not a cgroup attach type. */
const struct attach_type *attach_type_by_number(uint32_t number);

/* Writes "did you mean 'connect4' or 'connect6'?"; false if no short name is similar to name. */
enum { ATTACH_TYPE_NEAR_SIZE = 256 };
bool attach_type_near(char text[ATTACH_TYPE_NEAR_SIZE], const char *name);

/*
 * Finds a type by a name that libbpf or other loaders have for it: a section ("cgroup/dev",
 * "sockops"), or the enum of linux/bpf.h; NULL for any other.
 */
const struct attach_type *attach_type_by_other_name(const char *name);

/*
 * Finds a type by its full or short name, or another name for it; fails with attach_type_unknown
 * and a remedy with similar names.
 */
enum cgswap_status attach_type_find(const struct attach_type **out, const char *name);

/* Fails for lsm_cgroup: this attach type has a chain for each LSM function. */
enum cgswap_status attach_type_check_changeable(const struct attach_type *type);

#endif
