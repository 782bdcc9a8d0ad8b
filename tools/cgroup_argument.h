/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_CGROUP_ARGUMENT_H
#define TOOLS_CGROUP_ARGUMENT_H

#include "options.h"

/*
 * Completes a cgroup of the command line: `.`, `..`, `./x` and `../x` are taken from the working
 * directory, and other relative paths from the cgroup2 mount, as the library does. Refuses a path
 * that names two cgroups, one below each of the two. Reports an error and returns its exit status;
 * otherwise the caller frees *out.
 */
enum exit_status cgroup_argument_read(char **out, const struct options *options,
				      cgswap_session *session, const char *word);

#endif
