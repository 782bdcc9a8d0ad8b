/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads programs: a few instructions by bpf(2), an object by libbpf. libbpf probes the kernel's
 * features when it first needs them, and caches the answers for the life of the process, also one
 * that only says that a descriptor or a privilege was missing.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/libbpf_log.h"
#include "kernel/capability.h"
#include "kernel/live.h"

enum {
	ATTEMPTS = 5,                   /* to load a few instructions, as libbpf makes them */
	VERIFIER_LOG_SIZE = 256 * 1024, /* sufficient for one program */
	FDS_FOR_PROBES = 6,             /* libbpf's own: BTF, a probe's map and program, a file */
	MOST_POLLED = 256               /* an object with more maps and programs is rare */
};

/*
 * The verifier gives up with EAGAIN while a signal is pending; under a timer a long verification
 * would never end. Not blocked are the signals of faults, and those that ask the process to end:
 * they do not wait for the verifier. If such a signal has a handler that returns, libbpf tries
 * again.
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

/* Not by libbpf, which would probe the kernel for this. */
int kernel_live_load(struct kernel *kernel, const struct kernel_load *request)
{
	union bpf_attr attr;
	int fd = -EAGAIN;
	sigset_t before;

	(void)kernel;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = request->type;
	attr.insn_cnt = (uint32_t)request->instruction_count;
	attr.insns = (uintptr_t)request->instructions;
	attr.license = (uintptr_t) "BSD";
	attr.expected_attach_type = request->expected_attach_type;
	strncpy(attr.prog_name, request->name, sizeof(attr.prog_name) - 1);
	/* without instructions the verifier does not run */
	if (attr.insn_cnt)
		live_block_signals(&before);
	for (int i = 0; i < ATTEMPTS && fd == -EAGAIN; i++)
		fd = live_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (attr.insn_cnt)
		live_restore_signals(&before);
	return fd < 0 ? fd : fd_above_stdio(fd);
}

/* ---- before libbpf is called ----------------------------------------------------------------- */

/* True if the highest numbers below the limit are free, as they nearly always are. */
static bool live_highest_are_free(size_t count)
{
	struct pollfd fds[MOST_POLLED];
	struct rlimit limit;

	if (count > MOST_POLLED || getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur <= count ||
	    limit.rlim_cur > INT_MAX)
		return false;
	for (size_t i = 0; i < count; i++)
		fds[i] = (struct pollfd){ .fd = (int)(limit.rlim_cur - 1 - i) };
	if (poll(fds, count, 0) != (int)count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (fds[i].revents != POLLNVAL)
			return false;
	return true;
}

/* Opens as many descriptors as the load may need, and closes them. */
static int live_open_descriptors(size_t count)
{
	int one, *fds = count > 1 ? calloc(count, sizeof(*fds)) : &one;
	int err = 0;
	size_t made;

	if (!fds)
		return -ENOMEM;
	for (made = 0; made < count; made++) {
		fds[made] = made ? fcntl(fds[0], F_DUPFD_CLOEXEC, 0)
				 : open("/", O_PATH | O_CLOEXEC);
		if (fds[made] < 0) {
			err = -errno;
			break;
		}
	}
	while (made > 0)
		close(fds[--made]);
	if (fds != &one)
		free(fds);
	return err;
}

/* One is opened in any case: the system may have no more files. */
static int live_check_descriptors(size_t count)
{
	return live_open_descriptors(live_highest_are_free(count) ? 1 : count);
}

/*
 * The kernel checks the privilege for the type of the program before it rejects an instruction. If
 * no capability is missing, a policy may deny this type only, and libbpf's probes are not affected.
 */
static int live_check_privilege(struct kernel *kernel, const struct bpf_program *program)
{
	static const struct bpf_insn invalid;
	union bpf_attr attr;
	int err;

	/* cheaper than a load */
	if (!capability_missing(kernel, CAPABILITY_TO_LOAD) &&
	    !capability_missing(kernel, CAPABILITY_TO_QUERY))
		return 0;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = bpf_program__type(program);
	attr.expected_attach_type = bpf_program__expected_attach_type(program);
	attr.insn_cnt = 1;
	attr.insns = (uintptr_t)&invalid;
	attr.license = (uintptr_t) "GPL";
	err = live_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (err >= 0)
		close(err);
	return err == -EPERM || err == -EACCES ? err : 0;
}

static int live_check_ahead(struct kernel *kernel, const struct bpf_object *object,
			    const struct bpf_program *program, size_t maps)
{
	const struct bpf_program *each = NULL;
	size_t programs = 0;
	int err;

	while ((each = bpf_object__next_program(object, (struct bpf_program *)each)))
		programs += bpf_program__autoload(each);
	/* the maps and the program are duplicated while libbpf holds its own */
	err = live_check_descriptors(2 * maps + programs + 1 + FDS_FOR_PROBES);
	return err ? err : live_check_privilege(kernel, program);
}

/* ---- after libbpf was called ----------------------------------------------------------------- */

/* True if the kernel accepts BTF that libbpf has not loaded. */
static bool live_accepts_btf(const struct btf *btf)
{
	union bpf_attr attr;
	const void *bytes;
	uint32_t size;
	int fd;

	bytes = btf__raw_data(btf, &size);
	if (!bytes)
		return false;
	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes;
	attr.btf_size = size;
	fd = live_bpf(BPF_BTF_LOAD, &attr, sizeof(attr));
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* libbpf leaves out the maps of global variables if it believes that the kernel has none. */
static bool live_lacks_globals(const struct kernel_object_map *maps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!bpf_map__autocreate(maps[i].map))
			return true;
	return false;
}

/*
 * Returns the type of the first map that the kernel cannot have; 0: none. libbpf does not know the
 * newest types, and then cannot tell.
 */
static uint32_t live_unknown_type(const struct kernel_object_map *maps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum bpf_map_type type = bpf_map__type(maps[i].map);
		int known = maps[i].use < 0 ? libbpf_probe_bpf_map_type(type, NULL) : 1;

		if (known == 0 || (known < 0 && !libbpf_bpf_map_type_str(type)))
			return type;
	}
	return 0;
}

/* Reads the ids of the new maps too; *named: one of them has its name. */
static bool live_lacks_map_names(bool *named, struct kernel_object_map *maps, size_t count)
{
	struct bpf_map_info info;
	uint32_t size;

	for (size_t i = 0; i < count; i++) {
		if (maps[i].use >= 0 || bpf_map__fd(maps[i].map) < 0)
			continue;
		memset(&info, 0, sizeof(info));
		size = sizeof(info);
		if (bpf_obj_get_info_by_fd(bpf_map__fd(maps[i].map), &info, &size))
			continue;
		maps[i].made_id = info.id;
		if (!*info.name && *bpf_map__name(maps[i].map))
			return true;
		*named |= *info.name;
	}
	return false;
}

static bool live_lacks_program_name(const struct bpf_program *program)
{
	struct bpf_prog_info info;
	uint32_t size = sizeof(info);

	memset(&info, 0, sizeof(info));
	return !bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) && !*info.name;
}

/* Compares the loaded program and its maps with the object. Returns what is missing, or NULL. */
static const char *live_lacks(const struct bpf_object *object, const struct bpf_program *program,
			      struct kernel_object_map *maps, size_t count)
{
	const struct btf *btf = bpf_object__btf(object);
	bool named = false;

	if (live_lacks_globals(maps, count))
		return "global variables";
	/* libbpf names both or none, so one name will do */
	if (live_lacks_map_names(&named, maps, count) ||
	    (!named && live_lacks_program_name(program)))
		return "names of programs and maps";
	/*
	 * The kernel may have rejected the BTF, which libbpf does not take for a failure. A program
	 * without function names has no BTF, so its own does not tell.
	 */
	return btf && bpf_object__btf_fd(object) < 0 && live_accepts_btf(btf) ? "BTF" : NULL;
}

/*
 * Returns the errno of a policy that forbids part of a load, or 0. libbpf takes some of its answers
 * for a kernel that is old: it then loads without BTF or names, or says that the object is wrong.
 */
static int live_is_denied(const struct bpf_object *object, const struct kernel_load_log *log,
			  int err)
{
	bool without_btf = bpf_object__btf(object) && bpf_object__btf_fd(object) < 0;

	return log->verifier || (!err && !without_btf) ? 0 : live_ask_load_policy();
}

/* ---- the load -------------------------------------------------------------------------------- */

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

/* Duplicates the descriptors of the program and of the new maps that are asked for: all or none. */
static int live_give_descriptors(struct kernel *kernel, const struct bpf_program *program,
				 struct kernel_object_map *maps, size_t count)
{
	int fd = kernel_live_dup(kernel, bpf_program__fd(program)), err = fd < 0 ? fd : 0;

	for (size_t i = 0; !err && i < count; i++) {
		if (maps[i].use >= 0 || bpf_map__fd(maps[i].map) < 0)
			continue;
		if (!maps[i].hold && maps[i].made_id)
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

/* Each program that is loaded gets a log of its own, which shows the one that is rejected. */
static int live_set_logs(struct bpf_object *object)
{
	struct bpf_program *program = NULL;

	while ((program = bpf_object__next_program(object, program))) {
		char *log;

		if (!bpf_program__autoload(program))
			continue;
		/* not cleared: most loads write nothing */
		log = malloc(VERIFIER_LOG_SIZE);
		if (!log)
			return -ENOMEM;
		*log = '\0';
		bpf_program__set_log_buf(program, log, VERIFIER_LOG_SIZE);
	}
	return 0;
}

/* The verifier writes a log only if it rejects a program: libbpf then loads it a second time. */
static void live_take_logs(struct bpf_object *object, struct kernel_load_log *log)
{
	struct bpf_program *program = NULL;

	while ((program = bpf_object__next_program(object, program))) {
		size_t size;
		char *text = (char *)bpf_program__log_buf(program, &size);

		bpf_program__set_log_buf(program, NULL, 0);
		if (text && *text && !log->verifier) {
			log->verifier = text;
			log->refused = bpf_program__name(program);
		} else {
			free(text);
		}
	}
}

static int live_load_by_libbpf(struct bpf_object *object, struct kernel_object_map *maps,
			       size_t count, struct kernel_load_log *log)
{
	struct libbpf_log lines;
	sigset_t before;
	int err;

	libbpf_log_begin(&lines);
	err = live_set_logs(object);
	if (!err)
		err = live_use_maps(maps, count);
	if (!err) {
		live_block_signals(&before);
		err = bpf_object__load(object);
		live_restore_signals(&before);
	}
	log->libbpf = libbpf_log_end(&lines);
	memcpy(log->reason, lines.reason, sizeof(log->reason));
	live_take_logs(object, log);
	return err;
}

int kernel_live_load_object(struct kernel *kernel, struct bpf_object *object,
			    struct bpf_program *program, struct kernel_object_map *maps,
			    size_t count, struct kernel_load_log *log)
{
	int denied, err;

	*log = (struct kernel_load_log){ 0 };
	for (size_t i = 0; i < count; i++) {
		maps[i].made = -1;
		maps[i].made_id = 0;
	}
	err = live_check_ahead(kernel, object, program, count);
	if (err) {
		log->ahead = true;
		return err;
	}
	err = live_load_by_libbpf(object, maps, count, log);
	denied = live_is_denied(object, log, err);
	if (denied) {
		log->denied = true;
		return denied;
	}
	if (!err)
		log->lacks = live_lacks(object, program, maps, count);
	else if (live_lacks_globals(maps, count))
		log->lacks = "global variables";
	else if (err == -EINVAL && !log->verifier)
		log->unknown_type = live_unknown_type(maps, count);
	if (log->lacks)
		return err ? err : -EOPNOTSUPP;
	if (err)
		return err;
	free(log->libbpf);
	free(log->verifier);
	*log = (struct kernel_load_log){ 0 };
	return live_give_descriptors(kernel, program, maps, count);
}
