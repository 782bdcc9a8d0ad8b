/* SPDX-License-Identifier: BSD-2-Clause */
/* The backend of the running kernel: its table of operations, and those that are bpf(2) calls. */
#include "kernel/live.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"

_Static_assert(sizeof(struct kernel_attach) == 32, "as bpf(2) has it");
_Static_assert(sizeof(struct kernel_query) == 64, "as bpf(2) has it");
_Static_assert(sizeof(struct kernel_link_create) == 32, "as bpf(2) has it");

enum { LOAD_LINK_CREATE = 28, LOAD_LINK_UPDATE = 29, LOAD_LINK_DETACH = 34 };

/* For what returns a descriptor or a negative errno. */
static int live_new_fd(int result)
{
	return result < 0 ? result : fd_above_stdio(result);
}

static int live_attach(struct kernel *kernel, const struct kernel_attach *request)
{
	(void)kernel;
	return live_bpf(BPF_PROG_ATTACH, request, sizeof(*request));
}

static int live_detach(struct kernel *kernel, const struct kernel_attach *request)
{
	(void)kernel;
	return live_bpf(BPF_PROG_DETACH, request, sizeof(*request));
}

static int live_query(struct kernel *kernel, struct kernel_query *request)
{
	(void)kernel;
	request->revision = 0;
	return live_bpf(BPF_PROG_QUERY, request, sizeof(*request));
}

static int live_link_create(struct kernel *kernel, const struct kernel_link_create *request)
{
	(void)kernel;
	return live_new_fd(live_bpf(LOAD_LINK_CREATE, request, sizeof(*request)));
}

static int live_link_update(struct kernel *kernel, const struct kernel_link_update *request)
{
	(void)kernel;
	return live_bpf(LOAD_LINK_UPDATE, request, sizeof(*request));
}

static int live_link_detach(struct kernel *kernel, int fd)
{
	uint32_t attr = fd;

	(void)kernel;
	return live_bpf(LOAD_LINK_DETACH, &attr, sizeof(attr));
}

static int live_program_by_id(struct kernel *kernel, uint32_t id)
{
	(void)kernel;
	return live_new_fd(live_note(BPF_PROG_GET_FD_BY_ID, bpf_prog_get_fd_by_id(id)));
}

static int live_link_by_id(struct kernel *kernel, uint32_t id)
{
	(void)kernel;
	return live_new_fd(live_note(BPF_LINK_GET_FD_BY_ID, bpf_link_get_fd_by_id(id)));
}

static int live_map_by_id(struct kernel *kernel, uint32_t id)
{
	(void)kernel;
	return live_new_fd(live_note(BPF_MAP_GET_FD_BY_ID, bpf_map_get_fd_by_id(id)));
}

static int live_next_program(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	(void)kernel;
	return live_note(BPF_PROG_GET_NEXT_ID, bpf_prog_get_next_id(id, next));
}

static int live_next_link(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	(void)kernel;
	return live_note(BPF_LINK_GET_NEXT_ID, bpf_link_get_next_id(id, next));
}

static void live_free(struct kernel *kernel)
{
	(void)kernel;
}

static const struct kernel_ops live_ops = {
	.name = "live",
	.attach = live_attach,
	.detach = live_detach,
	.query = live_query,
	.link_create = live_link_create,
	.link_update = live_link_update,
	.link_detach = live_link_detach,
	.load = kernel_live_load,
	.load_object = kernel_live_load_object,
	.program_by_id = live_program_by_id,
	.link_by_id = live_link_by_id,
	.map_by_id = live_map_by_id,
	.next_program = live_next_program,
	.next_link = live_next_link,
	.program_info = kernel_live_program_info,
	.link_info = kernel_live_link_info,
	.map_info = kernel_live_map_info,
	.map_lookup = kernel_live_map_lookup,
	.map_next_key = kernel_live_map_next_key,
	.btf_bytes = kernel_live_btf_bytes,
	.program_full_name = kernel_live_program_full_name,
	.pin_open = kernel_live_pin_open,
	.pin = kernel_live_pin,
	.unpin = kernel_live_unpin,
	.pin_move = kernel_live_pin_move,
	.pin_lock = kernel_live_pin_lock,
	.pin_unlock = kernel_live_pin_unlock,
	.pin_access = kernel_live_pin_access,
	.pin_names = kernel_live_pin_names,
	.pin_directory_make = kernel_live_pin_directory_make,
	.pin_directory_remove = kernel_live_pin_directory_remove,
	.pin_list = kernel_live_pin_list,
	.drain = kernel_live_drain,
	.kind = kernel_live_kind,
	.dup = kernel_live_dup,
	.close = kernel_live_close,
	.cgroup_open = kernel_live_cgroup_open,
	.cgroup_open_mount = kernel_live_cgroup_open_mount,
	.cgroup_by_id = kernel_live_cgroup_by_id,
	.cgroup_parent = kernel_live_cgroup_parent,
	.cgroup_id = kernel_live_cgroup_id,
	.cgroup_path = kernel_live_cgroup_path,
	.cgroup_make = kernel_live_cgroup_make,
	.cgroup_remove = kernel_live_cgroup_remove,
	.cgroup_leftover = kernel_live_cgroup_leftover,
	.cgroup_children = kernel_live_cgroup_children,
	.capability = kernel_live_capability,
	.denied = kernel_live_denied,
	.is_filtered = kernel_live_is_filtered,
	.mounts = kernel_live_mounts,
	.cgroup_own = kernel_live_cgroup_own,
	.cgroup_is_root = kernel_live_cgroup_is_root,
	.bpffs_each = kernel_live_bpffs_each,
	.is_bpffs = kernel_live_is_bpffs,
	.bpffs_id = kernel_live_bpffs_id,
	.boot_id = kernel_live_boot_id,
	.memory = kernel_live_memory,
	.holder_each = kernel_live_holder_each,
	.sees_all_processes = kernel_live_sees_all_processes,
	.free = live_free,
};

struct kernel *kernel_live(void)
{
	static struct kernel live = { &live_ops };

	return &live;
}
