/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPTION_RULES_H
#define TOOLS_OPTION_RULES_H

#include "options.h"

/*
 * Checks which options exclude each other and which need another, before anything is opened. The
 * first that is wrong becomes the problem of the options.
 */
void option_rules_check(struct options *options);

#endif
