/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file door.h
 * A door in front of another one. It passes everything on, counts, keeps a ledger of the
 * descriptors that went out, and can fail any call, lie about some, or tell somebody of each.
 * Linked with --wrap=kernel_live, so that every session on the "live" kernel stands before it; what
 * is behind it can be the running kernel or a modelled one.
 */
#ifndef TESTS_FAULT_FAULT_KERNEL_H
#define TESTS_FAULT_FAULT_KERNEL_H

#include "kernel/kernel.h"

#include <stdbool.h>
#include <stddef.h>

/* In the order of struct kernel_ops. */
enum fault_kernel_op {
	FAULT_KERNEL_ATTACH,
	FAULT_KERNEL_DETACH,
	FAULT_KERNEL_QUERY,
	FAULT_KERNEL_LINK_CREATE,
	FAULT_KERNEL_LINK_UPDATE,
	FAULT_KERNEL_LINK_DETACH,
	FAULT_KERNEL_LOAD,
	FAULT_KERNEL_LOAD_OBJECT,
	FAULT_KERNEL_PROGRAM_BY_ID,
	FAULT_KERNEL_LINK_BY_ID,
	FAULT_KERNEL_MAP_BY_ID,
	FAULT_KERNEL_NEXT_PROGRAM,
	FAULT_KERNEL_NEXT_LINK,
	FAULT_KERNEL_PROGRAM_INFO,
	FAULT_KERNEL_LINK_INFO,
	FAULT_KERNEL_MAP_INFO,
	FAULT_KERNEL_MAP_LOOKUP,
	FAULT_KERNEL_BTF_BY_ID,
	FAULT_KERNEL_PROGRAM_FULL_NAME,
	FAULT_KERNEL_PIN_OPEN,
	FAULT_KERNEL_PIN,
	FAULT_KERNEL_UNPIN,
	FAULT_KERNEL_PIN_MOVE,
	FAULT_KERNEL_PIN_LOCK,
	FAULT_KERNEL_PIN_UNLOCK,
	FAULT_KERNEL_PIN_NAMES,
	FAULT_KERNEL_DRAIN,
	FAULT_KERNEL_KIND,
	FAULT_KERNEL_DUP,
	FAULT_KERNEL_CLOSE,
	FAULT_KERNEL_CGROUP_OPEN,
	FAULT_KERNEL_CGROUP_PARENT,
	FAULT_KERNEL_CGROUP_ID,
	FAULT_KERNEL_CGROUP_PATH,
	FAULT_KERNEL_CGROUP_MAKE,
	FAULT_KERNEL_CGROUP_REMOVE,
	FAULT_KERNEL_CGROUP_CHILDREN,
	FAULT_KERNEL_CAPABILITY,
	FAULT_KERNEL_CGROUP_MOUNT,
	FAULT_KERNEL_BPFFS_MOUNT,
	FAULT_KERNEL_IS_BPFFS,
	FAULT_KERNEL_OPS
};

/* What a replace (PROG_ATTACH with KERNEL_REPLACE) becomes. */
enum fault_kernel_lie {
	FAULT_KERNEL_HONEST,
	FAULT_KERNEL_APPENDS,   /* the flag is lost: the new program goes to the end */
	FAULT_KERNEL_IDLES,     /* nothing is done */
	FAULT_KERNEL_MISPLACES, /* the old program goes, and the new one comes at the end, in one revision */
	FAULT_KERNEL_LINK_IDLES, /* of an update of a link: nothing is done */
	FAULT_KERNEL_LINK_MISSES /* the program goes into the plain entry beside it */
};

struct fault_kernel {
	unsigned calls[FAULT_KERNEL_OPS];
	unsigned total;
	unsigned walks; /* of the machine's links */
	int open; /* descriptors that went out and did not come back */

	/* fails call `at` (from 1) of one operation, or from there on all; closing never fails */
	enum fault_kernel_op fail_op;
	unsigned fail_at;
	int fail_errno; /* 0: nothing fails */
	bool fail_on;
	unsigned failed;
	bool failed_question; /* one of them only asked: for a feature, or as a witness for preorder */
	bool asking;

	bool blind; /* no chain can be read: EPERM */

	enum fault_kernel_lie lie;
	unsigned lies_skipped; /* replaces that are still honest */
	unsigned lies_told;    /* those after them that are not; then come honest ones again */
	int fail_back;         /* an errno for whatever would take a lie back; 0: it is not hindered */
	unsigned lies;         /* replaces since */
	unsigned hidden;       /* revisions that are not told */
	bool misorders;        /* an update of a link is seen to have taken a preorder program's place */

	/* told before each call that is passed on or failed */
	void (*before)(enum fault_kernel_op op, void *user);
	void *user;
};

extern struct fault_kernel fault_kernel;
extern const char *const fault_kernel_names[FAULT_KERNEL_OPS];

/** What is behind from now on; until then, the running kernel. */
void fault_kernel_put_before(struct kernel *kernel);
struct kernel *fault_kernel_behind(void);

/** Forgets counts, faults and lies; the ledger stays. */
void fault_kernel_reset(void);
/** Whether the call of an operation can fail at all. */
bool fault_kernel_can_fail(enum fault_kernel_op op);

#endif
