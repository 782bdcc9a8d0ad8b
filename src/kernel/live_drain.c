/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waits until no CPU is inside a program any more. The kernel has no call for this, but an update
 * of a map of maps returns only after all programs that might still use the old entry have ended.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/live.h"
#include "base/libbpf_log.h"

/* Puts a map into a map of maps: the writer waits for all programs that run meanwhile. */
static int live_wait_by_map(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	uint32_t slot = 0, inner_fd;
	int inner, outer, err;

	inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, sizeof(slot), sizeof(slot), 1, NULL);
	if (inner < 0)
		return inner;
	opts.inner_map_fd = inner;
	outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, NULL, sizeof(slot), sizeof(inner_fd), 1,
			       &opts);
	if (outer < 0) {
		close(inner);
		return outer;
	}
	inner_fd = inner;
	err = bpf_map_update_elem(outer, &slot, &inner_fd, BPF_ANY);
	close(outer);
	close(inner);
	return err;
}

/*
 * On a machine with one CPU membarrier returns at once, although a preempted program may still be
 * running. With ticks disabled the kernel rejects the call.
 */
static int live_wait_by_barrier(void)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return -EOPNOTSUPP;
	return syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0 ? -errno : 0;
}

int kernel_live_drain(struct kernel *kernel)
{
	struct libbpf_log quiet;
	int err;

	(void)kernel;
	libbpf_log_begin(&quiet);
	err = live_wait_by_map();
	free(libbpf_log_end(&quiet));
	return err && live_wait_by_barrier() ? err : 0;
}
