/* SPDX-License-Identifier: BSD-2-Clause */
#include "privilege.h"

#include "tap.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
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

static void run_part(bool (*lose)(uint64_t), uint64_t argument, void (*part)(void))
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
	run_part(become_unprivileged, 0, part);
}

void without_capabilities(uint64_t mask, void (*part)(void))
{
	run_part(drop, mask, part);
}

void in_user_namespace(void (*part)(void))
{
	run_part(enter_user_namespace, 0, part);
}

void in_cgroup_namespace(const struct scratch *root, void (*part)(void))
{
	run_part(enter_cgroup_namespace, (uint64_t)(uintptr_t)root, part);
}
