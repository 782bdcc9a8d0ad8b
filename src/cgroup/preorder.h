/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether an entry is preorder. No query tells it, and a replace that does not repeat the flag
 * takes it away, which reorders the programs of child cgroups with nothing to be seen in the
 * parent. So it is found out before every replace.
 */
#ifndef CGSWAP_CGROUP_PREORDER_H
#define CGSWAP_CGROUP_PREORDER_H

#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"

/*
 * What the order in which programs run tells: preorder entries stand before the others there. The
 * answers go to out, one for each entry of own; DEFAULT where the order leaves it open.
 */
void preorder_from_order(enum cgswap_preorder *out, const struct snapshot *own,
			 const struct snapshot *effective);

/* Passing programs, one for each attach type, loaded when first needed. */
struct probe_programs {
	int *fds;             /* -1: not loaded */
	uint32_t leftover_id; /* the id of one that got in and could not be taken off */
};

bool probe_programs_has(const struct probe_programs *probe_programs,
			const struct attach_type *type);
void probe_programs_drop(struct probe_programs *probe_programs, struct kernel *kernel,
			 const struct attach_type *type);
void probe_programs_free(struct probe_programs *probe_programs, struct kernel *kernel);

/*
 * Settles it for the plain entry at a position of *own, the chain as it was just read.
 *
 * What the order leaves open shows in a scratch cgroup below. Where none can be had, or the program
 * runs in more than one place, a refused probe tells: a program that passes everything is to be
 * attached before the entry, with the preorder that we do not believe the entry to have. The kernel
 * refuses, since neighbours must agree, and nothing happened. Only if we believed wrongly the
 * probe stands there for a moment; it is taken off again, and *own is read anew.
 *
 * 0, with DEFAULT in out where it cannot be told; -ESTALE when the chain moved; -ENOENT when there
 * is no such plain entry; -ENOTRECOVERABLE when the probe got in and could not be taken off; or
 * another negative errno, -E2BIG and -EPERM where a replace would be refused for the same reason.
 */
int preorder_detect(enum cgswap_preorder *out, struct cgswap_session *session,
		    struct probe_programs *probe_programs, const struct cgroup *cgroup,
		    const struct attach_type *type, struct snapshot *own, size_t position,
		    int entry_fd);

#endif
