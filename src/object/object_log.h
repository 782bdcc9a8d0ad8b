/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the log of libbpf and the verifier about a rejected object. */
#ifndef CGSWAP_OBJECT_OBJECT_LOG_H
#define CGSWAP_OBJECT_OBJECT_LOG_H

#include <stddef.h>

struct bpf_object;

/* Copies the last informative line, or "": skips the verifier's statistics and libbpf's summary. */
void object_log_last_line(char *out, size_t size, const char *log);

/*
 * Returns the name of the rejected program: the selected one, or another that is loaded with it.
 * log may be NULL.
 */
const char *object_log_refused_program(const struct bpf_object *object, const char *selected,
				       const char *log);

/* Gives the log, or NULL, to the last error, which frees it. Adapts the remedy to the log. */
void object_log_take(char *log);

#endif
