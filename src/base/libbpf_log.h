/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collects the lines that libbpf prints. libbpf has one print function per process: this module
 * sets its own only between begin and end, and passes the lines of other threads to the previous
 * one.
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
	struct libbpf_log *outer; /* the thread's enclosing log */
};

void libbpf_log_begin(struct libbpf_log *log);

/*
 * Stops collecting and returns the lines, malloc'ed, the caller's; NULL if there are none. If no
 * warning describes the failure but the last debug line does, it is the last line.
 */
char *libbpf_log_end(struct libbpf_log *log);

#endif
