/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out if an entry is preorder. The kernel does not report it, and a replace that does not
 * repeat the flag takes it away, which reorders the programs of child cgroups without a trace in
 * the parent. So a replace finds it out first.
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
	struct snapshot *chain; /* as it was just read; read again where a probe got in */
	size_t position;        /* of the plain entry in question */
	int program_fd;         /* its program */
};

enum preorder_result {
	PREORDER_FOUND,     /* answer.preorder is YES or NO */
	PREORDER_UNDECIDED, /* neither the order, a scratch cgroup nor a probe can show it */
	PREORDER_REFUSED,   /* the kernel refused as it would a replace: answer.errnum */
	PREORDER_NOT_PLAIN, /* the entry is not a plain one: a link holds it */
	PREORDER_MOVED,     /* the chain is not any more as it was read */
	PREORDER_LEFTOVER,  /* a probe could not be detached: probes->leftover_id */
	PREORDER_FAILED,    /* answer.errnum */
	PREORDER_DISABLED   /* it is preorder, and the session must do without (for callers) */
};

struct preorder_answer {
	enum cgswap_preorder preorder;
	int errnum;
};

/*
 * Asks the effective order first, and where that leaves it open a scratch cgroup below. Where none
 * can be made, or the program runs more than once, it asks with a probe that the kernel should
 * refuse: it attaches a program that passes everything before the entry, as preorder. An entry and
 * its anchor must agree in preorder, so for an entry that is not, the kernel refuses and nothing
 * happens. Only for one that is, the probe is in the chain for a moment; it is detached, and the
 * chain is read again.
 */
enum preorder_result preorder_detect(struct preorder_answer *out,
				     const struct preorder_query *query);

#endif
