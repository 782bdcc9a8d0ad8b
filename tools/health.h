/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_HEALTH_H
#define TOOLS_HEALTH_H

#include "options.h"

/*
 * A cgswap_health_fn whose user is the options: runs --check by /bin/sh, without input and with the
 * state of the transaction in its environment. A status other than 0 and the end of --check-timeout
 * are a no, for which the last line that it printed is the reason.
 */
int health_check(char *said, size_t size, const cgswap_event *event, void *options);

#endif
