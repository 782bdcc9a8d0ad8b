/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command of bpf(2) that a policy may have denied: SELinux answers EACCES, seccomp any errno,
 * often ENOSYS, and both per command.
 */
#include "kernel/live.h"

#include <linux/bpf.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>

/* Newer than some headers. */
enum { DENIED_LINK_CREATE = 28, DENIED_LINK_UPDATE = 29, DENIED_LINK_DETACH = 34 };

static const char *const denied_names[] = {
	[BPF_MAP_CREATE] = "BPF_MAP_CREATE",
	[BPF_MAP_LOOKUP_ELEM] = "BPF_MAP_LOOKUP_ELEM",
	[BPF_MAP_UPDATE_ELEM] = "BPF_MAP_UPDATE_ELEM",
	[BPF_MAP_GET_NEXT_KEY] = "BPF_MAP_GET_NEXT_KEY",
	[BPF_PROG_LOAD] = "BPF_PROG_LOAD",
	[BPF_OBJ_PIN] = "BPF_OBJ_PIN",
	[BPF_OBJ_GET] = "BPF_OBJ_GET",
	[BPF_PROG_ATTACH] = "BPF_PROG_ATTACH",
	[BPF_PROG_DETACH] = "BPF_PROG_DETACH",
	[BPF_PROG_GET_NEXT_ID] = "BPF_PROG_GET_NEXT_ID",
	[BPF_PROG_GET_FD_BY_ID] = "BPF_PROG_GET_FD_BY_ID",
	[BPF_MAP_GET_FD_BY_ID] = "BPF_MAP_GET_FD_BY_ID",
	[BPF_OBJ_GET_INFO_BY_FD] = "BPF_OBJ_GET_INFO_BY_FD",
	[BPF_PROG_QUERY] = "BPF_PROG_QUERY",
	[BPF_BTF_LOAD] = "BPF_BTF_LOAD",
	[BPF_BTF_GET_FD_BY_ID] = "BPF_BTF_GET_FD_BY_ID",
	[BPF_MAP_FREEZE] = "BPF_MAP_FREEZE",
	[DENIED_LINK_CREATE] = "BPF_LINK_CREATE",
	[DENIED_LINK_UPDATE] = "BPF_LINK_UPDATE",
	[BPF_LINK_GET_FD_BY_ID] = "BPF_LINK_GET_FD_BY_ID",
	[BPF_LINK_GET_NEXT_ID] = "BPF_LINK_GET_NEXT_ID",
	[DENIED_LINK_DETACH] = "BPF_LINK_DETACH",
};

static _Thread_local struct {
	int command;
	int errnum; /* 0: none */
} denied_last;

static bool denied_is_policy(int err)
{
	return err == -EPERM || err == -EACCES || err == -ENOSYS;
}

int live_note(int command, int result)
{
	if (denied_is_policy(result)) {
		denied_last.command = command;
		denied_last.errnum = -result;
	}
	return result;
}

const char *kernel_live_denied(struct kernel *kernel, int errnum)
{
	size_t count = sizeof(denied_names) / sizeof(*denied_names);

	(void)kernel;
	if (!denied_last.errnum || (errnum && denied_last.errnum != errnum) ||
	    (size_t)denied_last.command >= count)
		return NULL;
	return denied_names[denied_last.command];
}

bool kernel_live_is_filtered(struct kernel *kernel)
{
	(void)kernel;
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER;
}

/*
 * The commands that libbpf makes in a load, in its order, with arguments that the kernel rejects
 * otherwise: descriptors of nothing, maps of no type.
 */
int live_ask_load_policy(void)
{
	static const int commands[] = { BPF_MAP_CREATE, BPF_MAP_UPDATE_ELEM,    BPF_MAP_FREEZE,
					BPF_BTF_LOAD,   BPF_OBJ_GET_INFO_BY_FD, BPF_PROG_LOAD };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		int err;

		/* the first field is a descriptor, or a type */
		attr.map_fd = commands[i] == BPF_PROG_LOAD ? BPF_PROG_TYPE_CGROUP_SKB : UINT32_MAX;
		if (commands[i] == BPF_BTF_LOAD)
			attr.map_fd = 0;
		err = live_bpf(commands[i], &attr, sizeof(attr));
		if (denied_is_policy(err))
			return err;
	}
	return 0;
}
