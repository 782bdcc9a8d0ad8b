/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of the model. */
#include "../lib/rawfd.h"

#include "kernel.h"

#include <stdio.h>

const char *raw_kernel(void)
{
	return model_kernel()->ops->name;
}

void raw_close(int fd)
{
	model_kernel()->ops->close(model_kernel(), fd);
}

int raw_dup(int fd)
{
	return model_answer(model_kernel()->ops->dup(model_kernel(), fd));
}

/* The model's cgroup_open() opens any path. */
int raw_open(const char *path)
{
	return model_answer(model_kernel()->ops->cgroup_open(model_kernel(), path));
}

int raw_open_path(const char *path)
{
	return raw_open(path);
}

static bool is_open(int fd)
{
	return model_kernel()->ops->kind(model_kernel(), fd) != KERNEL_IS_CLOSED;
}

/* At exec the whole model is freed. */
bool raw_ends_on_exec(int fd)
{
	return is_open(fd);
}

void raw_list_open(bool *open, size_t most)
{
	for (size_t fd = 0; fd < most; fd++)
		open[fd] = is_open((int)fd);
}

void raw_describe(int fd, char *text, size_t size)
{
	static const char *const names[] = {
		[KERNEL_IS_CLOSED] = "closed",
		[KERNEL_IS_PROGRAM] = "a program",
		[KERNEL_IS_MAP] = "a map",
		[KERNEL_IS_LINK] = "a link",
		[KERNEL_IS_CGROUP] = "a cgroup",
		[KERNEL_IS_CGROUP_V1] = "a cgroup v1",
		[KERNEL_IS_DIRECTORY] = "a directory",
		[KERNEL_IS_OTHER] = "a file",
	};

	snprintf(text, size, "%s", names[model_kernel()->ops->kind(model_kernel(), fd)]);
}
