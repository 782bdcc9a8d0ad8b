/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps of a loaded program, opened, with what the kernel and BTF tell of them. */
#ifndef CGSWAP_LOAD_PROGRAM_MAPS_H
#define CGSWAP_LOAD_PROGRAM_MAPS_H

#include <cgswap.h>

#include "load/map_match.h"
#include "kernel/kernel.h"

/* BTF by its id in the kernel. */
struct program_maps_btf {
	uint32_t id;
	struct btf *btf;
};

struct program_maps {
	struct kernel *kernel;
	size_t count;
	struct map_view maps[KERNEL_MAPS_MAX];
	uint32_t ids[KERNEL_MAPS_MAX]; /* ascending */
	int fds[KERNEL_MAPS_MAX];
	/* what maps[] points to */
	struct kernel_map infos[KERNEL_MAPS_MAX];
	struct map_spec inners[KERNEL_MAPS_MAX];
	size_t btf_count;
	struct program_maps_btf btfs[KERNEL_MAPS_MAX + 1];
};

/* Opens the maps of a program, by their ids; takes no privilege if it has none. */
enum cgswap_status program_maps_open(struct program_maps *out, struct kernel *kernel,
				     const struct kernel_program *program);

/* The two halves of it: 0 or a negative errno, and the error for that. */
int program_maps_try_open(struct program_maps *out, struct kernel *kernel,
			  const struct kernel_program *program);
enum cgswap_status program_maps_error(struct kernel *kernel, const struct kernel_program *program,
				      int err);

/* Takes a zeroed one too. */
void program_maps_close(struct program_maps *program_maps);

#endif
