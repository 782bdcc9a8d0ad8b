/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_COMMANDS_H
#define TOOLS_COMMANDS_H

#include "options.h"

/* Each runs one command, tells what came of it, and returns the exit status. */
enum exit_status cmd_show(const struct options *options);
enum exit_status cmd_tree(const struct options *options);
enum exit_status cmd_attach(const struct options *options);
enum exit_status cmd_detach(const struct options *options);
enum exit_status cmd_replace(const struct options *options);
enum exit_status cmd_inspect(const struct options *options);
enum exit_status cmd_features(const struct options *options);
enum exit_status cmd_explain(const struct options *options);

#endif
