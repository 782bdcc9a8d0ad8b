/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_STEPS_H
#define TOOLS_PRINT_STEPS_H

#include "options.h"
#include "step_names.h"

/* A transaction whose changes were made, or would be. */
struct steps {
	const struct options *options;
	cgswap_session *session;
	const cgswap_replace *replace;
	const char *done;   /* "replaced" */
	const char *source; /* the new programs come from it */
	bool drained;
	const struct old_program *old; /* NULL: all programs of an object */
};

/* Prints tables and sentences; false: out of memory. */
bool print_steps(const struct steps *steps);

#endif
