/* SPDX-License-Identifier: BSD-2-Clause */
/* A source string becomes a loaded program. */
#ifndef SOURCE_H
#define SOURCE_H

#include "program.h"

/* source: obj:FILE[#PROGRAM], pin:PATH, id:N, fd:N or a bare form; type may be NULL. */
enum cgswap_status source_open(struct program **out, struct cgswap_session *session,
			       const char *source, const struct attach_type *type,
			       const char *operation);

/* Refuses what pin_open() said of a path. */
enum cgswap_status source_refuse_pin(struct kernel *kernel, const char *path, int errnum,
				     const char *operation);

#endif
