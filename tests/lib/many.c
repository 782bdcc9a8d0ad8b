/* SPDX-License-Identifier: BSD-2-Clause */
#include "many.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach_types.h"
#include "programs.h"
#include "rawbpf.h"
#include "scratch.h"
#include "tap.h"

const char *many_path(char path[MANY_PATH], const struct many *many, size_t index)
{
	snprintf(path, MANY_PATH, "%s/c%zu", many->top, index);
	return path;
}

static int many_open(const struct many *many, size_t index)
{
	char path[MANY_PATH];
	int fd = open(many_path(path, many, index), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		bail_out("cannot open %s: %s", path, strerror(errno));
	return fd;
}

static void many_mkdir(const struct many *many, size_t index)
{
	char path[MANY_PATH];

	close(scratch_make(many_path(path, many, index)));
}

static void many_attach(const struct many *many, size_t index)
{
	int fd = many_open(many, index);

	if (raw_attach(fd, many->program, EGRESS, RAW_MULTI))
		bail_out("cannot attach a program: %s", strerror(errno));
	close(fd);
}

/* The links exist as long as their descriptors, which no program that is measured should have. */
static void many_hold(const struct many *many, int ready, int release)
{
	struct rlimit limit;
	char byte = 'r';

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (size_t i = 0; i < many->count; i++) {
		int cgroup = many_open(many, i);

		if (raw_link_create(cgroup, many->program, EGRESS, 0) < 0)
			byte = 'f';
		close(cgroup);
	}
	if (write(ready, &byte, 1) == 1)
		while (read(release, &byte, 1) < 0 && errno == EINTR)
			continue;
	_exit(0);
}

static void many_fork_holder(struct many *many)
{
	int ready[2], release[2];
	char byte = 0;

	if (pipe2(ready, O_CLOEXEC) || pipe2(release, O_CLOEXEC))
		bail_out("cannot make a pipe: %s", strerror(errno));
	many->holder = fork();
	if (many->holder == 0) {
		close(release[1]);
		many_hold(many, ready[1], release[0]);
	}
	close(ready[1]);
	close(release[0]);
	if (many->holder < 0 || read(ready[0], &byte, 1) != 1 || byte != 'r')
		bail_out("cannot create %zu links", many->count);
	close(ready[0]);
	many->release = release[1];
}

struct many many_make(const char *name, size_t count, bool by_links)
{
	struct scratch top = scratch_new(name);
	struct many many = { .count = count, .holder = -1, .release = -1 };

	snprintf(many.top, sizeof(many.top), "%s", top.path);
	close(top.fd);
	many.program = prog_pass(EGRESS, name);
	for (size_t i = 0; i < count; i++) {
		many_mkdir(&many, i);
		if (!by_links)
			many_attach(&many, i);
	}
	if (by_links)
		many_fork_holder(&many);
	return many;
}

void many_remake(const struct many *many, size_t index)
{
	char path[MANY_PATH];

	if (rmdir(many_path(path, many, index)) || mkdir(path, 0755))
		bail_out("cannot make %s again: %s", path, strerror(errno));
	many_attach(many, index);
}

size_t many_with(const struct many *many, int program)
{
	uint32_t id = raw_prog_id(program);
	size_t found = 0;

	for (size_t i = 0; i < many->count; i++) {
		struct raw_chain chain;
		int fd = many_open(many, i);

		found += raw_query(fd, EGRESS, 0, &chain) == 0 && chain.count == 1 &&
			 chain.ids[0] == id;
		close(fd);
	}
	return found;
}

static void many_remove_cgroup(const char *path)
{
	struct scratch cgroup = { .fd = -1 };

	if (snprintf(cgroup.path, sizeof(cgroup.path), "%s", path) >= (int)sizeof(cgroup.path))
		bail_out("the path is too long: %s", path);
	scratch_remove(&cgroup);
}

void many_remove(struct many *many)
{
	char path[MANY_PATH];

	if (many->holder > 0) {
		close(many->release);
		waitpid(many->holder, NULL, 0);
	}
	for (size_t i = many->count; i-- > 0;)
		many_remove_cgroup(many_path(path, many, i));
	close(many->program);
	many_remove_cgroup(many->top);
}
