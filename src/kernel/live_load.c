/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads programs: a few instructions by bpf(2), an object by libbpf. libbpf probes the kernel's
 * features when it first needs them, and caches the answers for the life of the process, also one
 * that only says that a descriptor or a privilege was missing.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/libbpf_log.h"
#include "kernel/live.h"

enum {
	ATTEMPTS = 5,                  /* to load a few instructions, as libbpf makes them */
	VERIFIER_LOG_SIZE = 256 * 1024 /* sufficient for one program */
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
	err = live_load_check_ahead(kernel, object, program, maps, count);
	if (err) {
		log->ahead = true;
		return err;
	}
	err = live_load_by_libbpf(object, maps, count, log);
	denied = live_load_denied(object, log, err);
	if (denied) {
		log->denied = true;
		return denied;
	}
	if (!err)
		log->lacks = live_load_lacks(object, program, maps, count);
	else if (live_load_lacks_globals(maps, count))
		log->lacks = "global variables";
	else if (err == -EINVAL && !log->verifier)
		log->unknown_type = live_load_unknown_type(maps, count);
	if (log->lacks)
		return err ? err : -EOPNOTSUPP;
	if (err)
		return err;
	free(log->libbpf);
	free(log->verifier);
	*log = (struct kernel_load_log){ 0 };
	return live_give_descriptors(kernel, program, maps, count);
}
