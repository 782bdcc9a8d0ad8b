/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A modelled kernel behind the same table of operations. It decides by the rules only, keeps its
 * state in memory, and needs no privilege and no Linux with cgroups. It has cgroups with their
 * chains, programs, maps, links, descriptors, pins and a few directories. It runs and verifies no
 * program, so map contents, packets and run counts do not change.
 *
 * The functions below prepare its state, for seeds and tests. As operations do, they return 0 or a
 * descriptor, or a negative errno. All may be called from several threads.
 */
#ifndef CGSWAP_MODEL_MODEL_H
#define CGSWAP_MODEL_MODEL_H

#include "kernel/kernel.h"

#define KERNEL_MODEL_CGROUPS   "/sys/fs/cgroup"
#define KERNEL_MODEL_BPFFS     "/sys/fs/bpf"
#define KERNEL_MODEL_CGROUP_V1 "/run/cgroup-v1/cpu"

/*
 * A kernel that lacks the features of these bits (1 << enum cgswap_feature), with the cgroup2
 * mount, which is empty, and nothing loaded. NULL: no memory. ops->free() frees it.
 */
struct kernel *kernel_model_new(uint32_t disable_features);

/* Builds the small made-up tree: cgroups, programs, links, pins. */
int kernel_model_seed(struct kernel *kernel);

/* The capabilities of the caller; at first all. */
void kernel_model_set_capability(struct kernel *kernel, enum kernel_capability capability,
				 enum kernel_standing standing);

/* Some kernels compare storage maps in LINK_UPDATE; at first this one does not. */
void kernel_model_set_compares_storages(struct kernel *kernel, bool compares);

/* Directories by path: below the cgroup2 mount a cgroup, elsewhere an ordinary one. */
int kernel_model_mkdir(struct kernel *kernel, const char *path);
int kernel_model_rmdir(struct kernel *kernel, const char *path);

/* A file, or a device, that is nothing special. */
int kernel_model_mkfile(struct kernel *kernel, const char *path);

/* A new map; and a program that uses it from now on, as BPF_PROG_BIND_MAP does. */
int kernel_model_map_new(struct kernel *kernel, const char *name);
int kernel_model_bind_map(struct kernel *kernel, int program_fd, int map_fd);

/* A descriptor of an open file that is nothing special, as 0, 1 and 2 are from the start. */
int kernel_model_file(struct kernel *kernel);

/* The number of open descriptors from 3 up, to find leaks. */
size_t kernel_model_open_count(struct kernel *kernel);

#endif
