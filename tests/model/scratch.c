/* SPDX-License-Identifier: BSD-2-Clause */
/* Scratch cgroups of the model. They need no cleanup. */
#include "../lib/scratch.h"

#include "../lib/tap.h"
#include "kernel.h"

#include <string.h>

#define TOP KERNEL_MODEL_CGROUPS "/cgswap-test"

const char *scratch_mount(void)
{
	return KERNEL_MODEL_CGROUPS;
}

const char *scratch_v1_mount(void)
{
	return KERNEL_MODEL_CGROUP_V1;
}

bool scratch_mount_is_writable(void)
{
	return true;
}

int scratch_make(const char *path)
{
	int fd = kernel_model_mkdir(model_kernel(), path);

	if (!fd)
		fd = model_kernel()->ops->cgroup_open(model_kernel(), path);
	if (fd < 0)
		bail_out("cannot make %s: %s", path, strerror(-fd));
	return fd;
}

const char *scratch_top(void)
{
	static bool made;

	if (!made)
		model_kernel()->ops->close(model_kernel(), scratch_make(TOP));
	made = true;
	return TOP;
}

void scratch_remove(struct scratch *scratch)
{
	int err = kernel_model_rmdir(model_kernel(), scratch->path);

	if (err)
		bail_out("cannot remove %s: %s", scratch->path, strerror(-err));
}
