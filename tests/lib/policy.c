/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy.h"

#include "privilege.h"

#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define ALL_COMMANDS UINT32_MAX

const struct policy_command policy_commands[] = {
	{ 0, "BPF_MAP_CREATE" },
	{ 1, "BPF_MAP_LOOKUP_ELEM" },
	{ 2, "BPF_MAP_UPDATE_ELEM" },
	{ 4, "BPF_MAP_GET_NEXT_KEY" },
	{ 5, "BPF_PROG_LOAD" },
	{ 6, "BPF_OBJ_PIN" },
	{ 7, "BPF_OBJ_GET" },
	{ 8, "BPF_PROG_ATTACH" },
	{ 9, "BPF_PROG_DETACH" },
	{ 11, "BPF_PROG_GET_NEXT_ID" },
	{ 13, "BPF_PROG_GET_FD_BY_ID" },
	{ 14, "BPF_MAP_GET_FD_BY_ID" },
	{ 15, "BPF_OBJ_GET_INFO_BY_FD" },
	{ 16, "BPF_PROG_QUERY" },
	{ 18, "BPF_BTF_LOAD" },
	{ 19, "BPF_BTF_GET_FD_BY_ID" },
	{ 22, "BPF_MAP_FREEZE" },
	{ 28, "BPF_LINK_CREATE" },
	{ 29, "BPF_LINK_UPDATE" },
	{ 30, "BPF_LINK_GET_FD_BY_ID" },
	{ 31, "BPF_LINK_GET_NEXT_ID" },
	{ 34, "BPF_LINK_DETACH" },
	{ 0, NULL },
};

const char *policy_command_name(unsigned number)
{
	for (const struct policy_command *each = policy_commands; each->name; each++)
		if (each->number == number)
			return each->name;
	return "";
}

/* The low half of the first argument, wherever this machine has it. */
static uint32_t offset_of_command(void)
{
	return (uint32_t)offsetof(struct seccomp_data, args) +
	       (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0);
}

/* Argument: the command in the upper half, the errno in the lower. */
static bool install(uint64_t argument)
{
	const uint32_t command = (uint32_t)(argument >> 32), errnum = (uint32_t)argument;
	const uint32_t first = command == ALL_COMMANDS ? 0 : command;
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset_of_command()),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 1),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, command, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | errnum),
	};
	const struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

void under_policy(unsigned command, int errnum, void (*part)(void))
{
	privilege_run(install, (uint64_t)command << 32 | (uint32_t)errnum, part);
}

void under_policy_for_all(int errnum, void (*part)(void))
{
	privilege_run(install, (uint64_t)ALL_COMMANDS << 32 | (uint32_t)errnum, part);
}
