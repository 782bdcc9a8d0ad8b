/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file bpffs.h
 * A bpffs for one test alone: mounted in a mount namespace of the process's own, so that nobody
 * else sees it and nothing of it is left when the process ends, however it ends. A modelled kernel
 * has one of its own anyhow.
 */
#ifndef TESTS_LIB_BPFFS_H
#define TESTS_LIB_BPFFS_H

/* The kernel makes this empty directory for the purpose: nothing has to be created. */
#define BPFFS "/sys/fs/bpf"

/**
 * Moves the process into a mount namespace of its own and mounts an empty bpffs there. Where
 * that cannot be done the whole test is skipped.
 * @return where it is mounted.
 */
const char *bpffs_private(void);

/** Pins a descriptor under a name. @return the path, one of several buffers, used in turn. */
const char *bpffs_pin(int fd, const char *name);

#endif
