/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds out without a search for links that an entry is plain. */
#ifndef CGSWAP_CGROUP_PLAIN_PROBE_H
#define CGSWAP_CGROUP_PLAIN_PROBE_H

#include "cgroup/cgroup.h"

/*
 * True if the program certainly has a plain entry in this chain, which is in multi mode. False also
 * if the kernel does not say so: the links must then be searched. Changes nothing.
 */
bool plain_probe(const struct cgroup *cgroup, const struct attach_type *type, int program_fd);

#endif
