/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library does not use the descriptors 0, 1 and 2: a program may have closed its standard
 * streams, and later write to these numbers, or replace them.
 */
#ifndef CGSWAP_BASE_FD_H
#define CGSWAP_BASE_FD_H

#include <dirent.h>
#include <stdio.h>

/*
 * Takes a new descriptor, or a negative number with errno set, as a system call returns it. Returns
 * the descriptor, or one above 2 in its place, with CLOEXEC; or a negative errno.
 */
int fd_above_stdio(int fd);

/* Opens a directory; NULL with errno set. */
DIR *fd_opendir(int at, const char *path);

/* Opens a file for reading as a stream; NULL with errno set. */
FILE *fd_fopen(const char *path);

#endif
