/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_cgroup.h"

#include "model/model.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"
#include "fixture_objects.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- objects of all cases -------------------------------------------------------------------- */

/* Finds the first cgroup v1 hierarchy; "" if there is none. */
static void find_v1(char *path, size_t size)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[1024], mount[256];

	path[0] = '\0';
	while (file && !*path && fgets(line, sizeof(line), file)) {
		char *type = strstr(line, " - cgroup ");

		if (type && sscanf(line, "%*s %*s %*s %*s %255s", mount) == 1)
			snprintf(path, size, "%s", mount);
	}
	if (file)
		fclose(file);
}

static void add_live(struct fixture *fixture)
{
	char v1[256];

	/* a test may be started with its standard input closed */
	if (fcntl(0, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != 0)
		bail_out("cannot open descriptor 0");
	find_v1(v1, sizeof(v1));
	fixture_objects_add(fixture, "map", raw_array_create(1), false);
	fixture_objects_add(fixture, "file", open("/dev/null", O_RDONLY | O_CLOEXEC), false);
	fixture_objects_add(fixture, "tmp", open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC), false);
	fixture_objects_add(fixture, "sysfs", open("/sys/kernel", O_RDONLY | O_DIRECTORY | O_CLOEXEC), false);
	fixture_objects_add(fixture, "v1", *v1 ? open(v1, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, false);
}

static int modelled_directory(struct fixture *fixture, const char *path)
{
	int err = kernel_model_mkdir(fixture->kernel, path);

	if (err && err != -EEXIST)
		bail_out("the model cannot create %s: %s", path, cgswap_errno_get_name(-err));
	return fixture->kernel->ops->cgroup_open(fixture->kernel, path);
}

static void add_modelled(struct fixture *fixture)
{
	struct kernel *kernel = fixture->kernel;

	fixture_objects_add(fixture, "map", kernel_model_map_new(kernel, "map"), false);
	fixture_objects_add(fixture, "file", kernel_model_file(kernel), false);
	fixture_objects_add(fixture, "tmp", modelled_directory(fixture, "/tmp/here"), false);
	fixture_objects_add(fixture, "sysfs", modelled_directory(fixture, "/sys/kernel"), false);
	fixture_objects_add(fixture, "v1", kernel->ops->cgroup_open(kernel, KERNEL_MODEL_CGROUP_V1), false);
}

void fixture_cgroup_add_objects(struct fixture *fixture)
{
	if (fixture->live)
		add_live(fixture);
	else
		add_modelled(fixture);
}

/* ---- cgroups of one case --------------------------------------------------------------------- */

static struct scratch up, here;

static void make_live(struct fixture *fixture)
{
	char name[32], path[600];

	snprintf(name, sizeof(name), "case%u", fixture->cases++);
	up = scratch_new(name);
	here = scratch_child(&up, "here");
	snprintf(fixture->up_path, sizeof(fixture->up_path), "%s", up.path);
	snprintf(fixture->path, sizeof(fixture->path), "%s", here.path);
	fixture->up = up.fd;
	fixture->here = here.fd;
	snprintf(path, sizeof(path), "%s/cgroup.procs", here.path);
	fixture_objects_add(fixture, "procs", open(path, O_RDONLY | O_CLOEXEC), true);
	fixture_objects_add(fixture, "opath", open(here.path, O_PATH | O_CLOEXEC), true);
	fixture_objects_add(fixture, "here", dup(here.fd), true);
}

static void make_modelled(struct fixture *fixture)
{
	struct kernel *kernel = fixture->kernel;
	char procs[600];

	snprintf(fixture->up_path, sizeof(fixture->up_path), KERNEL_MODEL_CGROUPS "/case%u",
		 fixture->cases++);
	snprintf(fixture->path, sizeof(fixture->path), "%.400s/here", fixture->up_path);
	fixture->up = modelled_directory(fixture, fixture->up_path);
	fixture->here = modelled_directory(fixture, fixture->path);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", fixture->path);
	fixture_objects_add(fixture, "procs", kernel->ops->cgroup_open(kernel, procs), true);
	fixture_objects_add(fixture, "opath", kernel->ops->cgroup_open(kernel, fixture->path), true);
	fixture_objects_add(fixture, "here", kernel_model_file(kernel), true);
}

void fixture_cgroup_make(struct fixture *fixture)
{
	if (fixture->live)
		make_live(fixture);
	else
		make_modelled(fixture);
	if (fixture->up < 0 || fixture->here < 0)
		bail_out("cannot create the cgroup for %s", fixture->row->name);
}

/* The model does not have threaded cgroups. */
void fixture_cgroup_make_threaded(struct fixture *fixture)
{
	int fd = fixture->live ? openat(here.fd, "cgroup.type", O_WRONLY | O_CLOEXEC) : -1;

	if (!fixture->live)
		return;
	if (fd < 0 || write(fd, "threaded", 8) != 8)
		bail_out("cannot make the cgroup threaded: %s", strerror(errno));
	close(fd);
}

void fixture_cgroup_unmake(struct fixture *fixture)
{
	if (fixture->live) {
		close(here.fd);
		close(up.fd);
		if (!fixture->removed)
			scratch_remove(&here);
		scratch_remove(&up);
		return;
	}
	fixture->kernel->ops->close(fixture->kernel, fixture->here);
	fixture->kernel->ops->close(fixture->kernel, fixture->up);
	if (!fixture->removed)
		kernel_model_rmdir(fixture->kernel, fixture->path);
	kernel_model_rmdir(fixture->kernel, fixture->up_path);
}

/* Some milliseconds after the removal, the kernel detaches the link: its cgroup id becomes 0. */
static void wait_for_link(struct fixture *fixture)
{
	const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
	int fd = fixture_fd(fixture, fixture->row->link);
	struct kernel_link info = { .cgroup_id = 1 };

	for (int i = 0; i < 2500 && info.cgroup_id; i++) {
		if (fixture->kernel->ops->link_info(fixture->kernel, fd, &info))
			bail_out("cannot read the info of %s", fixture->row->link);
		nanosleep(&pause, NULL);
	}
	if (info.cgroup_id)
		bail_out("the link is still attached to the removed cgroup");
}

void fixture_cgroup_remove(struct fixture *fixture)
{
	if (fixture->live)
		scratch_remove(&here);
	else if (kernel_model_rmdir(fixture->kernel, fixture->path))
		bail_out("the model cannot remove %s", fixture->path);
	if (fixture->row->removed == LONG_REMOVED)
		wait_for_link(fixture);
}

/* ---- privilege ------------------------------------------------------------------------------- */

static void set_live(uint32_t mask)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data))
		bail_out("capget: %s", strerror(errno));
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		data[i].effective = data[i].permitted & ~(i ? 0 : mask);
	if (syscall(SYS_capset, &header, data))
		bail_out("capset: %s", strerror(errno));
}

void fixture_cgroup_drop(struct fixture *fixture, uint32_t mask)
{
	static const enum kernel_capability capabilities[] = { KERNEL_CAP_NET_ADMIN,
							       KERNEL_CAP_SYS_ADMIN };

	if (fixture->live) {
		set_live(mask);
		return;
	}
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		kernel_model_set_capability(fixture->kernel, capabilities[i],
					    mask & 1u << capabilities[i] ? KERNEL_CAP_MISSING :
									   KERNEL_CAP_HELD);
}

enum rules_target fixture_cgroup_target(struct fixture *fixture)
{
	const char *name = fixture->row->target;

	if (!name || !strcmp(name, "up") || !strcmp(name, "opath"))
		return RULES_CGROUP;
	if (!strcmp(name, "v1"))
		return RULES_CGROUP_V1;
	return fixture_object(fixture, name)->kind == RULES_CLOSED ? RULES_CGROUP_CLOSED :
								  RULES_NO_CGROUP;
}
