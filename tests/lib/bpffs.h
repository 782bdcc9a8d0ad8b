/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file bpffs.h
 * A bpffs for one test: mounted in a mount namespace of the process, so that no other process sees
 * it and the kernel removes it when the process ends, however it ends. A modelled kernel always has
 * a bpffs of its own.
 */
#ifndef TESTS_LIB_BPFFS_H
#define TESTS_LIB_BPFFS_H

#include <stdint.h>

/* The kernel makes this empty directory for the purpose: nothing has to be created. */
#define BPFFS "/sys/fs/bpf"

/**
 * Moves the process into a mount namespace of its own and mounts an empty bpffs there. Skips the
 * whole test if that fails.
 * @return where it is mounted.
 */
const char *bpffs_private(void);

/** Pins a descriptor under a name. @return the path, one of several buffers, used in turn. */
const char *bpffs_pin(int fd, const char *name);

/** @return the id of the program or map that is pinned at a path; 0: none. */
uint32_t bpffs_program_at(const char *path);
uint32_t bpffs_map_at(const char *path);

#endif
