/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what libbpf and the verifier logged of an object that was refused. */
#ifndef CGSWAP_OBJECT_OBJECT_LOG_H
#define CGSWAP_OBJECT_OBJECT_LOG_H

#include <stddef.h>

struct bpf_object;

/* The last line that says something: not the verifier's statistics, nor libbpf's summary; or "". */
void object_log_last_line(char *out, size_t size, const char *log);

/*
 * The name of the program that was refused: the selected one, or another that is loaded with it.
 * log may be NULL.
 */
const char *object_log_refused_program(const struct bpf_object *object, const char *selected,
				       const char *log);

/* Hands the log, or NULL, to the last error, which frees it. The remedy fits what it says. */
void object_log_take(char *log);

#endif
