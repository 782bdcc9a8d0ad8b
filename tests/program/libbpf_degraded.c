/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpf remembers what it found out about the kernel, also when it could not find out. A load with
 * too few descriptors or without a privilege is refused before libbpf is called, so that a later
 * one is complete. If the program itself has called libbpf in this state, a load is
 * libbpf_degraded, and leaves nothing behind.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *object; /* has global variables */

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

static int open_descriptors(void)
{
	DIR *list = opendir("/proc/self/fd");
	int count = 0;

	while (list && readdir(list))
		count++;
	if (list)
		closedir(list);
	return count;
}

/* Leaves this number of descriptors free. */
static void leave_descriptors(unsigned free_ones)
{
	struct rlimit limit;
	int lowest = open("/", O_PATH);

	if (lowest < 0 || getrlimit(RLIMIT_NOFILE, &limit))
		_exit(2);
	close(lowest);
	limit.rlim_cur = (rlim_t)lowest + free_ones;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		_exit(2);
}

static void leave_all_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		_exit(2);
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		_exit(2);
}

static enum cgswap_cause load(cgswap_program **program, cgswap_session *session, const char *path)
{
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };

	if (!cgswap_program_open(program, session, path, &egress))
		return CGSWAP_CAUSE_NONE;
	diag("%s", cgswap_error_get_message(cgswap_last_error()));
	return cgswap_error_get_cause(cgswap_last_error());
}

/* True if the program and its maps are what the file says. */
static bool is_complete(cgswap_program *program)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);
	bool globals = false;

	for (size_t i = 0; i < cgswap_program_get_map_count(program); i++)
		globals |= strstr(cgswap_program_get_map_name(program, i), ".bss") ||
			   strstr(cgswap_program_get_map_name(program, i), ".data");
	return *cgswap_program_get_name(program) && globals &&
	       !bpf_obj_get_info_by_fd(cgswap_program_get_fd(program), &info, &size) && info.btf_id;
}

/* Returns 0 if the load is refused for the cause until it can be complete, with each limit. */
static int refused_for_descriptors(void)
{
	cgswap_session *session;
	cgswap_program *program;
	enum cgswap_cause cause;
	unsigned refused = 0;

	if (cgswap_session_open(&session, NULL))
		return 3;
	for (unsigned count = 1; count < 40; count++) {
		leave_descriptors(count);
		cause = load(&program, session, object);
		leave_all_descriptors();
		if (cause == CGSWAP_CAUSE_NONE)
			return refused < 5 ? 4 : is_complete(program) ? 0 : 5;
		if (cause != CGSWAP_CAUSE_TOO_MANY_FILES)
			return 6;
		refused++;
	}
	return 7;
}

static int refused_for_privilege(void)
{
	cgswap_session *session;
	cgswap_program *program;

	if (cgswap_session_open(&session, NULL))
		return 3;
	set_effective(false);
	if (load(&program, session, object) != CGSWAP_CAUSE_MISSING_CAP_BPF)
		return 4;
	set_effective(true);
	return load(&program, session, object) ? 5 : is_complete(program) ? 0 : 6;
}

/* The program calls libbpf, which cannot create anything meanwhile. */
static void spoil_libbpf(bool by_privilege)
{
	struct bpf_object *theirs;

	libbpf_set_print(NULL);
	theirs = bpf_object__open_file(object, NULL);
	if (!theirs)
		_exit(8);
	if (by_privilege)
		set_effective(false);
	else
		leave_descriptors(0);
	bpf_map_create(BPF_MAP_TYPE_ARRAY, "theirs", 4, 4, 1, NULL);
	bpf_object__load(theirs);
	set_effective(true);
	leave_all_descriptors();
	bpf_object__close(theirs);
}

static int spoiled(bool by_privilege)
{
	cgswap_session *session;
	cgswap_program *program;
	int before;

	if (cgswap_session_open(&session, NULL))
		return 3;
	spoil_libbpf(by_privilege);
	before = open_descriptors();
	if (load(&program, session, object) != CGSWAP_CAUSE_LIBBPF_DEGRADED)
		return 4;
	if (program || open_descriptors() != before)
		return 5;
	return strstr(cgswap_error_get_message(cgswap_last_error()), "lacks") ? 0 : 6;
}

static int spoiled_by_descriptors(void)
{
	return spoiled(false);
}

static int spoiled_by_privilege(void)
{
	return spoiled(true);
}

/* libbpf's answers are those of a process: each case has its own. */
static void in_child(int (*run)(void), const char *name)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(run());
	ok(waitpid(child, &status, 0) == child && WIFEXITED(status), "%s: the process ended", name);
	is_int(WEXITSTATUS(status), 0, "%s", name);
}

int main(void)
{
	need_live();
	object = build_path("tests/bpf/object/broken_base.bpf.o");
	in_child(refused_for_descriptors, "too few descriptors are refused, until they suffice");
	in_child(refused_for_privilege, "without privilege it is refused, with it complete");
	in_child(spoiled_by_descriptors, "the program called libbpf without descriptors");
	in_child(spoiled_by_privilege, "the program called libbpf without privilege");
	free(object);
	return done_testing();
}
