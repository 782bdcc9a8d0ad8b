/* SPDX-License-Identifier: BSD-2-Clause */
/* Searches the ancestors of a cgroup for a program. */
#ifndef CGSWAP_EXPLAIN_ANCESTOR_H
#define CGSWAP_EXPLAIN_ANCESTOR_H

#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"

enum { ANCESTOR_LABEL_SIZE = 516 };

struct ancestor {
	struct cgswap_session *session;
	uint32_t type;
	uint32_t id;
	bool found;
	struct snapshot chain;           /* the caller frees it, found or not */
	char label[ANCESTOR_LABEL_SIZE]; /* its path in quotes, or "an ancestor" */
	int errnum;                      /* 0, or errno of an ancestor that could not be read */
};

/* Finds the first ancestor, from the parent up, that holds this program; id 0: any program. */
void ancestor_find(struct ancestor *out, struct cgswap_session *session,
		   const struct cgroup *cgroup, uint32_t type, uint32_t id);

#endif
