/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of scenarios and the scenarios of two files, for scenarios.c only. */
#ifndef TESTS_FAULT_SCENARIOS_PARTS_H
#define TESTS_FAULT_SCENARIOS_PARTS_H

#include "scenarios.h"

/* Each makes one call and returns true if the run goes on. */
bool part_session(struct run *run);
bool part_chain(struct run *run, int index);
bool part_program(struct run *run, int index);
/* Two steps for each chain; the second is for the preorder entry. */
bool part_step(struct run *run, int index);
bool part_commit(struct run *run);

/* An object with one program. */
const char *part_object(void);

/* ---- scenarios_change.c */

void play_attach(struct run *run);
void play_attach_preorder(struct run *run);
void play_attach_dry(struct run *run);
void play_attach_refused(struct run *run);
void play_detach(struct run *run);
void play_detach_by_pin(struct run *run);
void play_detach_dry(struct run *run);
void play_check(struct run *run);
void play_commit(struct run *run);
void play_drain(struct run *run);
void play_commit_unverified(struct run *run);
void play_roll_back(struct run *run);
void play_commit_again(struct run *run);
void play_commit_refused(struct run *run);
void play_replace_by_pin(struct run *run);
void play_replace_by_object(struct run *run);
void play_program_reusing_maps(struct run *run);
void play_replace_maps_reused(struct run *run);
void play_replace_maps_required(struct run *run);
void play_replace_maps_shared(struct run *run);

/* ---- scenarios_side.c */

void play_attach_pinned(struct run *run);
void play_attach_link_pinned(struct run *run);
void play_attach_link_handed_over(struct run *run);
void play_attach_link_beside(struct run *run);
void play_attach_before(struct run *run);
void play_attach_after(struct run *run);
void play_attach_first(struct run *run);
void play_detach_link(struct run *run);
void play_detach_override(struct run *run);
void play_replace_link(struct run *run);
void play_replace_link_pinned(struct run *run);
void play_replace_link_pinned_and_back(struct run *run);
void play_replace_link_mistaken(struct run *run);
void play_replace_override(struct run *run);
void play_replace_override_and_back(struct run *run);
void play_mixed(struct run *run);
void play_mixed_and_back(struct run *run);
void play_mixed_checked(struct run *run);
void play_mixed_refused(struct run *run);
void play_mixed_reopened(struct run *run);
void play_mixed_reopened_refused(struct run *run);
void play_replace_unreadable(struct run *run);

/* ---- scenarios_object.c */

void play_object_attach(struct run *run);
void play_object_attach_dry(struct run *run);
void play_object_load(struct run *run);
void play_object_replace(struct run *run);
void play_entries(struct run *run);
void play_entries_checked(struct run *run);
void play_entries_refused(struct run *run);

#endif
