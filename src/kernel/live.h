/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of the backend of the running kernel: bpf(2) in live.c, and the files around it. Only
 * the table in live.c uses the operations.
 */
#ifndef CGSWAP_KERNEL_LIVE_H
#define CGSWAP_KERNEL_LIVE_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/kernel.h"

/* ---- live_denied.c */

/* Notes the command of bpf(2) if a policy may have given this result, which it returns. */
int live_note(int command, int result);

/*
 * The structs of kernel.h have the layout of their part of union bpf_attr, so each operation is one
 * system call. The wrappers of older libbpf versions have no revision.
 */
static inline int live_bpf(int command, const void *attr, size_t size)
{
	long result = syscall(__NR_bpf, command, attr, size);

	return result < 0 ? live_note(command, -errno) : (int)result;
}

/* The first command that a policy denies, of those that libbpf makes in a load: its errno; or 0. */
int live_ask_load_policy(void);

const char *kernel_live_denied(struct kernel *kernel, int errnum);
bool kernel_live_is_filtered(struct kernel *kernel);

/* ---- live_load.c */

int kernel_live_load(struct kernel *kernel, const struct kernel_load *request);
int kernel_live_load_object(struct kernel *kernel, struct bpf_object *object,
			    struct bpf_program *program, struct kernel_object_map *maps,
			    size_t count, struct kernel_load_log *log);

/* ---- live_load_ahead.c */

/* Returns 0, or why the load cannot succeed; maps: those of the object, count of them. */
int live_load_check_ahead(struct kernel *kernel, const struct bpf_object *object,
			  const struct bpf_program *program, const struct kernel_object_map *maps,
			  size_t count);

/* ---- live_load_result.c */

const char *live_load_lacks(const struct bpf_object *object, const struct bpf_program *program,
			    struct kernel_object_map *maps, size_t count);
bool live_load_lacks_globals(const struct kernel_object_map *maps, size_t count);
uint32_t live_load_unknown_type(const struct kernel_object_map *maps, size_t count);
int live_load_denied(const struct bpf_object *object, const struct kernel_load_log *log, int err);

/* ---- live_info.c */

int kernel_live_program_info(struct kernel *kernel, int fd, struct kernel_program *out);
int kernel_live_link_info(struct kernel *kernel, int fd, struct kernel_link *out);
int kernel_live_map_info(struct kernel *kernel, int fd, struct kernel_map *out);
int kernel_live_map_lookup(struct kernel *kernel, int fd, const void *key, void *value);
int kernel_live_map_next_key(struct kernel *kernel, int fd, const void *key, void *next);
int kernel_live_btf_bytes(struct kernel *kernel, uint32_t id, void *out, uint32_t capacity,
			  uint32_t *size);
int kernel_live_program_full_name(struct kernel *kernel, int fd, char *name, size_t size);

/* ---- live_drain.c */

int kernel_live_drain(struct kernel *kernel);

/* ---- live_fd.c */

enum {
	LIVE_FS_CGROUP2 = 0x63677270,
	LIVE_FS_CGROUP_V1 = 0x0027e0eb,
	LIVE_FS_BPF = (int)0xcafe4a11
};

bool live_is_filesystem(int fd, int magic);
/* Reads the path or name of a descriptor from /proc. */
int live_read_fd_link(int fd, char *target, size_t size);

enum kernel_kind kernel_live_kind(struct kernel *kernel, int fd);
int kernel_live_dup(struct kernel *kernel, int fd);
void kernel_live_close(struct kernel *kernel, int fd);

/* ---- live_deep_path.c */

/* Opens a path that is too long for open(2). Returns a descriptor, or a negative errno. */
int live_open_deep(const char *path);
/* Makes the path of a cgroup that is too long for readlink(2); -ENAMETOOLONG: for the buffer. */
int live_read_deep_path(int fd, char *path, size_t size);

/* ---- live_cgroup.c */

int kernel_live_cgroup_open(struct kernel *kernel, const char *path);
int kernel_live_cgroup_open_mount(struct kernel *kernel, const char *path);
int kernel_live_cgroup_by_id(struct kernel *kernel, int mount_fd, uint64_t id);
int kernel_live_cgroup_parent(struct kernel *kernel, int fd);
int kernel_live_cgroup_id(struct kernel *kernel, int fd, uint64_t *id);
int kernel_live_cgroup_path(struct kernel *kernel, int fd, char *path, size_t size);
int kernel_live_cgroup_children(struct kernel *kernel, int fd, kernel_child_fn fn, void *user);
bool kernel_live_cgroup_is_root(struct kernel *kernel, int fd);

/* ---- live_cgroup_make.c */

int kernel_live_cgroup_make(struct kernel *kernel, int parent_fd, const char *name);
int kernel_live_cgroup_remove(struct kernel *kernel, int parent_fd, const char *name);
int kernel_live_cgroup_leftover(struct kernel *kernel, int parent_fd, const char *name,
				bool remove);

/* ---- live_pin.c */

int kernel_live_pin_open(struct kernel *kernel, const char *path);
int kernel_live_pin(struct kernel *kernel, int fd, const char *path);
int kernel_live_unpin(struct kernel *kernel, const char *path);
int kernel_live_pin_move(struct kernel *kernel, const char *from, const char *to,
			 enum kernel_pin_move how);

/* ---- live_pin_directory.c */

int kernel_live_pin_lock(struct kernel *kernel, const char *path);
void kernel_live_pin_unlock(struct kernel *kernel, int lock);
int kernel_live_pin_access(struct kernel *kernel, const char *path, bool make);
int kernel_live_pin_names(struct kernel *kernel, const char *path, kernel_child_fn fn, void *user);
int kernel_live_pin_directory_make(struct kernel *kernel, const char *path);
int kernel_live_pin_directory_remove(struct kernel *kernel, const char *path);
int kernel_live_pin_list(struct kernel *kernel, const char *directory, kernel_pin_fn fn,
			 void *user);

/* ---- live_capability.c */

enum kernel_standing kernel_live_capability(struct kernel *kernel, enum kernel_capability which);

/* ---- live_mounts.c */

int kernel_live_mounts(struct kernel *kernel, struct kernel_mounts *out);
int kernel_live_cgroup_own(struct kernel *kernel, char *path, size_t size);
bool kernel_live_is_bpffs(struct kernel *kernel, const char *path);
int kernel_live_bpffs_id(struct kernel *kernel, const char *path, uint64_t *id);

/* ---- live_boot.c */

int kernel_live_boot_id(struct kernel *kernel, char *id, size_t size);

/* ---- live_memory.c */

int kernel_live_memory(struct kernel *kernel, int fd, uint64_t *bytes);

/* ---- live_bpffs.c */

int kernel_live_bpffs_each(struct kernel *kernel, kernel_mount_fn fn, void *user);

/* ---- live_holder.c */

int kernel_live_holder_each(struct kernel *kernel, kernel_holder_fn fn, void *user);
bool kernel_live_sees_all_processes(struct kernel *kernel);

#endif
