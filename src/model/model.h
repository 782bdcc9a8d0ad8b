/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A simulated kernel behind the same table of operations. It decides only by the rules, keeps its
 * state in memory, and needs neither privilege nor a Linux with cgroups. It has cgroups with their
 * chains, programs, maps, links, descriptors, pins and a few directories. It runs and verifies no
 * program, so map contents, packets and run counts do not change.
 *
 * The functions below prepare its state, for seeds and tests. Like operations, they return 0 or a
 * descriptor, or a negative errno. All may be called from several threads.
 */
#ifndef CGSWAP_MODEL_MODEL_H
#define CGSWAP_MODEL_MODEL_H

#include "kernel/kernel.h"

#define KERNEL_MODEL_CGROUPS   "/sys/fs/cgroup"
#define KERNEL_MODEL_BPFFS     "/sys/fs/bpf"
#define KERNEL_MODEL_CGROUP_V1 "/run/cgroup-v1/cpu"

/*
 * Makes a kernel without the features of these bits (1 << enum cgswap_feature), with an empty
 * cgroup2 mount and nothing loaded. Returns NULL if out of memory. Free it with ops->free().
 */
struct kernel *kernel_model_new(uint32_t disable_features);

/* Builds the example tree: cgroups, programs, links, pins. */
int kernel_model_seed(struct kernel *kernel);

/* Builds what the lines of a text say, as in struct cgswap_session_opts; sets the last error. */
enum cgswap_status kernel_model_fill(struct kernel *kernel, const char *text);

/* Sets a capability of the caller; initially it has all. */
void kernel_model_set_capability(struct kernel *kernel, enum kernel_capability capability,
				 enum kernel_standing standing);

/* Some kernels compare storage maps in LINK_UPDATE; this one initially does not. */
void kernel_model_set_compares_storages(struct kernel *kernel, bool compares);

/* Make and remove a directory: below the cgroup2 mount a cgroup, elsewhere an ordinary one. */
int kernel_model_mkdir(struct kernel *kernel, const char *path);
int kernel_model_rmdir(struct kernel *kernel, const char *path);

/* Makes an ordinary file. */
int kernel_model_mkfile(struct kernel *kernel, const char *path);

/* Make a map, and bind it to a program as BPF_PROG_BIND_MAP does. */
int kernel_model_map_new(struct kernel *kernel, const char *name);
int kernel_model_bind_map(struct kernel *kernel, int program_fd, int map_fd);

/* Opens an ordinary file, as descriptors 0, 1 and 2 are initially. */
int kernel_model_file(struct kernel *kernel);

/* The number of open descriptors from 3 up, to find leaks. */
size_t kernel_model_open_count(struct kernel *kernel);

#endif
