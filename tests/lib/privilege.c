/* SPDX-License-Identifier: BSD-2-Clause */
#include "privilege.h"

#include "tap.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { UNPRIVILEGED_UID = 65534, NOT_POSSIBLE = 77, PATIENCE_SECONDS = 60 };

/* The child prints its own lines of TAP, and reports the number of checks and of failures. */
struct tally {
	unsigned made;
	unsigned failed;
};

static bool drop(uint64_t mask)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data))
		return false;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].effective &= ~(uint32_t)(mask >> 32 * i);
		data[i].permitted &= ~(uint32_t)(mask >> 32 * i);
	}
	return !syscall(SYS_capset, &header, data);
}

static bool become_unprivileged(uint64_t unused)
{
	(void)unused;
	return !setresgid(UNPRIVILEGED_UID, UNPRIVILEGED_UID, UNPRIVILEGED_UID) &&
	       !setresuid(UNPRIVILEGED_UID, UNPRIVILEGED_UID, UNPRIVILEGED_UID);
}

static bool write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	bool good = file && fputs(text, file) >= 0;

	if (file && fclose(file))
		good = false;
	return good;
}

static bool enter_user_namespace(uint64_t unused)
{
	(void)unused;
	return !unshare(CLONE_NEWUSER) && write_file("/proc/self/setgroups", "deny") &&
	       write_file("/proc/self/uid_map", "0 0 1") &&
	       write_file("/proc/self/gid_map", "0 0 1");
}

/* Only a process of the outer namespace may map all ids: waits until the other one has entered. */
static void map_all_ids(int entered, pid_t other)
{
	char path[64], byte;
	bool good = read(entered, &byte, 1) == 1;

	snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)other);
	good = good && write_file(path, "0 0 4294967295");
	snprintf(path, sizeof(path), "/proc/%d/gid_map", (int)other);
	_exit(!(good && write_file(path, "0 0 4294967295")));
}

static bool enter_full_user_namespace(uint64_t unused)
{
	int ends[2], status = 1;
	pid_t self = getpid(), mapper;

	(void)unused;
	if (pipe(ends))
		return false;
	mapper = fork();
	if (!mapper)
		map_all_ids(ends[0], self);
	if (mapper < 0 || unshare(CLONE_NEWUSER) || write(ends[1], "", 1) != 1 ||
	    waitpid(mapper, &status, 0) != mapper)
		return false;
	close(ends[0]);
	close(ends[1]);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

/* PIDFD_GET_USER_NAMESPACE, since 6.11. */
static bool kernel_tells_namespace(void)
{
	int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int space = process < 0 ? -1 : ioctl(process, _IO(0xFF, 9), 0);

	close(space);
	close(process);
	return space >= 0;
}

static bool enter_user_namespace_without_proc(uint64_t unused)
{
	(void)unused;
	return kernel_tells_namespace() && !unshare(CLONE_NEWNS) &&
	       !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !umount2("/proc", MNT_DETACH) && !unshare(CLONE_NEWUSER);
}

/* The root of the namespace is the cgroup of the process that makes it. */
static bool enter_cgroup_namespace(uint64_t root)
{
	const struct scratch *cgroup = (const struct scratch *)(uintptr_t)root;

	return !scratch_enter(cgroup) && !unshare(CLONE_NEWCGROUP | CLONE_NEWNS) &&
	       !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !umount2(scratch_mount(), MNT_DETACH) && !mount("cgroup2", scratch_mount(), "cgroup2", 0, NULL);
}

static void run_child(bool (*lose)(uint64_t), uint64_t argument, void (*part)(void), int report)
{
	struct tally before = { tap_made(), tap_failed() }, after;

	alarm(PATIENCE_SECONDS);
	if (!lose(argument))
		_exit(NOT_POSSIBLE);
	part();
	after = (struct tally){ tap_made() - before.made, tap_failed() - before.failed };
	fflush(stdout);
	_exit(write(report, &after, sizeof(after)) != sizeof(after));
}

void privilege_run(bool (*lose)(uint64_t), uint64_t argument, void (*part)(void))
{
	struct tally tally = { 0, 0 };
	int ends[2], status;
	pid_t child;

	fflush(stdout);
	if (pipe(ends))
		bail_out("no pipe: %s", strerror(errno));
	child = fork();
	if (!child)
		run_child(lose, argument, part, ends[1]);
	close(ends[1]);
	if (read(ends[0], &tally, sizeof(tally)) != sizeof(tally))
		tally.made = 0;
	close(ends[0]);
	if (child < 0 || waitpid(child, &status, 0) != child)
		bail_out("no child: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_POSSIBLE) {
		skip("this machine cannot drop the privilege in this way");
		return;
	}
	tap_add(tally.made, tally.failed);
	ok(tally.made && WIFEXITED(status) && !WEXITSTATUS(status),
	   "the child made checks and ended normally");
}

void as_nobody(void (*part)(void))
{
	privilege_run(become_unprivileged, 0, part);
}

void without_capabilities(uint64_t mask, void (*part)(void))
{
	privilege_run(drop, mask, part);
}

void drop_bounding_capabilities(uint64_t mask)
{
	for (int capability = 0; capability < 64; capability++)
		if ((mask >> capability & 1) && prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
			bail_out("cannot drop capability %d", capability);
}

void in_user_namespace(void (*part)(void))
{
	privilege_run(enter_user_namespace, 0, part);
}

void in_full_user_namespace(void (*part)(void))
{
	privilege_run(enter_full_user_namespace, 0, part);
}

void in_user_namespace_without_proc(void (*part)(void))
{
	privilege_run(enter_user_namespace_without_proc, 0, part);
}

void in_cgroup_namespace(const struct scratch *root, void (*part)(void))
{
	privilege_run(enter_cgroup_namespace, (uint64_t)(uintptr_t)root, part);
}
