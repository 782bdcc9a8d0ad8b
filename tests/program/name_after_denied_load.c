/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process that lacks a capability at first, and has it later, loads programs with their names: the
 * library finds out what is missing without libbpf, which would remember the kernel's answer.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *object;

/* Keeps all capabilities, and makes them effective or not. */
static void set_effective(bool effective)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		_exit(2);
	for (int i = 0; i < 2; i++)
		data[i].effective = effective ? data[i].permitted : 0;
	if (syscall(SYS_capset, &header, data))
		_exit(2);
}

/* Returns 0 if the program has its name in the kernel. */
static int load_after_denial(void)
{
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };
	cgswap_session *session;
	cgswap_program *program;
	const char *name;

	if (cgswap_session_open(&session, NULL))
		return 3;
	set_effective(false);
	if (!cgswap_program_open(&program, session, object, &egress) ||
	    cgswap_error_get_status(cgswap_last_error()) != CGSWAP_E_PERMISSION)
		return 4;
	set_effective(true);
	if (cgswap_program_open(&program, session, object, &egress))
		return 5;
	name = cgswap_program_get_name(program);
	return *name ? 0 : 6;
}

int main(void)
{
	pid_t child;
	int status;

	need_live();
	object = build_path("tests/bpf/object/one_program.bpf.o");
	/* libbpf's answers are those of a process: this one must not have any yet */
	child = fork();
	if (child == 0)
		_exit(load_after_denial());
	ok(waitpid(child, &status, 0) == child && WIFEXITED(status), "the process ended");
	is_int(WEXITSTATUS(status), 0, "the program that was loaded with privilege has its name");
	free(object);
	return done_testing();
}
