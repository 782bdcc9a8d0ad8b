/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_SIGNALS_H
#define TOOLS_SIGNALS_H

#include <cgswap.h>

#include <stdbool.h>

/*
 * SIGINT, SIGTERM and SIGHUP cancel the transaction, which puts back what it did; further signals
 * change nothing. One that was ignored when the command started stays ignored.
 */
void signals_begin(cgswap_replace *replace);
void signals_end(void);

/* The number of the signal that came; 0: none. */
int signals_caught(void);

#endif
