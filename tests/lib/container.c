/* SPDX-License-Identifier: BSD-2-Clause */
#include "container.h"

#include "tap.h"
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Empty directories that the kernel makes as mount points: nothing has to be created. */
#define CGROUPS "/sys/fs/cgroup"
#define STORE "/sys/fs/bpf"

enum { PATIENCE_MS = 20000, WORDS_MAX = 24 };

/* Prints n or z for an open, N or Z for a failed one. */
static const char loop[] =
	"while :; do "
	"if true </dev/null; then echo -n n; else echo -n N; fi; "
	"if true </dev/zero; then echo -n z; else echo -n Z; fi; "
	"done 2>&-";

static const char config[] =
	"{ \"ociVersion\": \"1.0.2\","
	"  \"process\": { \"user\": { \"uid\": 0, \"gid\": 0 }, \"cwd\": \"/\","
	"    \"env\": [ \"PATH=/\" ], \"args\": [ \"/busybox\", \"sh\", \"-c\", \"%s\" ] },"
	"  \"root\": { \"path\": \"rootfs\" },"
	"  \"mounts\": ["
	"    { \"destination\": \"/proc\", \"type\": \"proc\", \"source\": \"proc\" },"
	"    { \"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"tmpfs\" },"
	"    { \"destination\": \"/busybox\", \"type\": \"bind\", \"source\": \"%s\","
	"      \"options\": [ \"bind\", \"ro\" ] } ],"
	"  \"linux\": { \"cgroupsPath\": \"/%s\","
	"    \"namespaces\": [ { \"type\": \"pid\" }, { \"type\": \"mount\" } ],"
	"    \"resources\": { \"devices\": [ { \"allow\": false, \"access\": \"rwm\" } ] } } }\n";

static const char *first_of(const char *const *paths)
{
	for (; *paths; paths++)
		if (!access(*paths, X_OK))
			return *paths;
	return NULL;
}

static const char *runc_path(void)
{
	static const char *const paths[] = { "/usr/sbin/runc", "/usr/bin/runc", NULL };

	return first_of(paths);
}

static const char *busybox_path(void)
{
	static const char *const paths[] = { "/bin/busybox", "/usr/bin/busybox", NULL };

	return first_of(paths);
}

/* A dynamic program names its loader on its first page. */
static bool is_static(const char *path)
{
	char page[4096];
	FILE *file = fopen(path, "re");
	size_t size = file ? fread(page, 1, sizeof(page), file) : 0;

	if (file)
		fclose(file);
	for (size_t i = 0; i + 4 < size; i++)
		if (!memcmp(page + i, "/ld-", 4))
			return false;
	return size > 0;
}

void need_runc(void)
{
	if (!runc_path())
		skip_all("runc is not installed");
	if (!busybox_path() || !is_static(busybox_path()))
		skip_all("no static busybox is installed");
}

/* ---- the processes between the test and the container; their failures are in errors ---------- */

static void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	_exit(1);
}

static void write_bundle(const char *name)
{
	FILE *file;

	if (mkdir(STORE "/rootfs", 0755))
		fail("no rootfs");
	file = fopen(STORE "/config.json", "we");
	if (!file || fprintf(file, config, loop, busybox_path(), name) < 0 || fclose(file))
		fail("no config.json");
}

/* cgroup2 alone, from the host cgroup downwards, and a tmpfs that ends with the namespace. */
static void arrange_mounts(const struct scratch *host)
{
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		fail("private mounts");
	if (mount("tmpfs", STORE, "tmpfs", 0, "mode=0700") || mkdir(STORE "/cgroup", 0700) ||
	    mount(host->path, STORE "/cgroup", NULL, MS_BIND, NULL))
		fail("binding the host cgroup");
	while (!umount2(CGROUPS, MNT_DETACH))
		;
	if (mount(STORE "/cgroup", CGROUPS, NULL, MS_MOVE, NULL))
		fail("cgroup2 at " CGROUPS);
}

/* The first process of the pid namespace: all others end with it. */
static void become_runc(void)
{
	const char *const argv[] = { runc_path(), "--root", STORE "/runc", "run", "--bundle", STORE,
				     "shared", NULL };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || unshare(CLONE_NEWNS) ||
	    mount("proc", "/proc", "proc", 0, NULL))
		fail("/proc of the pid namespace");
	execv(argv[0], (char *const *)argv);
	fail(argv[0]);
}

static void keep(const struct scratch *host, const char *name)
{
	int status;
	pid_t runc;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || unshare(CLONE_NEWNS | CLONE_NEWPID))
		fail("namespaces of our own");
	arrange_mounts(host);
	write_bundle(name);
	runc = fork();
	if (!runc)
		become_runc();
	if (runc < 0 || waitpid(runc, &status, 0) != runc)
		fail("no child");
	_exit(0);
}

/* ---- the test's process ----------------------------------------------------------------- */

static int temporary(void)
{
	FILE *file = tmpfile();
	int fd = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1;

	if (fd < 0)
		bail_out("no temporary file: %s", strerror(errno));
	fclose(file);
	return fd;
}

struct container container_start(const struct scratch *host, const char *name)
{
	struct container container = { .output = temporary(), .errors = temporary() };

	fflush(stdout);
	container.keeper = fork();
	if (container.keeper < 0)
		bail_out("no child: %s", strerror(errno));
	if (!container.keeper) {
		int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

		if (dup2(nothing, STDIN_FILENO) < 0 ||
		    dup2(container.output, STDOUT_FILENO) < 0 ||
		    dup2(container.errors, STDERR_FILENO) < 0)
			_exit(1);
		keep(host, name);
	}
	container_wait(&container, 1);
	return container;
}

struct opens container_opens(const struct container *container)
{
	struct opens opens = { 0 };
	char text[65536];
	off_t at = 0;
	ssize_t got;

	while ((got = pread(container->output, text, sizeof(text), at)) > 0) {
		for (ssize_t i = 0; i < got; i++) {
			opens.null += text[i] == 'n' || text[i] == 'N';
			opens.null_failed += text[i] == 'N';
			opens.null_again += text[i] == 'n' && opens.null_failed;
			opens.zero += text[i] == 'z' || text[i] == 'Z';
			opens.zero_failed += text[i] == 'Z';
			opens.zero_again += text[i] == 'z' && opens.zero_failed;
		}
		at += got;
	}
	return opens;
}

static void give_up(const struct container *container, const char *why)
{
	char text[4096];
	ssize_t got = pread(container->errors, text, sizeof(text) - 1, 0);

	text[got > 0 ? got : 0] = '\0';
	diag("%s", text);
	bail_out("%s", why);
}

struct opens container_wait(const struct container *container, unsigned long more)
{
	struct opens before = container_opens(container), now = before;

	for (int i = 0; now.null < before.null + more; i++) {
		if (waitpid(container->keeper, NULL, WNOHANG))
			give_up(container, "the container has ended");
		if (i == PATIENCE_MS)
			give_up(container, "the container opens no more devices");
		usleep(1000);
		now = container_opens(container);
	}
	return now;
}

void container_stop(struct container *container)
{
	kill(container->keeper, SIGKILL);
	waitpid(container->keeper, NULL, 0);
	close(container->output);
	close(container->errors);
}

struct command container_cgswap(const struct container *container, const char *line)
{
	char *given = build_path("tools/cgswap"), *program = realpath(given, NULL);
	char *copy = strdup(line), *rest = copy, *word, mounts[64];
	const char *argv[WORDS_MAX] = { busybox_path(), "nsenter", mounts, program };
	struct command command;
	size_t count = 4;

	if (!program || !copy)
		bail_out("no cgswap at %s", given);
	snprintf(mounts, sizeof(mounts), "--mount=/proc/%ld/ns/mnt", (long)container->keeper);
	while ((word = strsep(&rest, " "))) {
		if (count == WORDS_MAX - 1)
			bail_out("more than %d words", WORDS_MAX);
		argv[count++] = word;
	}
	command = command_run(argv);
	free(copy);
	free(program);
	free(given);
	return command;
}
