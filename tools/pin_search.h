/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PIN_SEARCH_H
#define TOOLS_PIN_SEARCH_H

#include <cgswap.h>

/* Calls fn with each pin of the program below the session's bpffs that this process can open. */
void pin_search(cgswap_session *session, uint32_t program_id,
		void (*fn)(const char *path, void *user), void *user);

#endif
