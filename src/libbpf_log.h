/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libbpf prints, kept instead of printed. libbpf has one print hook for the whole process:
 * it is ours only between begin and end, and lines of other threads go where they went before.
 */
#ifndef LIBBPF_LOG_H
#define LIBBPF_LOG_H

#include <stddef.h>

struct libbpf_log {
	char *text; /* malloc'ed */
	size_t length, room;
	struct libbpf_log *outer; /* of the same thread */
};

void libbpf_log_begin(struct libbpf_log *log);

/* Ends it; the lines, malloc'ed, for the caller to free. NULL when there are none. */
char *libbpf_log_end(struct libbpf_log *log);

#endif
