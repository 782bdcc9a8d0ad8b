/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file many.h
 * Many cgroups with one entry of egress each, the same program. The process of the test has no
 * descriptor of them: another process holds the links.
 */
#ifndef TESTS_LIB_MANY_H
#define TESTS_LIB_MANY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct many {
	char top[512];
	size_t count;
	int program; /* attached to all */
	pid_t holder;
	int release; /* the holder ends when this is closed */
};

/** Makes cgroups, with a plain entry each, or with one that a link holds. */
struct many many_make(const char *name, size_t count, bool by_links);

/** Writes the path of one; returns path. */
enum { MANY_PATH = 600 };
const char *many_path(char path[MANY_PATH], const struct many *many, size_t index);

/** Removes one, and makes it again with another id and the program attached. */
void many_remake(const struct many *many, size_t index);

/** The number of cgroups whose only entry is this program. */
size_t many_with(const struct many *many, int program);

void many_remove(struct many *many);

#endif
