/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out if an entry is preorder. The kernel does not report it, and a replace that does not
 * repeat the flag clears it, which silently reorders the programs of child cgroups. So a replace
 * finds it out first.
 */
#ifndef CGSWAP_CGROUP_PREORDER_H
#define CGSWAP_CGROUP_PREORDER_H

#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"

/* The means that a query may use; each includes those before it. */
enum preorder_means {
	PREORDER_BY_ORDER, /* reads the effective order */
	PREORDER_BY_PROBE, /* attaches a probe program, which the kernel mostly rejects */
	PREORDER_BY_CHILD  /* makes a child cgroup, where the kernel cannot reject the probe */
};

struct preorder_query {
	struct cgswap_session *session;
	const struct cgroup *cgroup;
	const struct attach_type *type;
	struct snapshot *chain; /* just read; read again after a probe was attached */
	size_t position;        /* the entry's position; it has no link */
	int program_fd;         /* the entry's program */
	enum preorder_means means;
	enum cgswap_preorder guess; /* DEFAULT: most entries are not preorder */
};

enum preorder_result {
	PREORDER_FOUND,     /* answer.preorder is YES or NO */
	PREORDER_UNDECIDED, /* the permitted means do not show it */
	PREORDER_REFUSED,   /* the kernel rejected the call as it would a replace: answer.errnum */
	PREORDER_NOT_PLAIN, /* a link holds the entry */
	PREORDER_MOVED,     /* the chain changed since it was read */
	PREORDER_LEFTOVER,  /* a probe could not be detached: answer.probe_id */
	PREORDER_FAILED,    /* answer.errnum */
	PREORDER_DISABLED   /* preorder, with the feature disabled (set by callers) */
};

struct preorder_answer {
	enum cgswap_preorder preorder;
	int errnum;
	bool probe_attached; /* a probe was in the chain for a moment */
	uint32_t probe_id;
};

/*
 * Reads the effective order first. If that does not decide, attaches a probe before the entry: a
 * program that passes everything. An entry and its anchor must have the same preorder flag, so the
 * probe gets the flag that the entry is not expected to have: if the guess is right, the kernel
 * rejects the probe, and nothing changes. If it is wrong, the probe is in the chain for a moment;
 * it is detached, and the chain is read again. The expected revision makes sure that the chain is
 * still the one that was read.
 *
 * A kernel that has preorder, but no order or no revisions, would attach the probe in any case.
 * There the order in a scratch cgroup below shows the flag. It is gone when this returns; until
 * then the cgroup cannot be removed.
 */
enum preorder_result preorder_detect(struct preorder_answer *out,
				     const struct preorder_query *query);

#endif
