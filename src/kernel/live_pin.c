/* SPDX-License-Identifier: BSD-2-Clause */
/* Pins of the running kernel. */
#include "kernel/live.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"

int kernel_live_pin_open(struct kernel *kernel, const char *path)
{
	int fd = live_note(BPF_OBJ_GET, bpf_obj_get(path));

	(void)kernel;
	return fd < 0 ? fd : fd_above_stdio(fd);
}

int kernel_live_pin(struct kernel *kernel, int fd, const char *path)
{
	(void)kernel;
	return live_note(BPF_OBJ_PIN, bpf_obj_pin(fd, path));
}

int kernel_live_unpin(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return unlink(path) < 0 ? -errno : 0;
}

/* The system call, since older versions of musl have no function for it. */
int kernel_live_pin_move(struct kernel *kernel, const char *from, const char *to,
			 enum kernel_pin_move how)
{
	static const unsigned flags[] = {
		[KERNEL_PIN_REPLACE] = 0,
		[KERNEL_PIN_NOREPLACE] = 1 << 0, /* RENAME_NOREPLACE */
		[KERNEL_PIN_EXCHANGE] = 1 << 1,  /* RENAME_EXCHANGE */
	};
	long err = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags[how]);

	(void)kernel;
	return err < 0 ? -errno : 0;
}
