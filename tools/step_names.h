/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_STEP_NAMES_H
#define TOOLS_STEP_NAMES_H

#include <cgswap.h>

/* The old program, read before the commit: after it the program may be gone. */
struct old_program {
	char *name;          /* and version; NULL: not known */
	cgswap_error *error; /* why it is not known */
};

void old_program_read(struct old_program *old, const cgswap_step *step);
void old_program_free(struct old_program *old);

/*
 * The name and version of the new program; the source is of use if it has no entry. The caller
 * frees it. NULL: it is not known, or out of memory.
 */
char *step_new_name(cgswap_session *session, const cgswap_step *step, const char *source);

#endif
