/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel.h"

#include "../lib/tap.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static struct kernel *kernel;
static const struct kernel_ops *model_ops;
static struct kernel_ops shared_ops;

/* The linker makes calls of kernel_live() calls of this function. */
struct kernel *__wrap_kernel_live(void);

static int attach(struct kernel *at, const struct kernel_attach *request)
{
	return model_faulty_attach(at, request, model_ops->attach);
}

/* Closing a session does not free the shared model. */
static void keep(struct kernel *at)
{
	(void)at;
}

static void end(void)
{
	model_ops->free(kernel);
}

/* Adds the paths that tests try to use as cgroups. */
static int add_paths(void)
{
	int err = kernel_model_mkdir(kernel, "/dev");

	if (!err)
		err = kernel_model_mkfile(kernel, "/dev/null");
	if (!err)
		err = kernel_model_mkdir(kernel, "/sys/kernel");
	return err;
}

static void begin(void)
{
	kernel = kernel_model_new(0);
	if (!kernel || add_paths())
		bail_out("cannot create the model");
	model_ops = kernel->ops;
	shared_ops = *model_ops;
	shared_ops.attach = attach;
	shared_ops.free = keep;
	kernel->ops = &shared_ops;
	atexit(end);
}

struct kernel *model_kernel(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, begin);
	return kernel;
}

struct kernel *__wrap_kernel_live(void)
{
	return model_kernel();
}

int model_answer(int result)
{
	if (result >= 0)
		return result;
	errno = -result;
	return -1;
}
