/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs, links and maps that processes have open, as /proc shows their descriptors. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "kernel/live.h"

enum {
	LIVE_FS_PROC = 0x9fa0,
	LIVE_FIRST_PID_NAMESPACE = (int)0xeffffffc, /* its inode */
};

struct live_process {
	int proc; /* a descriptor of /proc */
	kernel_holder_fn fn;
	void *user;
	struct kernel_holder holder;
	char command[64], self[16];
};

/* Reads a small file; returns the length of the text, or a negative errno. */
static int live_read_file(int at, const char *path, char *text, size_t size)
{
	int fd = fd_above_stdio(openat(at, path, O_RDONLY | O_CLOEXEC));
	ssize_t length;

	if (fd < 0)
		return fd;
	length = read(fd, text, size - 1);
	text[length < 0 ? 0 : length] = '\0';
	close(fd);
	return length < 0 ? -errno : (int)length;
}

/* The number in a line "key:\tN"; 0: there is none. */
static uint32_t live_fdinfo_number(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) == 0 && line[length] == ':')
			return (uint32_t)strtoul(line + length + 1, NULL, 10);
	}
	return 0;
}

/* A descriptor that was closed meanwhile is not an error, nor is a process that ended. */
static bool live_is_gone(int err)
{
	return err == -ENOENT || err == -ESRCH;
}

static int live_holder_descriptor(struct live_process *process, int directory, const char *name)
{
	struct kernel_holder *holder = &process->holder;
	char target[32], path[288], text[1024];
	ssize_t length = readlinkat(directory, name, target, sizeof(target) - 1);
	int err;

	/* a path that is too long is that of a file */
	if (length < 0 && errno == ENAMETOOLONG)
		return 0;
	if (length < 0)
		return live_is_gone(-errno) ? 0 : -errno;
	target[length] = '\0';
	/* a link has one name where it was created, and another where it was opened */
	if (strcmp(target, "anon_inode:bpf-map") != 0 &&
	    strcmp(target, "anon_inode:bpf-prog") != 0 &&
	    strcmp(target, "anon_inode:bpf_link") != 0 &&
	    strcmp(target, "anon_inode:bpf-link") != 0)
		return 0;
	snprintf(path, sizeof(path), "%u/fdinfo/%s", holder->process, name);
	err = live_read_file(process->proc, path, text, sizeof(text));
	if (err < 0)
		return live_is_gone(err) ? 0 : err;
	holder->map_id = live_fdinfo_number(text, "map_id");
	holder->link_id = live_fdinfo_number(text, "link_id");
	holder->program_id = live_fdinfo_number(text, "prog_id");
	return process->fn(holder, process->user);
}

static int live_holder_descriptors(struct live_process *process)
{
	struct dirent *entry;
	char path[32];
	int err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%u/fd", process->holder.process);
	dir = fd_opendir(process->proc, path);
	if (!dir)
		return live_is_gone(-errno) ? 0 : -errno;
	while (!err && (entry = readdir(dir)))
		if (text_is_digits(entry->d_name))
			err = live_holder_descriptor(process, dirfd(dir), entry->d_name);
	closedir(dir);
	return err;
}

static int live_holder_process(struct live_process *process, const char *pid)
{
	struct kernel_holder *holder = &process->holder;
	char path[32];
	int err;

	*holder = (struct kernel_holder){
		.process = (uint32_t)strtoul(pid, NULL, 10),
		.command = process->command,
		.own = strcmp(pid, process->self) == 0,
	};
	snprintf(path, sizeof(path), "%u/comm", holder->process);
	err = live_read_file(process->proc, path, process->command, sizeof(process->command));
	if (live_is_gone(err))
		return 0;
	process->command[strcspn(process->command, "\n")] = '\0';
	err = live_holder_descriptors(process);
	if (err != -EACCES && err != -EPERM)
		return err;
	holder->errnum = -err;
	return process->fn(holder, process->user);
}

int kernel_live_holder_each(struct kernel *kernel, kernel_holder_fn fn, void *user)
{
	struct live_process process = { .fn = fn, .user = user };
	DIR *proc = fd_opendir(AT_FDCWD, "/proc");
	struct dirent *entry;
	ssize_t length;
	int err = 0;

	(void)kernel;
	if (!proc)
		return -errno;
	process.proc = dirfd(proc);
	/* /proc may be that of another PID namespace */
	length = readlinkat(process.proc, "self", process.self, sizeof(process.self) - 1);
	process.self[length < 0 ? 0 : length] = '\0';
	if (!live_is_filesystem(process.proc, LIVE_FS_PROC))
		err = -ENOENT;
	while (!err && (entry = readdir(proc)))
		if (text_is_digits(entry->d_name))
			err = live_holder_process(&process, entry->d_name);
	closedir(proc);
	return err;
}

/* /proc may be mounted so that it hides the processes of others, like the first one. */
bool kernel_live_sees_all_processes(struct kernel *kernel)
{
	struct stat st;

	(void)kernel;
	return stat("/proc/self/ns/pid", &st) == 0 && (int)st.st_ino == LIVE_FIRST_PID_NAMESPACE &&
	       access("/proc/1", F_OK) == 0;
}
