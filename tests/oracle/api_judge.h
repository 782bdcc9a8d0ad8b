/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file api_judge.h
 * The judgement of a call by the rules: its cause, and the states that the cgroups may have after
 * it. What fails is described in api_failure.
 */
#ifndef TESTS_ORACLE_API_JUDGE_H
#define TESTS_ORACLE_API_JUDGE_H

#include "api_session.h"

/** Names the kind of the failure. @return false. */
bool api_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** A cause's name, or "ok". */
const char *api_cause_text(enum cgswap_cause cause);
/** The cause of the call that just returned; counts it. */
enum cgswap_cause api_cause_of(enum cgswap_status status, bool dry, const char *call);

/** Adds the causes of a call that another process raced. */
void api_want_race(struct api_causes *want, const struct api_foreign *foreign);
/** @return false if the cause is not one that the rules give. */
bool api_judge_cause(const struct api_operation *operation, const char *call, enum cgswap_cause got,
		     struct api_causes *want, bool raced);
/**
 * Notes if the dry run that just returned is certain. @return false if it must be: an attach in vain,
 * which the kernel answers in multi mode, tells what cannot be seen from inside a cgroup namespace.
 */
bool api_judge_certain(const struct api_operation *operation, enum cgswap_cause dry, bool certain);
/** @return false if the dry run and the call differ where nothing came between. */
bool api_judge_same(const struct api_operation *operation, const char *first, enum cgswap_cause one,
		    const char *second, enum cgswap_cause other);

/** Adds a state that may be right after a call. */
void api_candidate(const struct api_state *state);
void api_candidates_clear(void);
/** Gives the link that a call made its id; by_slot: also in that slot, which has its descriptor. */
void api_candidates_name_link(uint32_t id, bool by_slot, unsigned slot);
/** Takes the candidate that the kernel shows as the state from now on. @return false if it shows
 * none. */
bool api_judge_chains(const char *call, enum cgswap_cause cause);
/** @return false if a refused call changed anything. */
bool api_judge_untouched(const char *call, enum cgswap_cause cause);

/** Does the operation's foreign change if its moment is between two calls. */
bool api_act_between(const struct api_operation *operation, enum api_moment moment);

/* ---- api_change.c, api_play.c */

const char *api_selector_text(char *text, size_t size, const struct api_selector *selector);
/** Plays an attach or a detach. */
bool api_play_change(const struct api_operation *given);

#endif
