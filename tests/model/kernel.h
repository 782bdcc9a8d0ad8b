/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The modelled kernel that a test process has in the place of the running one. The programs of
 * this folder are linked so that the library's kernel_live() is ours (--wrap): whoever opens a
 * session without saying which kernel gets this one, and all sessions share it, as they share the
 * running one.
 */
#ifndef TESTS_MODEL_KERNEL_H
#define TESTS_MODEL_KERNEL_H

#include "model/model.h"

/* The shared kernel; it goes when the process ends. */
struct kernel *model_kernel(void);

/* What a raw call returns for the door's answer: that, or -1 and errno. */
int model_answer(int result);

/* The door's attach, by way of the faults of lib/faults.h. */
int model_faulty_attach(struct kernel *kernel, const struct kernel_attach *request,
			int (*healthy)(struct kernel *, const struct kernel_attach *));

#endif
