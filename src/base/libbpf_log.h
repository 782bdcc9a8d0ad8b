/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps the lines that libbpf prints. libbpf has one print hook for the whole process: it is ours
 * only between begin and end, and lines of other threads go where they went before.
 */
#ifndef CGSWAP_BASE_LIBBPF_LOG_H
#define CGSWAP_BASE_LIBBPF_LOG_H

#include <stdbool.h>
#include <stddef.h>

struct libbpf_log {
	char *text; /* malloc'ed */
	size_t length, capacity;
	bool warned;              /* a warning says what was wrong */
	char debug[256];          /* the last line at debug level, which is not in the text */
	struct libbpf_log *outer; /* of the same thread */
};

void libbpf_log_begin(struct libbpf_log *log);

/*
 * Ends it; the lines, malloc'ed, for the caller to free. NULL when there are none. The last one is
 * from debug level where it tells of a failure that no warning tells of.
 */
char *libbpf_log_end(struct libbpf_log *log);

#endif
