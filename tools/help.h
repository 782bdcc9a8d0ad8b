/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_HELP_H
#define TOOLS_HELP_H

#include "commands.h"

void help_print_all(void);
void help_print(const struct command *command);

#endif
