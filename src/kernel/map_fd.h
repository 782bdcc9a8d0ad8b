/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps opened by their ids, one descriptor for each map however many parts of the library read it.
 *
 * Closing the last descriptor of a program array makes the kernel clear the array in the
 * background, with a reference that a second such close takes again and never returns: the array
 * stays until the next boot. Its descriptor is therefore kept for a second after its last user,
 * while a session of the kernel is open.
 */
#ifndef CGSWAP_KERNEL_MAP_FD_H
#define CGSWAP_KERNEL_MAP_FD_H

#include "kernel/kernel.h"

struct map_fd {
	int fd;
	struct kernel_map info;
	/* private: */
	struct map_fd *next;
	struct kernel *kernel;
	unsigned users; /* 0: kept */
	int64_t kept_since;
};

/* Opens a map and reads its info, or shares it; 0 or a negative errno. */
int map_fd_open(struct map_fd **out, struct kernel *kernel, uint32_t id);

/* Takes another reference; each is given back with map_fd_close(), which accepts NULL. */
struct map_fd *map_fd_ref(struct map_fd *map);
void map_fd_close(struct map_fd *map);

/* The same for a map that the caller has made: takes ownership of its descriptor. */
int map_fd_adopt(struct map_fd **out, struct kernel *kernel, int fd);

/* Takes ownership of a descriptor of a map, to close it as if map_fd_open() had opened it. */
void map_fd_give_up(struct kernel *kernel, int fd);

/* For a session, when it begins and ends to use a kernel. */
void map_fd_begin(struct kernel *kernel);
void map_fd_end(struct kernel *kernel);

#endif
