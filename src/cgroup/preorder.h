/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out if an entry is preorder. The kernel does not report it, and a replace that does not
 * repeat the flag clears it, which silently reorders the programs of child cgroups. So a replace
 * finds it out first.
 */
#ifndef CGSWAP_CGROUP_PREORDER_H
#define CGSWAP_CGROUP_PREORDER_H

#include "cgroup/cgroup.h"
#include "cgroup/probe_programs.h"
#include "cgroup/snapshot.h"

struct preorder_query {
	struct cgswap_session *session;
	struct probe_programs *probes;
	const struct cgroup *cgroup;
	const struct attach_type *type;
	struct snapshot *chain; /* just read; read again after a probe was attached */
	size_t position;        /* the entry's position; it has no link */
	int program_fd;         /* the entry's program */
};

enum preorder_result {
	PREORDER_FOUND,     /* answer.preorder is YES or NO */
	PREORDER_UNDECIDED, /* the order, a scratch cgroup and a probe do not show it */
	PREORDER_REFUSED,   /* the kernel rejected the call as it would a replace: answer.errnum */
	PREORDER_NOT_PLAIN, /* a link holds the entry */
	PREORDER_MOVED,     /* the chain changed since it was read */
	PREORDER_LEFTOVER,  /* a probe could not be detached: probes->leftover_id */
	PREORDER_FAILED,    /* answer.errnum */
	PREORDER_DISABLED   /* preorder, with the feature disabled (set by callers) */
};

struct preorder_answer {
	enum cgswap_preorder preorder;
	int errnum;
};

/*
 * Reads the effective order first, and if that does not decide, the order in a scratch cgroup
 * below. If no scratch cgroup can be made, or the program runs more than once, it attaches a probe
 * before the entry, as preorder: a program that passes everything. An entry and its anchor must
 * have the same preorder flag, so if the entry is not preorder, the kernel rejects the probe and
 * nothing changes. If it is, the probe is in the chain for a moment; it is detached, and the chain
 * is read again.
 */
enum preorder_result preorder_detect(struct preorder_answer *out,
				     const struct preorder_query *query);

#endif
