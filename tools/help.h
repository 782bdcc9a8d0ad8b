/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_HELP_H
#define TOOLS_HELP_H

#include "options.h"

void help_print_all(const struct command *commands, size_t length);
void help_print(const struct command *command);

#endif
