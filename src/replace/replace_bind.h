/* SPDX-License-Identifier: BSD-2-Clause */
/* Binding a step to an entry or a position of its chain, and finding it there again. */
#ifndef CGSWAP_REPLACE_REPLACE_BIND_H
#define CGSWAP_REPLACE_REPLACE_BIND_H

#include "replace/replace.h"

/* ---- replace_preorder.c */

/*
 * Finds the preorder of the old program, which the new one gets unless the caller gave one. If the
 * kernel rejects the probe for the same reason as the replace, the result is PREORDER_FOUND and the
 * flags stay unknown: the commit probes again, or explains the kernel's error.
 * replace_error_preorder() has the messages for all results but FOUND and MOVED.
 */
enum preorder_result replace_detect_preorder(struct cgswap_replace *replace,
					     struct cgswap_step *step, bool in_commit,
					     struct preorder_answer *answer);

/* Fails if the chain has changed so that a commit could not find the preorder again. */
enum cgswap_status replace_forecast_preorder(struct cgswap_replace *replace,
					     struct cgswap_step *step);

/*
 * Finds the preorder of an entry of the step's chain. A probe that was in the chain is counted as a
 * change of our own.
 */
enum preorder_result replace_ask_preorder(struct cgswap_replace *replace, struct cgswap_step *step,
					  size_t position, int program_fd,
					  enum preorder_means means,
					  struct preorder_answer *answer);

/* Without reading the chain, the caller must give the preorder. */
enum cgswap_status replace_preorder_unread(struct cgswap_replace *replace,
					   struct cgswap_step *step);

/* ---- replace_refresh.c */

/* Fails if the step's link is detached, or holds another program than the old one. */
enum cgswap_status replace_check_link(const struct cgswap_replace *replace,
				      const struct cgswap_step *step);

/*
 * Reads the chain again and finds the step's entry; fails if the old program is gone. Sets *moved
 * if the chain changed again meanwhile.
 */
enum cgswap_status replace_refresh(struct cgswap_replace *replace, struct cgswap_step *step,
				   bool *moved);

/* ---- replace_link_safety.c */

/*
 * Fails for a link update that the kernel would accept and that does harm: to another attach type,
 * to other storage, or among preorder entries where the kernel confuses positions.
 */
enum cgswap_status replace_check_link_safety(struct cgswap_replace *replace,
					     struct cgswap_step *step,
					     const struct program *program);

/* ---- replace_array.c */

/*
 * Fails if the swap would replace the pin of a program array, and the old program, which uses the
 * array, stays attached to another cgroup: its tail calls would fail there.
 */
enum cgswap_status replace_check_array(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_bind.c */

/*
 * Binds a new step to the entry that its selector names, in a newly read chain. program is the new
 * program, or NULL if it is not loaded yet.
 */
enum cgswap_status replace_bind(struct cgswap_replace *replace, struct cgswap_step *step,
				const struct program *program);

/* Takes the chain's counters as those of the binding. Fails without memory. */
enum cgswap_status replace_bind_chain(struct cgswap_replace *replace, struct cgswap_step *step);

/* ---- replace_entry.c */

/* Binds a new step that attaches at the end of a newly read chain. */
enum cgswap_status replace_bind_attach(struct cgswap_replace *replace, struct cgswap_step *step);

/*
 * For a detach that was bound by replace_bind(): finds the position at which a rollback attaches
 * the program again. Fails if the kernel could not attach it there.
 */
enum cgswap_status replace_bind_way_back(struct cgswap_replace *replace, struct cgswap_step *step);

/* Adds the step's program to the state of the chain, or removes it. */
void replace_record_attach(struct cgswap_step *step, const struct program *program);
void replace_record_detach(struct cgswap_step *step);

/* The way back of a detach attaches at the end, since the kernel does not accept the anchor. */
void replace_drop_anchor(struct cgswap_step *step);

/* Compares the chain with the expected result of a step that attached or detached. */
enum cgswap_status replace_verify_entry(struct cgswap_replace *replace, struct cgswap_step *step);

#endif
