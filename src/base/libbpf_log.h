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
	/*
	 * The line with the reason for a failure: the first warning, since libbpf reports the
	 * detail first; or, with debug, the last line at debug level if there was no warning.
	 */
	char reason[256];
	bool debug;  /* set after begin: formats lines at debug level, of which there are many */
	bool warned; /* the reason is a warning */
	struct libbpf_log *outer; /* the thread's enclosing log */
};

void libbpf_log_begin(struct libbpf_log *log);

/*
 * Stops collecting and returns the lines, malloc'ed, the caller's; NULL if there are none. Lines at
 * debug level are not among them, but for one that is the reason.
 */
char *libbpf_log_end(struct libbpf_log *log);

#endif
