/* SPDX-License-Identifier: BSD-2-Clause */
/* Scratch cgroups of the running kernel: made on request, removed however the process ends. */
#include "scratch.h"

#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "cgswap-test-"

enum { MADE_MAX = 16384, TRIES = 200 };

/* Every directory made, parents first: a signal handler cannot search for them. */
static char *made[MADE_MAX];
static size_t made_count;
static pid_t owner;
static char top[300];

/* The first mount of a type, "" if none; " - " ends the optional fields. */
static void find_mount(char *mount, const char *wanted)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[1024];

	while (file && fgets(line, sizeof(line), file)) {
		char *type = strstr(line, " - ");

		if (type && !strncmp(type + 3, wanted, strlen(wanted)) &&
		    sscanf(line, "%*s %*s %*s %*s %255s", mount) == 1)
			break;
	}
	if (file)
		fclose(file);
}

const char *scratch_mount(void)
{
	static char mount[256];

	if (!mount[0])
		find_mount(mount, "cgroup2 ");
	return mount;
}

const char *scratch_v1_mount(void)
{
	static char mount[256];

	if (!mount[0])
		find_mount(mount, "cgroup ");
	return mount;
}

bool scratch_mount_is_writable(void)
{
	return !access(scratch_mount(), W_OK);
}

/* ---- removal: only async-signal-safe calls, but for remove_below() --------------------------- */

/* By descriptors: paths of some tests are longer than PATH_MAX. */
static void remove_below(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		remove_below(fd, entry->d_name);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
}

static void kill_inside(const char *cgroup)
{
	char path[600];
	size_t length = strlen(cgroup);
	int fd;

	if (length + sizeof("/cgroup.kill") > sizeof(path))
		return;
	memcpy(path, cgroup, length);
	memcpy(path + length, "/cgroup.kill", sizeof("/cgroup.kill"));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "1", 1) != 1)
		length = 0;
	close(fd);
}

/*
 * A process that was killed leaves its cgroup a little later: retries while that is busy. The
 * cgroups below are removed too if asked, which is not for a signal handler.
 */
static int remove_cgroup(const char *path, bool and_below)
{
	const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };

	for (int i = 0; i < TRIES; i++) {
		if (and_below)
			remove_below(AT_FDCWD, path);
		if (!rmdir(path) || errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			return -1;
		nanosleep(&pause, NULL);
	}
	return -1;
}

static void remove_all(void)
{
	if (!made_count || getpid() != owner)
		return;
	kill_inside(top);
	while (made_count)
		remove_cgroup(made[--made_count], false);
}

static void on_signal(int number)
{
	remove_all();
	signal(number, SIG_DFL);
	raise(number);
}

/* ---- leftovers of other tests ------------------------------------------------------------ */

static unsigned long pid_namespace(void)
{
	struct stat info;

	return stat("/proc/self/ns/pid", &info) ? 0 : info.st_ino;
}

static bool is_left_over(const char *name)
{
	unsigned long namespace;
	long pid;

	return sscanf(name, PREFIX "%ld-%lu", &pid, &namespace) == 2 && pid > 0 &&
	       namespace == pid_namespace() && kill(pid, 0) && errno == ESRCH;
}

unsigned scratch_sweep(void)
{
	unsigned swept = 0;
	struct dirent *entry;
	char path[600];
	DIR *dir = opendir(scratch_mount());

	while (dir && (entry = readdir(dir))) {
		if (!is_left_over(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%s", scratch_mount(), entry->d_name);
		kill_inside(path);
		remove_cgroup(path, true);
		swept++;
	}
	if (dir)
		closedir(dir);
	return swept;
}

/* ---- making ------------------------------------------------------------------------------ */

int scratch_make(const char *path)
{
	int fd;

	if (made_count == MADE_MAX)
		bail_out("more than %d scratch cgroups", MADE_MAX);
	if (mkdir(path, 0755))
		bail_out("cannot make %s: %s", path, strerror(errno));
	made[made_count] = strdup(path);
	if (!made[made_count])
		bail_out("out of memory");
	made_count++;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		bail_out("cannot open %s: %s", path, strerror(errno));
	return fd;
}

const char *scratch_top(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGALRM };

	if (top[0])
		return top;
	if (!scratch_mount()[0])
		bail_out("no cgroup2 is mounted");
	scratch_sweep();
	owner = getpid();
	atexit(remove_all);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], on_signal);
	snprintf(top, sizeof(top), "%s/" PREFIX "%ld-%lu", scratch_mount(), (long)owner,
		 pid_namespace());
	close(scratch_make(top));
	return top;
}

void scratch_remove(struct scratch *scratch)
{
	if (remove_cgroup(scratch->path, false))
		bail_out("cannot remove %s: %s", scratch->path, strerror(errno));
	/* most are removed in the reverse order */
	for (size_t i = made_count; i-- > 0;) {
		if (strcmp(made[i], scratch->path))
			continue;
		free(made[i]);
		memmove(&made[i], &made[i + 1], (--made_count - i) * sizeof(*made));
		return;
	}
}

int scratch_enter(const struct scratch *scratch)
{
	int fd = openat(scratch->fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (fd < 0)
		return -1;
	written = write(fd, "0", 1);
	close(fd);
	return written == 1 ? 0 : -1;
}
