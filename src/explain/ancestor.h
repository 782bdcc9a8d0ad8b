/* SPDX-License-Identifier: BSD-2-Clause */
/* Searches the ancestors of a cgroup for a program. */
#ifndef CGSWAP_EXPLAIN_ANCESTOR_H
#define CGSWAP_EXPLAIN_ANCESTOR_H

#include "base/error_text.h"
#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"

enum { ANCESTOR_PATH_SIZE = 512 };

struct ancestor {
	struct cgswap_session *session;
	uint32_t type;
	uint32_t id;
	bool found;
	struct snapshot chain;         /* the caller frees it, found or not */
	char path[ANCESTOR_PATH_SIZE]; /* "" if it is not known */
	int errnum;                    /* 0, or errno of an ancestor that could not be read */
};

/*
 * True if the cgroup has ancestors that this process cannot see: they are above its cgroup
 * namespace or the root of its mount, or may not be opened. Sets *above to the program that is
 * attached to one of them and reaches the topmost visible cgroup, or 0 if that is not known.
 */
bool ancestor_is_hidden(const struct cgroup *cgroup, struct cgswap_session *session, uint32_t type,
			uint32_t *above);

/* Appends the path in quotes, or "an ancestor". */
void ancestor_add_label(struct error_text *text, const char *path);

/* Finds the first ancestor, from the parent up, that holds this program; id 0: any program. */
void ancestor_find(struct ancestor *out, struct cgswap_session *session,
		   const struct cgroup *cgroup, uint32_t type, uint32_t id);

#endif
