/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the log of libbpf and the verifier about a rejected object. */
#ifndef CGSWAP_OBJECT_OBJECT_LOG_H
#define CGSWAP_OBJECT_OBJECT_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/kernel.h"

/* Copies the first line, without its end. */
void object_log_first_line(char *out, size_t size, const char *log);

/*
 * Copies the line of libbpf that says why an object was not loaded: the first one that names a
 * program or a map of it, or else the first warning. A warning that names none may be about
 * something that libbpf can do without.
 */
void object_log_reason(char *out, size_t size, const struct kernel_load_log *log,
		       const struct bpf_object *object);

/* Returns the map that an object was not loaded for, or NULL: libbpf named no map, or a program. */
const struct bpf_map *object_log_map(const struct kernel_load_log *log,
				     const struct bpf_object *object);

/* Copies the last line of the verifier's log, or "": skips its statistics. */
void object_log_last_line(char *out, size_t size, const char *log);

/* True if the verifier may allow this with CAP_PERFMON: its last line says so. */
bool object_log_wants_perfmon(const char *line);

/* True if libbpf failed to read the BTF of the kernel's modules, which takes CAP_SYS_ADMIN. */
bool object_log_lacks_module_btf(const struct kernel_load_log *log,
				 const struct bpf_object *object);

/* Joins two malloc'ed texts, each of which may be NULL, and frees them. */
char *object_log_join(char *one, char *other);

/* Gives the log, or NULL, to the last error, which frees it. Adapts the remedy to the log. */
void object_log_take(char *log);

#endif
