/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_OBJECT_H
#define TOOLS_PRINT_OBJECT_H

#include "options.h"

/*
 * Prints the steps of an object's programs and their maps as tables and sentences; done is
 * "attached" or "replaced". False: out of memory.
 */
bool print_object_steps(const struct options *options, cgswap_session *session, const char *done,
			const cgswap_replace *replace, bool drained);

#endif
