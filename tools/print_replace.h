/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_REPLACE_H
#define TOOLS_PRINT_REPLACE_H

#include "json.h"
#include "options.h"

/* How a replace is told. */

/* What people are told of the old program. It is looked up before the commit, while it runs. */
struct old_program {
	char name[1024]; /* and version */
	bool known;
	cgswap_error *error; /* why it is not known; cgswap_error_free() it */
};

void old_program_read(struct old_program *old, const cgswap_step *step);

/* {"replaced": [...], "dry_run": ...}; NULL: out of memory. */
json_t *json_replaced(const struct options *options, const cgswap_step *step);

/* The same in tables and sentences, and whether it was waited for; false: out of memory. */
bool print_replaced(const struct options *options, cgswap_session *session, const cgswap_step *step,
		    const struct old_program *old, bool drained);

#endif
