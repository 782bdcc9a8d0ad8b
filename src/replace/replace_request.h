/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel call of a step, its guard, and the cgroup and link that it needs open. */
#ifndef CGSWAP_REPLACE_REPLACE_REQUEST_H
#define CGSWAP_REPLACE_REPLACE_REQUEST_H

#include "replace/replace.h"

/* ---- replace_hold.c */

/*
 * Makes the cgroup and link of a step usable, which may have been closed to save descriptors.
 * replace_release() ends it.
 */
/* Opens the programs of the step, for a use of their descriptors; replace_hold() does too. */
enum cgswap_status replace_open_programs(struct cgswap_step *step);

enum cgswap_status replace_hold(struct cgswap_step *step);
void replace_release(struct cgswap_step *step);

/* Gives the step the link that was resolved, if any, and its descriptor. */
void replace_set_link(struct cgswap_replace *replace, struct cgswap_step *step,
		      const struct resolved *resolved);
void replace_drop_link(struct cgswap_step *step);

/*
 * The few chains and links of a small transaction stay open, so that its commit need not open them.
 * A large one takes some descriptors to be able to roll back.
 */
enum cgswap_status replace_keep_open(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_request.c */

/* The flags that replace a plain entry. */
uint32_t replace_flags(enum cgswap_preorder preorder);

/* Returns the revision that the kernel checks; 0: none. A link's update takes none. */
uint64_t replace_guard_revision(const struct cgswap_replace *replace,
				const struct cgswap_step *step);
enum cgswap_guard replace_guard(const struct cgswap_replace *replace,
				const struct cgswap_step *step);

/* True if position and flags match the transaction's state of the chain. */
bool replace_is_current(const struct cgswap_step *step);

/* Returns the change that a step makes, for explain. */
struct change replace_change(const struct cgswap_replace *replace, const struct cgswap_step *step);

/*
 * Makes the kernel call once: from NULL attaches, to NULL detaches, both swaps. Returns 0 or a
 * negative errno.
 */
int replace_call(const struct cgswap_replace *replace, struct cgswap_step *step,
		 const struct program *from, const struct program *to, uint32_t flags,
		 uint64_t revision);

#endif
