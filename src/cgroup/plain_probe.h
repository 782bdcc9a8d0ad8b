/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds out without a search for links that an entry is plain. */
#ifndef CGSWAP_CGROUP_PLAIN_PROBE_H
#define CGSWAP_CGROUP_PLAIN_PROBE_H

#include "cgroup/cgroup.h"

enum plain_answer {
	PLAIN_UNKNOWN, /* the kernel does not say: the links must be searched */
	PLAIN_YES,
	PLAIN_NO /* only links hold the program, or it is not attached */
};

/* Asks the kernel if a program has a plain entry in a chain in multi mode. Changes nothing. */
enum plain_answer plain_ask(const struct cgroup *cgroup, const struct attach_type *type,
			    int program_fd);

/* True if it certainly has one. */
bool plain_probe(const struct cgroup *cgroup, const struct attach_type *type, int program_fd);

#endif
