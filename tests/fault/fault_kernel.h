/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fault_kernel.h
 * A backend in front of another one. It passes every call on, counts the calls and the open
 * descriptors, and can fail any call, answer some of them wrongly, or call the test before each.
 * The tests link it with --wrap=kernel_live, so that every session on the "live" kernel uses it.
 * The inner backend is the running kernel or a model.
 */
#ifndef TESTS_FAULT_FAULT_KERNEL_H
#define TESTS_FAULT_FAULT_KERNEL_H

#include "kernel/kernel.h"

#include <stdbool.h>
#include <stddef.h>

/* In the order of struct kernel_ops. */
enum fault_kernel_op {
#define OWN(number, name) FAULT_KERNEL_##number,
#include "fault_kernel.def"
	FAULT_KERNEL_OPS
};

/* The wrong result of a replace (PROG_ATTACH with KERNEL_REPLACE) or of a LINK_UPDATE. */
enum fault_kernel_lie {
	FAULT_KERNEL_HONEST,
	FAULT_KERNEL_APPENDS,   /* ignores the flag: the new program goes to the end */
	FAULT_KERNEL_IDLES,     /* does nothing */
	FAULT_KERNEL_MISPLACES, /* detaches the old program and appends the new one, in one revision */
	FAULT_KERNEL_LINK_IDLES, /* ignores an update of a link */
	FAULT_KERNEL_LINK_MISSES /* puts the program into the plain entry beside the link's */
};

struct fault_kernel {
	unsigned calls[FAULT_KERNEL_OPS];
	unsigned total;
	unsigned walks; /* over all links of the machine */
	uint32_t maps_opened[64]; /* their ids, each once */
	size_t map_count;
	unsigned maps_reopened; /* opens by the id of a map that was opened before */
	int open; /* descriptors that are not closed yet */

	/* fails call `at` (from 1) of one operation, or that one and all after it; close never fails */
	enum fault_kernel_op fail_op;
	unsigned fail_at;
	int fail_errno; /* 0: no call fails */
	bool fail_on;
	unsigned failed;
	bool failed_question; /* a failed call only probed: for a feature or for preorder */
	bool asking;

	bool unreadable; /* every query fails with EPERM */

	enum fault_kernel_lie lie;
	unsigned lies_skipped; /* number of replaces that work before the first wrong one */
	unsigned lies_told;    /* number of wrong ones after them; later ones work again */
	int fail_back;         /* errno of the calls that would undo a wrong replace; 0: they work */
	unsigned lies;         /* replaces since then */
	unsigned hidden;       /* revisions that queries do not show */
	bool misorders;        /* effective queries show that a link update hit a preorder program */

	/* called before each call that is passed on or failed */
	void (*before)(enum fault_kernel_op op, void *user);
	void *user;
};

extern struct fault_kernel fault_kernel;
extern const char *const fault_kernel_names[FAULT_KERNEL_OPS];

/** Sets the inner backend. The default is the running kernel. */
void fault_kernel_set_inner(struct kernel *kernel);
struct kernel *fault_kernel_inner(void);

/** Clears counts and faults. The leak check keeps its records. */
void fault_kernel_reset(void);
/** Returns false for operations that cannot fail. */
bool fault_kernel_can_fail(enum fault_kernel_op op);

#endif
