/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses a source, and opens it unless it is an object, which load_cache_open() loads. */
#ifndef CGSWAP_LOAD_SOURCE_H
#define CGSWAP_LOAD_SOURCE_H

#include "program/program.h"

enum source_form { SOURCE_OBJECT, SOURCE_PIN, SOURCE_ID, SOURCE_FD };

struct source {
	enum source_form form;
	const char *text, *rest; /* the whole source, and the source without its prefix; the
				    caller's memory */
	char *file;              /* object file; NULL for other sources */
	const char *program;     /* program of an object; NULL: the only one that fits */
};

/*
 * Parses obj:FILE[#PROGRAM], pin:PATH, id:N, fd:N or a form without a prefix. The caller frees *out
 * on success.
 */
enum cgswap_status source_parse(struct source *out, const char *text);
void source_free(struct source *source);

/* Opens the program of a source that is not an object. */
enum cgswap_status source_open(struct program **out, struct kernel *kernel,
			       const struct source *source);

/* Opens each source of a list that NULL ends. *count programs are the caller's, also on failure. */
enum cgswap_status source_open_all(struct program **out, size_t *count, struct kernel *kernel,
				   const char *const *list);

#endif
