/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file rawfd.h
 * Descriptors of the kernel under test. On the running kernel they are those of the process; a
 * modelled kernel has its own. So descriptors from rawbpf.h and scratch.h, and those given to the
 * library as fd:N, are closed with raw_close(), never with close().
 */
#ifndef TESTS_LIB_RAWFD_H
#define TESTS_LIB_RAWFD_H

#include <stdbool.h>
#include <stddef.h>

/** The name of the kernel under test: "live" or "model". */
const char *raw_kernel(void);

void raw_close(int fd);
/** @return another descriptor of the same object, or -1. */
int raw_dup(int fd);
/** Opens a path for reading. @return a descriptor, or -1. */
int raw_open(const char *path);
/** The same with O_PATH, if the kernel under test has it. @return a descriptor, or -1. */
int raw_open_path(const char *path);
/** @return true if the descriptor is open and close-on-exec. */
bool raw_ends_on_exec(int fd);

/** Sets open[fd] for each of the first `most` descriptors that is open. */
void raw_list_open(bool *open, size_t most);
/** Describes the object behind a descriptor, for messages. */
void raw_describe(int fd, char *text, size_t size);

#endif
