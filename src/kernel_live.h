/* SPDX-License-Identifier: BSD-2-Clause */
/* The two halves of the live door: bpf(2), and the files around it. Nobody else includes this. */
#ifndef KERNEL_LIVE_H
#define KERNEL_LIVE_H

#include "kernel.h"

enum kernel_kind kernel_live_kind(struct kernel *kernel, int fd);
int kernel_live_dup(struct kernel *kernel, int fd);
void kernel_live_close(struct kernel *kernel, int fd);
int kernel_live_cgroup_open(struct kernel *kernel, const char *path);
int kernel_live_cgroup_parent(struct kernel *kernel, int fd);
int kernel_live_cgroup_id(struct kernel *kernel, int fd, uint64_t *id);
int kernel_live_cgroup_path(struct kernel *kernel, int fd, char *path, size_t size);
int kernel_live_cgroup_children(struct kernel *kernel, int fd, kernel_child_fn fn, void *user);
enum kernel_standing kernel_live_capability(struct kernel *kernel, enum kernel_capability which);
int kernel_live_cgroup_mount(struct kernel *kernel, char *path, size_t size);
int kernel_live_bpffs_mount(struct kernel *kernel, char *path, size_t size);
bool kernel_live_is_bpffs(struct kernel *kernel, const char *path);

#endif
