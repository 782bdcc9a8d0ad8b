/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of the running kernel, and their kinds. */
#include "kernel/live.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

bool live_is_filesystem(int fd, int magic)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (int)fs.f_type == magic;
}

int live_read_fd_link(int fd, char *target, size_t size)
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, target, size - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	return 0;
}

/* A look-up without a key and without a place for the value. */
static bool live_is_map(int fd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)fd;
	return live_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)) != -EINVAL;
}

/* An update to no program. */
static bool live_is_link(int fd)
{
	enum { LINK_UPDATE = 29, NO_PROGRAM = -1 };
	const struct kernel_link_update request = { .link_fd = (uint32_t)fd,
						    .new_fd = (uint32_t)NO_PROGRAM };

	return live_bpf(LINK_UPDATE, &request, sizeof(request)) != -EINVAL;
}

/*
 * Without /proc: the kernel has information about programs, maps, links and BTF only. A descriptor
 * of another kind than a command takes is EINVAL. The information about BTF is short.
 */
static enum kernel_kind live_kind_by_kernel(int fd)
{
	enum { BTF_INFO_SIZE = 64 };
	char info[256] = { 0 };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)info;
	if (live_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		return KERNEL_IS_OTHER;
	if (live_is_map(fd))
		return KERNEL_IS_MAP;
	if (live_is_link(fd))
		return KERNEL_IS_LINK;
	return attr.info.info_len > BTF_INFO_SIZE ? KERNEL_IS_PROGRAM : KERNEL_IS_OTHER;
}

enum kernel_kind kernel_live_kind(struct kernel *kernel, int fd)
{
	char target[64];
	struct stat st;

	(void)kernel;
	if (fd < 0 || fcntl(fd, F_GETFD) < 0)
		return KERNEL_IS_CLOSED;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (live_is_filesystem(fd, LIVE_FS_CGROUP2))
			return KERNEL_IS_CGROUP;
		return live_is_filesystem(fd, LIVE_FS_CGROUP_V1) ? KERNEL_IS_CGROUP_V1
								 : KERNEL_IS_DIRECTORY;
	}
	if (live_read_fd_link(fd, target, sizeof(target)) < 0)
		return live_kind_by_kernel(fd);
	if (strcmp(target, "anon_inode:bpf-prog") == 0)
		return KERNEL_IS_PROGRAM;
	if (strcmp(target, "anon_inode:bpf-map") == 0)
		return KERNEL_IS_MAP;
	/* a link has one name where it was created, and another where it was opened */
	if (strcmp(target, "anon_inode:bpf_link") == 0 ||
	    strcmp(target, "anon_inode:bpf-link") == 0)
		return KERNEL_IS_LINK;
	return KERNEL_IS_OTHER;
}

int kernel_live_dup(struct kernel *kernel, int fd)
{
	int copy;

	(void)kernel;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return copy < 0 ? -errno : copy;
}

void kernel_live_close(struct kernel *kernel, int fd)
{
	(void)kernel;
	if (fd >= 0)
		close(fd);
}
