/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PIN_SEARCH_H
#define TOOLS_PIN_SEARCH_H

#include <cgswap.h>

/* Calls fn with each pin of a program below the session's bpffs that this process can open. */
void pin_search(cgswap_session *session,
		void (*fn)(const char *path, uint32_t program_id, void *user), void *user);

#endif
