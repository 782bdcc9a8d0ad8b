/* SPDX-License-Identifier: BSD-2-Clause */
/* The door to the running kernel. */
#include "kernel_live.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "libbpf_log.h"

_Static_assert(sizeof(struct kernel_attach) == 32, "as bpf(2) has it");
_Static_assert(sizeof(struct kernel_query) == 64, "as bpf(2) has it");
_Static_assert(sizeof(struct kernel_link_create) == 32, "as bpf(2) has it");

enum { LOAD_LINK_CREATE = 28, LOAD_LINK_UPDATE = 29, LOAD_LINK_DETACH = 34 };

/*
 * The structs of kernel.h have the very layout of their part of union bpf_attr, so a call is one
 * system call and nothing else; libbpf's wrappers of this age know no revisions.
 */
static int bpf(int command, const void *attr, size_t size)
{
	long result = syscall(__NR_bpf, command, attr, size);

	return result < 0 ? -errno : (int)result;
}

static int live_attach(struct kernel *kernel, const struct kernel_attach *request)
{
	(void)kernel;
	return bpf(BPF_PROG_ATTACH, request, sizeof(*request));
}

static int live_detach(struct kernel *kernel, const struct kernel_attach *request)
{
	(void)kernel;
	return bpf(BPF_PROG_DETACH, request, sizeof(*request));
}

static int live_query(struct kernel *kernel, struct kernel_query *request)
{
	(void)kernel;
	request->revision = 0;
	return bpf(BPF_PROG_QUERY, request, sizeof(*request));
}

static int live_link_create(struct kernel *kernel, const struct kernel_link_create *request)
{
	(void)kernel;
	return bpf(LOAD_LINK_CREATE, request, sizeof(*request));
}

static int live_link_update(struct kernel *kernel, const struct kernel_link_update *request)
{
	(void)kernel;
	return bpf(LOAD_LINK_UPDATE, request, sizeof(*request));
}

static int live_link_detach(struct kernel *kernel, int fd)
{
	uint32_t attr = fd;

	(void)kernel;
	return bpf(LOAD_LINK_DETACH, &attr, sizeof(attr));
}

static int live_load(struct kernel *kernel, const struct kernel_load *request)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = (enum bpf_attach_type)request->expected_attach_type);
	struct libbpf_log quiet;
	int fd;

	(void)kernel;
	libbpf_log_begin(&quiet);
	fd = bpf_prog_load((enum bpf_prog_type)request->type, request->name, "BSD",
			   request->instructions, request->instruction_count, &opts);
	free(libbpf_log_end(&quiet));
	return fd;
}

/* Room for what the verifier says of one program. */
enum { VERIFIER_LOG_SIZE = 256 * 1024 };

/* libbpf's own lines, then the verifier's; either alone when the other is empty. */
static char *join_logs(char *lines, char *verifier)
{
	size_t length;
	char *joined;

	if (!lines || !*lines || !*verifier) {
		char *kept = lines && *lines ? lines : verifier;

		free(kept == lines ? verifier : lines);
		return kept;
	}
	length = strlen(lines) + strlen(verifier) + 1;
	joined = realloc(lines, length);
	if (!joined) {
		free(lines);
		return verifier;
	}
	strcat(joined, verifier);
	free(verifier);
	return joined;
}

static int live_load_object(struct kernel *kernel, struct bpf_object *object,
			    struct bpf_program *program, struct kernel_load_log *log)
{
	char *verifier = calloc(1, VERIFIER_LOG_SIZE);
	struct libbpf_log lines;
	char *text;
	int err;

	*log = (struct kernel_load_log){ 0 };
	if (!verifier)
		return -ENOMEM;
	bpf_program__set_log_buf(program, verifier, VERIFIER_LOG_SIZE);
	libbpf_log_begin(&lines);
	err = bpf_object__load(object);
	text = libbpf_log_end(&lines);
	bpf_program__set_log_buf(program, NULL, 0);
	if (err) {
		log->verifier = *verifier || (text && strstr(text, "BPF program load failed"));
		log->text = join_logs(text, verifier);
		return err;
	}
	free(text);
	free(verifier);
	return kernel_live_dup(kernel, bpf_program__fd(program));
}

static int live_program_by_id(struct kernel *kernel, uint32_t id)
{
	(void)kernel;
	return bpf_prog_get_fd_by_id(id);
}

static int live_link_by_id(struct kernel *kernel, uint32_t id)
{
	(void)kernel;
	return bpf_link_get_fd_by_id(id);
}

static int live_map_by_id(struct kernel *kernel, uint32_t id)
{
	(void)kernel;
	return bpf_map_get_fd_by_id(id);
}

static int live_next_link(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	(void)kernel;
	return bpf_link_get_next_id(id, next);
}

/* The kernel tells the time of loading since boot; the wall clock moves, so ask it now. */
static int64_t since_1970(uint64_t ns_since_boot)
{
	struct timespec wall, boot;

	if (clock_gettime(CLOCK_REALTIME, &wall) || clock_gettime(CLOCK_BOOTTIME, &boot))
		return 0;
	return wall.tv_sec - boot.tv_sec + (int64_t)(ns_since_boot / 1000000000) +
	       (wall.tv_nsec < boot.tv_nsec ? -1 : 0);
}

static int live_program_info(struct kernel *kernel, int fd, struct kernel_program *out)
{
	struct bpf_prog_info info = { .nr_map_ids = KERNEL_MAPS_MAX };
	uint32_t size = sizeof(info);
	int err;

	(void)kernel;
	memset(out, 0, sizeof(*out));
	info.map_ids = (uintptr_t)out->map_ids;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (err)
		return err;
	out->id = info.id;
	out->type = info.type;
	memcpy(out->name, info.name, sizeof(out->name) - 1);
	memcpy(out->tag, info.tag, sizeof(out->tag));
	out->loaded_at = since_1970(info.load_time);
	out->uid = info.created_by_uid;
	out->btf_id = info.btf_id;
	out->map_count = info.nr_map_ids < KERNEL_MAPS_MAX ? info.nr_map_ids : KERNEL_MAPS_MAX;
	out->run_count = info.run_cnt;
	out->run_time_ns = info.run_time_ns;
	return 0;
}

static int live_link_info(struct kernel *kernel, int fd, struct kernel_link *out)
{
	struct bpf_link_info info = { 0 };
	uint32_t size = sizeof(info);
	int err;

	(void)kernel;
	memset(out, 0, sizeof(*out));
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
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

static int live_map_info(struct kernel *kernel, int fd, struct kernel_map *out)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	int err;

	(void)kernel;
	memset(out, 0, sizeof(*out));
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (err)
		return err;
	out->id = info.id;
	memcpy(out->name, info.name, sizeof(out->name) - 1);
	return 0;
}

/* The first function of a program is the one it is named after. */
static int live_program_full_name(struct kernel *kernel, int fd, char *name, size_t size)
{
	struct bpf_func_info function = { 0 };
	struct bpf_prog_info info = { 0 };
	uint32_t info_size = sizeof(info);
	const struct btf_type *type;
	const char *found = NULL;
	struct libbpf_log quiet;
	struct btf *btf;
	int err;

	(void)kernel;
	info.nr_func_info = 1;
	info.func_info_rec_size = sizeof(function);
	info.func_info = (uintptr_t)&function;
	err = bpf_obj_get_info_by_fd(fd, &info, &info_size);
	if (err)
		return err;
	if (!info.btf_id || !info.nr_func_info)
		return -ENOENT;
	libbpf_log_begin(&quiet);
	btf = btf__load_from_kernel_by_id(info.btf_id);
	free(libbpf_log_end(&quiet));
	if (!btf)
		return -errno;
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

static int live_pin_open(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return bpf_obj_get(path);
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
	.load = live_load,
	.load_object = live_load_object,
	.program_by_id = live_program_by_id,
	.link_by_id = live_link_by_id,
	.map_by_id = live_map_by_id,
	.next_link = live_next_link,
	.program_info = live_program_info,
	.link_info = live_link_info,
	.map_info = live_map_info,
	.program_full_name = live_program_full_name,
	.pin_open = live_pin_open,
	.kind = kernel_live_kind,
	.dup = kernel_live_dup,
	.close = kernel_live_close,
	.cgroup_open = kernel_live_cgroup_open,
	.cgroup_parent = kernel_live_cgroup_parent,
	.cgroup_id = kernel_live_cgroup_id,
	.cgroup_path = kernel_live_cgroup_path,
	.cgroup_children = kernel_live_cgroup_children,
	.capability = kernel_live_capability,
	.cgroup_mount = kernel_live_cgroup_mount,
	.bpffs_mount = kernel_live_bpffs_mount,
	.is_bpffs = kernel_live_is_bpffs,
	.free = live_free,
};

struct kernel *kernel_live(void)
{
	static struct kernel live = { &live_ops };

	return &live;
}
