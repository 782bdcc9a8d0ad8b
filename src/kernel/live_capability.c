/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities of this thread, and if they count for bpf(2): those of a user namespace do not. */
#include "kernel/live.h"

#include <linux/capability.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/* PIDFD_GET_USER_NAMESPACE, since 6.11 */
#define LIVE_PIDFD_USER_NAMESPACE _IO(0xFF, 9)

/* Without /proc: through a descriptor of the process, where the kernel can. */
static bool live_stat_user_namespace(struct stat *out)
{
	int process, space = -1;
	bool good;

	if (!stat("/proc/self/ns/user", out))
		return true;
	process = fd_above_stdio((int)syscall(SYS_pidfd_open, getpid(), 0));
	if (process < 0)
		return false;
	space = fd_above_stdio(ioctl(process, LIVE_PIDFD_USER_NAMESPACE, 0));
	good = space >= 0 && !fstat(space, out);
	if (space >= 0)
		close(space);
	close(process);
	return good;
}

/*
 * The first user namespace has this inode number on every machine. Its map of ids does not show it:
 * another one may map every id to itself too.
 */
static bool live_is_in_first_user_namespace(void)
{
	static const uint64_t first = 0xEFFFFFFD;
	struct stat st;

	return !live_stat_user_namespace(&st) || st.st_ino == first;
}

enum kernel_standing kernel_live_capability(struct kernel *kernel, enum kernel_capability which)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	(void)kernel;
	if (syscall(SYS_capget, &header, data) ||
	    !(data[which / 32].effective & (UINT32_C(1) << (which % 32))))
		return KERNEL_CAP_MISSING;
	return live_is_in_first_user_namespace() ? KERNEL_CAP_HELD : KERNEL_CAP_IN_NAMESPACE;
}
