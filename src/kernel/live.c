/* SPDX-License-Identifier: BSD-2-Clause */
/* The backend of the running kernel: its table of operations, and those that are bpf(2) calls. */
#include "kernel/live.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/libbpf_log.h"

_Static_assert(sizeof(struct kernel_attach) == 32, "as bpf(2) has it");
_Static_assert(sizeof(struct kernel_query) == 64, "as bpf(2) has it");
_Static_assert(sizeof(struct kernel_link_create) == 32, "as bpf(2) has it");

enum { LOAD_LINK_CREATE = 28, LOAD_LINK_UPDATE = 29, LOAD_LINK_DETACH = 34 };

/*
 * The structs of kernel.h have the layout of their part of union bpf_attr, so each operation is one
 * system call. The wrappers of older libbpf versions have no revision.
 */
static int live_bpf(int command, const void *attr, size_t size)
{
	long result = syscall(__NR_bpf, command, attr, size);

	return result < 0 ? -errno : (int)result;
}

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

/*
 * The verifier gives up with EAGAIN while a signal is pending; under a timer a long verification
 * would never end. Not blocked are the signals of faults, and those that ask the process to end.
 */
static void live_block_signals(sigset_t *before)
{
	static const int not_blocked[] = { SIGSEGV, SIGBUS, SIGFPE,  SIGILL,  SIGTRAP, SIGSYS,
					   SIGABRT, SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	sigset_t block;

	sigfillset(&block);
	for (size_t i = 0; i < sizeof(not_blocked) / sizeof(not_blocked[0]); i++)
		sigdelset(&block, not_blocked[i]);
	pthread_sigmask(SIG_BLOCK, &block, before);
}

static void live_restore_signals(const sigset_t *before)
{
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

/*
 * Not by libbpf, which probes the kernel's features at its first load and caches the answers for
 * the life of the process: a load that is rejected for want of privilege would cost all later
 * programs their names.
 */
static int live_load(struct kernel *kernel, const struct kernel_load *request)
{
	union bpf_attr attr;
	sigset_t before;
	int fd;

	(void)kernel;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = request->type;
	attr.insn_cnt = (uint32_t)request->instruction_count;
	attr.insns = (uintptr_t)request->instructions;
	attr.license = (uintptr_t) "BSD";
	attr.expected_attach_type = request->expected_attach_type;
	strncpy(attr.prog_name, request->name, sizeof(attr.prog_name) - 1);
	live_block_signals(&before);
	fd = live_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	live_restore_signals(&before);
	return live_new_fd(fd);
}

/* Sufficient for the verifier's log of one program. */
enum { VERIFIER_LOG_SIZE = 256 * 1024 };

/* Joins libbpf's lines and the verifier's; either may be empty. */
static char *live_join_logs(char *lines, char *verifier)
{
	size_t length;
	char *joined;

	if (!lines || !*lines || !*verifier) {
		char *only = lines && *lines ? lines : verifier;

		free(only == lines ? verifier : lines);
		return only;
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

static int live_use_maps(struct kernel_object_map *maps, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count; i++) {
		maps[i].made = -1;
		if (!err && maps[i].use >= 0)
			err = bpf_map__reuse_fd(maps[i].map, maps[i].use);
	}
	return err;
}

/* Duplicates the descriptors of the program and of the new maps: all or none. */
static int live_give_descriptors(struct kernel *kernel, const struct bpf_program *program,
				 struct kernel_object_map *maps, size_t count)
{
	int fd = kernel_live_dup(kernel, bpf_program__fd(program)), err = fd < 0 ? fd : 0;

	for (size_t i = 0; !err && i < count; i++) {
		if (maps[i].use >= 0 || bpf_map__fd(maps[i].map) < 0)
			continue;
		maps[i].made = kernel_live_dup(kernel, bpf_map__fd(maps[i].map));
		err = maps[i].made < 0 ? maps[i].made : 0;
	}
	if (!err)
		return fd;
	for (size_t i = 0; i < count; i++) {
		if (maps[i].made >= 0)
			kernel_live_close(kernel, maps[i].made);
		maps[i].made = -1;
	}
	if (fd >= 0)
		kernel_live_close(kernel, fd);
	return err;
}

static int live_load_object(struct kernel *kernel, struct bpf_object *object,
			    struct bpf_program *program, struct kernel_object_map *maps,
			    size_t count, struct kernel_load_log *log)
{
	char *verifier = calloc(1, VERIFIER_LOG_SIZE);
	struct libbpf_log lines;
	sigset_t before;
	char *text;
	int err;

	*log = (struct kernel_load_log){ 0 };
	if (!verifier)
		return -ENOMEM;
	bpf_program__set_log_buf(program, verifier, VERIFIER_LOG_SIZE);
	libbpf_log_begin(&lines);
	err = live_use_maps(maps, count);
	if (!err) {
		live_block_signals(&before);
		err = bpf_object__load(object);
		live_restore_signals(&before);
	}
	text = libbpf_log_end(&lines);
	bpf_program__set_log_buf(program, NULL, 0);
	if (err) {
		log->verifier = *verifier || (text && strstr(text, "BPF program load failed"));
		log->text = live_join_logs(text, verifier);
		return err;
	}
	free(text);
	free(verifier);
	return live_give_descriptors(kernel, program, maps, count);
}

static int live_program_by_id(struct kernel *kernel, uint32_t id)
{
	(void)kernel;
	return live_new_fd(bpf_prog_get_fd_by_id(id));
}

static int live_link_by_id(struct kernel *kernel, uint32_t id)
{
	(void)kernel;
	return live_new_fd(bpf_link_get_fd_by_id(id));
}

static int live_map_by_id(struct kernel *kernel, uint32_t id)
{
	(void)kernel;
	return live_new_fd(bpf_map_get_fd_by_id(id));
}

static int live_next_program(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	(void)kernel;
	return bpf_prog_get_next_id(id, next);
}

static int live_next_link(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	(void)kernel;
	return bpf_link_get_next_id(id, next);
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
	.next_program = live_next_program,
	.next_link = live_next_link,
	.program_info = kernel_live_program_info,
	.link_info = kernel_live_link_info,
	.map_info = kernel_live_map_info,
	.map_lookup = kernel_live_map_lookup,
	.btf_by_id = kernel_live_btf_by_id,
	.program_full_name = kernel_live_program_full_name,
	.pin_open = kernel_live_pin_open,
	.pin = kernel_live_pin,
	.unpin = kernel_live_unpin,
	.pin_move = kernel_live_pin_move,
	.pin_lock = kernel_live_pin_lock,
	.pin_unlock = kernel_live_pin_unlock,
	.pin_names = kernel_live_pin_names,
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
	.cgroup_children = kernel_live_cgroup_children,
	.capability = kernel_live_capability,
	.cgroup_mount = kernel_live_cgroup_mount,
	.cgroup_own = kernel_live_cgroup_own,
	.bpffs_mount = kernel_live_bpffs_mount,
	.is_bpffs = kernel_live_is_bpffs,
	.free = live_free,
};

struct kernel *kernel_live(void)
{
	static struct kernel live = { &live_ops };

	return &live;
}
