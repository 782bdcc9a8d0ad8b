/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file rawfd.h
 * Descriptors of the kernel under test. On the running kernel they are the process's own; a
 * modelled kernel has its own, so that whatever came from rawbpf.h or scratch.h, or goes to the
 * library as fd:N, is given back by raw_close() and never by close().
 */
#ifndef TESTS_LIB_RAWFD_H
#define TESTS_LIB_RAWFD_H

#include <stdbool.h>
#include <stddef.h>

/** The name of the kernel under test: "live" or "model". */
const char *raw_kernel(void);

void raw_close(int fd);
/** @return another descriptor of the same, or -1. */
int raw_dup(int fd);
/** Opens what is at a path, to be read. @return a descriptor, or -1. */
int raw_open(const char *path);
/** The same with O_PATH, where there is such a thing. @return a descriptor, or -1. */
int raw_open_path(const char *path);
/** Whether it is open, and no program that this process becomes will have it. */
bool raw_ends_on_exec(int fd);

/** Which of the first `most` descriptors are open. */
void raw_list_open(bool *open, size_t most);
/** What a descriptor is of, for who reads a failure. */
void raw_tell(int fd, char *text, size_t size);

#endif
