/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file files.h
 * Makes operations on the files of one directory fail. Linked with --wrap=openat and its relatives
 * (see local.mk), so that only calls of the library and of the test fail, not those of libc.
 */
#ifndef TESTS_FAULT_FILES_H
#define TESTS_FAULT_FILES_H

#include <stdbool.h>

enum files_op {
	FILES_OPEN,
	FILES_READ,
	FILES_WRITE,
	FILES_TRUNCATE,
	FILES_SEEK,
	FILES_STAT,
	FILES_LOCK,
	FILES_RENAME,
	FILES_UNLINK,
	FILES_LINK,
	FILES_MKDIR,
	FILES_SYNC,
	FILES_OPS
};

extern const char *const files_names[FILES_OPS];

/** Not an errno: half of the bytes are written, and then the disk is full. */
enum { FILES_SHORT = -1 };

/** From now on, files in this directory and below are watched. */
void files_watch(const char *directory);
/** The n-th operation of a kind (from 1) fails from now on, or that one and all after it. */
void files_fail(enum files_op op, unsigned at, int errnum, bool on);
/** All work again. @return true if any failed. */
bool files_relent(void);

#endif
