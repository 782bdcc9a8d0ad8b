/* SPDX-License-Identifier: BSD-2-Clause */
/* A source string, and the loaded program that it names; an object's is for load_cache.h. */
#ifndef CGSWAP_LOAD_SOURCE_H
#define CGSWAP_LOAD_SOURCE_H

#include "program/program.h"

enum source_form { SOURCE_OBJECT, SOURCE_PIN, SOURCE_ID, SOURCE_FD };

/* What a source says. */
struct source {
	enum source_form form;
	const char *text, *rest; /* the caller's: all of it, and without its prefix */
	char *file;              /* of an object */
	const char *program;     /* of an object; NULL: the one that fits */
};

/* source: obj:FILE[#PROGRAM], pin:PATH, id:N, fd:N or a bare form. To be freed on success. */
enum cgswap_status source_parse(struct source *out, const char *text);
void source_free(struct source *source);

/* The program of a source that is no object. */
enum cgswap_status source_open(struct program **out, struct kernel *kernel,
			       const struct source *source);

/* Refuses what pin_open() said of a path. */
enum cgswap_status source_error_pin(struct kernel *kernel, const char *path, int errnum);

#endif
