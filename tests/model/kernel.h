/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model that a test process uses instead of the running kernel. The programs of this folder are
 * linked with --wrap, so that the library's kernel_live() returns it. All sessions of the process
 * share it, as they would share the running kernel.
 */
#ifndef TESTS_MODEL_KERNEL_H
#define TESTS_MODEL_KERNEL_H

#include "model/model.h"

/* The shared model, freed when the process ends. */
struct kernel *model_kernel(void);

/* Converts a backend's result into a raw call's: the same, or -1 and errno. */
int model_answer(int result);

/* The backend's attach, with the faults of lib/faults.h. */
int model_faulty_attach(struct kernel *kernel, const struct kernel_attach *request,
			int (*healthy)(struct kernel *, const struct kernel_attach *));

#endif
