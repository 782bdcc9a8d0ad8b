/* SPDX-License-Identifier: BSD-2-Clause */
/* The open maps of a loaded program, with their descriptions from the kernel and BTF. */
#ifndef CGSWAP_LOAD_PROGRAM_MAPS_H
#define CGSWAP_LOAD_PROGRAM_MAPS_H

#include <cgswap.h>

#include "load/btf_memo.h"
#include "load/map_match.h"
#include "object/map_def.h"
#include "program/program.h"

/* BTF by its id in the kernel. */
struct program_maps_btf {
	uint32_t id;
	struct btf *btf;
	struct map_defs defs; /* its declarations, if btf is not NULL */
};

/* Those of the old programs, and of the programs in their program arrays. */
enum { PROGRAM_MAPS_MAX = 2 * KERNEL_MAPS_MAX };

struct program_maps {
	struct kernel *kernel;
	struct btf_memo *memo; /* NULL: none */
	size_t count;
	struct map_view maps[PROGRAM_MAPS_MAX];
	uint32_t ids[PROGRAM_MAPS_MAX];       /* ascending, for each program */
	uint32_t owners[PROGRAM_MAPS_MAX];    /* ids of the programs that they were read from */
	size_t own_count;                     /* those of the first program come first */
	struct map_fd *fds[PROGRAM_MAPS_MAX]; /* open as long as the program's maps are */
	/* the targets of pointers in maps[] */
	struct map_spec inners[PROGRAM_MAPS_MAX];
	size_t btf_count;
	struct program_maps_btf btfs[2 * PROGRAM_MAPS_MAX];
};

/* Makes it empty. The arrays are large, and are filled as far as the counts say only. */
void program_maps_begin(struct program_maps *out);

/*
 * Opens the maps of a program by their ids; needs no privilege if there are none. memo may be NULL;
 * BTF goes back there in program_maps_close().
 */
enum cgswap_status program_maps_open(struct program_maps *out, const struct program *program,
				     struct btf_memo *memo);

/*
 * The two halves of program_maps_open(): returns 0 or a negative errno; and sets the error for it.
 */
int program_maps_try_open(struct program_maps *out, const struct program *program,
			  struct btf_memo *memo);
enum cgswap_status program_maps_error(const struct program *program, int err);

/* Adds the maps of another program that are not there yet. */
enum cgswap_status program_maps_add(struct program_maps *out, const struct program *program);

/* Likewise those whose names are not there yet. */
enum cgswap_status program_maps_add_named(struct program_maps *out, const struct program *program);

/* Accepts an empty struct too, and leaves one. */
void program_maps_close(struct program_maps *program_maps);

#endif
