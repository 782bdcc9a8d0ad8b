/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file door.h
 * A door in front of another one. It passes everything on, counts, keeps a ledger of the
 * descriptors that went out, and can fail any call, lie about some, or tell somebody of each.
 * Linked with --wrap=kernel_live, so that every session on the "live" kernel stands before it; what
 * is behind it can be the running kernel or a modelled one.
 */
#ifndef DOOR_H
#define DOOR_H

#include "kernel/kernel.h"

#include <stdbool.h>
#include <stddef.h>

/* In the order of struct kernel_ops. */
enum door_op {
	DOOR_ATTACH,
	DOOR_DETACH,
	DOOR_QUERY,
	DOOR_LINK_CREATE,
	DOOR_LINK_UPDATE,
	DOOR_LINK_DETACH,
	DOOR_LOAD,
	DOOR_LOAD_OBJECT,
	DOOR_PROGRAM_BY_ID,
	DOOR_LINK_BY_ID,
	DOOR_MAP_BY_ID,
	DOOR_NEXT_LINK,
	DOOR_PROGRAM_INFO,
	DOOR_LINK_INFO,
	DOOR_MAP_INFO,
	DOOR_MAP_LOOKUP,
	DOOR_BTF_BY_ID,
	DOOR_PROGRAM_FULL_NAME,
	DOOR_PIN_OPEN,
	DOOR_PIN,
	DOOR_UNPIN,
	DOOR_PIN_MOVE,
	DOOR_DRAIN,
	DOOR_KIND,
	DOOR_DUP,
	DOOR_CLOSE,
	DOOR_CGROUP_OPEN,
	DOOR_CGROUP_PARENT,
	DOOR_CGROUP_ID,
	DOOR_CGROUP_PATH,
	DOOR_CGROUP_MAKE,
	DOOR_CGROUP_REMOVE,
	DOOR_CGROUP_CHILDREN,
	DOOR_CAPABILITY,
	DOOR_CGROUP_MOUNT,
	DOOR_BPFFS_MOUNT,
	DOOR_IS_BPFFS,
	DOOR_OPS
};

/* What a replace (PROG_ATTACH with KERNEL_REPLACE) becomes. */
enum door_lie {
	DOOR_HONEST,
	DOOR_APPENDS,   /* the flag is lost: the new program goes to the end */
	DOOR_IDLES,     /* nothing is done */
	DOOR_MISPLACES, /* the old program goes, and the new one comes at the end, in one revision */
	DOOR_LINK_IDLES, /* of an update of a link: nothing is done */
	DOOR_LINK_MISSES /* the program goes into the plain entry beside it */
};

struct door {
	unsigned calls[DOOR_OPS];
	unsigned total;
	unsigned walks; /* of the machine's links */
	int open; /* descriptors that went out and did not come back */

	/* fails call `at` (from 1) of one operation, or from there on all; closing never fails */
	enum door_op fail_op;
	unsigned fail_at;
	int fail_errno; /* 0: nothing fails */
	bool fail_on;
	unsigned failed;
	bool failed_question; /* one of them only asked: for a feature, or as a witness for preorder */
	bool asking;

	bool blind; /* no chain can be read: EPERM */

	enum door_lie lie;
	unsigned lies_skipped; /* replaces that are still honest */
	unsigned lies_told;    /* those after them that are not; then come honest ones again */
	int fail_back;         /* an errno for whatever would take a lie back; 0: it is not hindered */
	unsigned lies;         /* replaces since */
	unsigned hidden;       /* revisions that are not told */
	bool misorders;        /* an update of a link is seen to have taken a preorder program's place */

	/* told before each call that is passed on or failed */
	void (*before)(enum door_op op, void *user);
	void *user;
};

extern struct door door;
extern const char *const door_names[DOOR_OPS];

/** What is behind from now on; until then, the running kernel. */
void door_put_before(struct kernel *kernel);
struct kernel *door_behind(void);

/** Forgets counts, faults and lies; the ledger stays. */
void door_reset(void);
/** Whether the call of an operation can fail at all. */
bool door_can_fail(enum door_op op);

#endif
