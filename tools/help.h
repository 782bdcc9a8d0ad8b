/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_HELP_H
#define TOOLS_HELP_H

#include "commands.h"

/* False: out of memory. */
bool help_print_all(void);
bool help_print(const struct command *command);

#endif
