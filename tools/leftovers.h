/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_LEFTOVERS_H
#define TOOLS_LEFTOVERS_H

#include <cgswap.h>
#include <jansson.h>

/* A list of what killed processes left behind; NULL: out of memory. */
json_t *leftovers_json(const cgswap_clean *clean);
/* The same for a session; null if it cannot be read. */
json_t *leftovers_read(cgswap_session *session);

/* Names a leftover on a line, and the command that removes it. */
void leftovers_print_pin(const char *path);
/* Prints such lines for the list; of one kind ("cgroup") only, or NULL: of all. */
void leftovers_print(const json_t *list, const char *kind);

#endif
