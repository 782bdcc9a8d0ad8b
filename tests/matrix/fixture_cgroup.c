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

/* ---- what is there all the time -------------------------------------------------------------- */

/* The first cgroup v1 hierarchy; "" where there is none. */
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

static void add_live(struct ground *ground)
{
	char v1[256];

	/* a test may be started with its standard input closed */
	if (fcntl(0, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != 0)
		bail_out("descriptor 0 cannot be had");
	find_v1(v1, sizeof(v1));
	things_add(ground, "map", raw_array_create(1), false);
	things_add(ground, "file", open("/dev/null", O_RDONLY | O_CLOEXEC), false);
	things_add(ground, "tmp", open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC), false);
	things_add(ground, "sysfs", open("/sys/kernel", O_RDONLY | O_DIRECTORY | O_CLOEXEC), false);
	things_add(ground, "v1", *v1 ? open(v1, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, false);
}

static int modelled_directory(struct ground *ground, const char *path)
{
	int err = kernel_model_mkdir(ground->kernel, path);

	if (err && err != -EEXIST)
		bail_out("the model makes no %s: %s", path, cgswap_errno_get_name(-err));
	return ground->kernel->ops->cgroup_open(ground->kernel, path);
}

static void add_modelled(struct ground *ground)
{
	struct kernel *kernel = ground->kernel;

	things_add(ground, "map", kernel_model_map_new(kernel, "map"), false);
	things_add(ground, "file", kernel_model_file(kernel), false);
	things_add(ground, "tmp", modelled_directory(ground, "/tmp/here"), false);
	things_add(ground, "sysfs", modelled_directory(ground, "/sys/kernel"), false);
	things_add(ground, "v1", kernel->ops->cgroup_open(kernel, KERNEL_MODEL_CGROUP_V1), false);
}

void place_add_things(struct ground *ground)
{
	if (ground->live)
		add_live(ground);
	else
		add_modelled(ground);
}

/* ---- of one case ----------------------------------------------------------------------------- */

static struct scratch up, here;

static void make_live(struct ground *ground)
{
	char name[32], path[600];

	snprintf(name, sizeof(name), "case%u", ground->cases++);
	up = scratch_new(name);
	here = scratch_child(&up, "here");
	snprintf(ground->up_path, sizeof(ground->up_path), "%s", up.path);
	snprintf(ground->path, sizeof(ground->path), "%s", here.path);
	ground->up = up.fd;
	ground->here = here.fd;
	snprintf(path, sizeof(path), "%s/cgroup.procs", here.path);
	things_add(ground, "procs", open(path, O_RDONLY | O_CLOEXEC), true);
	things_add(ground, "opath", open(here.path, O_PATH | O_CLOEXEC), true);
	things_add(ground, "here", dup(here.fd), true);
}

static void make_modelled(struct ground *ground)
{
	struct kernel *kernel = ground->kernel;
	char procs[600];

	snprintf(ground->up_path, sizeof(ground->up_path), KERNEL_MODEL_CGROUPS "/case%u",
		 ground->cases++);
	snprintf(ground->path, sizeof(ground->path), "%.400s/here", ground->up_path);
	ground->up = modelled_directory(ground, ground->up_path);
	ground->here = modelled_directory(ground, ground->path);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", ground->path);
	things_add(ground, "procs", kernel->ops->cgroup_open(kernel, procs), true);
	things_add(ground, "opath", kernel->ops->cgroup_open(kernel, ground->path), true);
	things_add(ground, "here", kernel_model_file(kernel), true);
}

void place_make(struct ground *ground)
{
	if (ground->live)
		make_live(ground);
	else
		make_modelled(ground);
	if (ground->up < 0 || ground->here < 0)
		bail_out("no cgroup for %s", ground->row->name);
}

/* To the model a cgroup is a cgroup. */
void place_make_threaded(struct ground *ground)
{
	int fd = ground->live ? openat(here.fd, "cgroup.type", O_WRONLY | O_CLOEXEC) : -1;

	if (!ground->live)
		return;
	if (fd < 0 || write(fd, "threaded", 8) != 8)
		bail_out("the cgroup does not become threaded: %s", strerror(errno));
	close(fd);
}

void place_unmake(struct ground *ground)
{
	if (ground->live) {
		close(here.fd);
		close(up.fd);
		if (!ground->removed)
			scratch_remove(&here);
		scratch_remove(&up);
		return;
	}
	ground->kernel->ops->close(ground->kernel, ground->here);
	ground->kernel->ops->close(ground->kernel, ground->up);
	if (!ground->removed)
		kernel_model_rmdir(ground->kernel, ground->path);
	kernel_model_rmdir(ground->kernel, ground->up_path);
}

/* A link notices some milliseconds after the removal: its cgroup's id becomes 0. */
static void wait_for_link(struct ground *ground)
{
	const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
	int fd = ground_fd(ground, ground->row->link);
	struct kernel_link info = { .cgroup_id = 1 };

	for (int i = 0; i < 2500 && info.cgroup_id; i++) {
		if (ground->kernel->ops->link_info(ground->kernel, fd, &info))
			bail_out("no info of %s", ground->row->link);
		nanosleep(&pause, NULL);
	}
	if (info.cgroup_id)
		bail_out("the link does not notice that its cgroup is gone");
}

void place_remove(struct ground *ground)
{
	if (ground->live)
		scratch_remove(&here);
	else if (kernel_model_rmdir(ground->kernel, ground->path))
		bail_out("the model does not remove %s", ground->path);
	if (ground->row->removed == LONG_REMOVED)
		wait_for_link(ground);
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

void place_drop(struct ground *ground, uint32_t mask)
{
	static const enum kernel_capability capabilities[] = { KERNEL_CAP_NET_ADMIN,
							       KERNEL_CAP_SYS_ADMIN };

	if (ground->live) {
		set_live(mask);
		return;
	}
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		kernel_model_set_capability(ground->kernel, capabilities[i],
					    mask & 1u << capabilities[i] ? KERNEL_CAP_MISSING :
									   KERNEL_CAP_HELD);
}

enum rules_target place_target(struct ground *ground)
{
	const char *name = ground->row->target;

	if (!name || !strcmp(name, "up") || !strcmp(name, "opath"))
		return RULES_CGROUP;
	if (!strcmp(name, "v1"))
		return RULES_CGROUP_V1;
	return ground_thing(ground, name)->kind == RULES_CLOSED ? RULES_CGROUP_CLOSED :
								  RULES_NO_CGROUP;
}
