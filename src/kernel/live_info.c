/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs, links and maps, as the running kernel describes them. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/live.h"
#include "kernel/kernel_btf.h"

/* Clears out and reads an info struct of the kernel. */
static int live_info(int fd, void *info, uint32_t info_size, void *out, size_t size)
{
	memset(out, 0, size);
	return live_note(BPF_OBJ_GET_INFO_BY_FD, bpf_obj_get_info_by_fd(fd, info, &info_size));
}

/* The kernel returns the load time since boot. The wall clock can be set, so it is read now. */
static int64_t live_since_1970(uint64_t ns_since_boot)
{
	static const int64_t SECOND = 1000000000;
	struct timespec wall, boot;

	if (clock_gettime(CLOCK_BOOTTIME, &boot) || clock_gettime(CLOCK_REALTIME, &wall))
		return 0;
	return ((wall.tv_sec - boot.tv_sec) * SECOND + wall.tv_nsec - boot.tv_nsec +
		(int64_t)ns_since_boot) /
	       SECOND;
}

int kernel_live_program_info(struct kernel *kernel, int fd, struct kernel_program *out)
{
	struct bpf_prog_info info = {
		.nr_map_ids = KERNEL_MAPS_MAX,
		.map_ids = (uintptr_t)out->map_ids,
	};
	int err = live_info(fd, &info, sizeof(info), out, sizeof(*out));

	(void)kernel;
	if (err)
		return err;
	out->id = info.id;
	out->type = info.type;
	memcpy(out->name, info.name, sizeof(out->name) - 1);
	memcpy(out->tag, info.tag, sizeof(out->tag));
	out->loaded_at = live_since_1970(info.load_time);
	out->uid = info.created_by_uid;
	out->btf_id = info.btf_id;
	out->map_count = info.nr_map_ids < KERNEL_MAPS_MAX ? info.nr_map_ids : KERNEL_MAPS_MAX;
	out->run_count = info.run_cnt;
	out->run_time_ns = info.run_time_ns;
	return 0;
}

int kernel_live_link_info(struct kernel *kernel, int fd, struct kernel_link *out)
{
	struct bpf_link_info info = { 0 };
	int err = live_info(fd, &info, sizeof(info), out, sizeof(*out));

	(void)kernel;
	if (err)
		return err;
	out->id = info.id;
	out->program_id = info.prog_id;
	out->of_cgroup = info.type == BPF_LINK_TYPE_CGROUP;
	if (out->of_cgroup) {
		out->attach_type = info.cgroup.attach_type;
		out->cgroup_id = info.cgroup.cgroup_id;
	}
	return 0;
}

int kernel_live_map_info(struct kernel *kernel, int fd, struct kernel_map *out)
{
	struct bpf_map_info info = { 0 };
	int err = live_info(fd, &info, sizeof(info), out, sizeof(*out));

	(void)kernel;
	if (err)
		return err;
	out->id = info.id;
	memcpy(out->name, info.name, sizeof(out->name) - 1);
	out->type = info.type;
	out->key_size = info.key_size;
	out->value_size = info.value_size;
	out->max_entries = info.max_entries;
	out->flags = info.map_flags;
	out->btf_id = info.btf_id;
	out->btf_key_type_id = info.btf_key_type_id;
	out->btf_value_type_id = info.btf_value_type_id;
	return 0;
}

int kernel_live_map_lookup(struct kernel *kernel, int fd, const void *key, void *value)
{
	(void)kernel;
	return live_note(BPF_MAP_LOOKUP_ELEM, bpf_map_lookup_elem(fd, key, value));
}

int kernel_live_map_next_key(struct kernel *kernel, int fd, const void *key, void *next)
{
	(void)kernel;
	return live_note(BPF_MAP_GET_NEXT_KEY, bpf_map_get_next_key(fd, key, next));
}

int kernel_live_btf_bytes(struct kernel *kernel, uint32_t id, void *out, uint32_t capacity,
			  uint32_t *size)
{
	struct bpf_btf_info info = { .btf = (uintptr_t)out, .btf_size = capacity };
	int err, fd = live_note(BPF_BTF_GET_FD_BY_ID, bpf_btf_get_fd_by_id(id));
	uint32_t info_size = sizeof(info);

	(void)kernel;
	if (fd < 0)
		return fd;
	err = live_note(BPF_OBJ_GET_INFO_BY_FD, bpf_obj_get_info_by_fd(fd, &info, &info_size));
	*size = info.btf_size;
	close(fd);
	return err;
}

/* A program is named after its first function. */
int kernel_live_program_full_name(struct kernel *kernel, int fd, char *name, size_t size)
{
	struct bpf_func_info function = { 0 };
	struct bpf_prog_info info = { 0 };
	uint32_t info_size = sizeof(info);
	const struct btf_type *type;
	const char *found = NULL;
	struct btf *btf;
	int err;

	info.nr_func_info = 1;
	info.func_info_rec_size = sizeof(function);
	info.func_info = (uintptr_t)&function;
	err = live_note(BPF_OBJ_GET_INFO_BY_FD, bpf_obj_get_info_by_fd(fd, &info, &info_size));
	if (err)
		return err;
	if (!info.btf_id || !info.nr_func_info)
		return -ENOENT;
	err = kernel_btf_read(&btf, kernel, info.btf_id);
	if (err)
		return err;
	type = btf__type_by_id(btf, function.type_id);
	if (type)
		found = btf__name_by_offset(btf, type->name_off);
	if (found && *found)
		snprintf(name, size, "%s", found);
	else
		err = -ENOENT;
	btf__free(btf);
	return err;
}
