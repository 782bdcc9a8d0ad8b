/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_HEALTH_H
#define TOOLS_HEALTH_H

#include "options.h"

/*
 * A cgswap_health_fn whose user is the options: runs --check by /bin/sh, without input and with the
 * state of the transaction in its environment. The check fails if its exit status is not 0 or if it
 * takes longer than --check-timeout; the last line that it printed is then the reason.
 */
int health_check(char *said, size_t size, const cgswap_event *event, void *options);

#endif
