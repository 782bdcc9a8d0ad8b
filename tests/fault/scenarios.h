/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file scenarios.h
 * The uses of the library that are tested with faults, from one call to a whole transaction. Each
 * opens a session, goes on while calls return CGSWAP_OK, and records the first error.
 */
#ifndef TESTS_FAULT_SCENARIOS_H
#define TESTS_FAULT_SCENARIOS_H

#include "fixture.h"

#include <stdbool.h>

enum { RUN_TEXT = 512 };

/** One run of a scenario: its handles and its first error. */
struct run {
	cgswap_session *session;
	cgswap_chain *chain[FAULT_FIXTURE_CHAINS];
	cgswap_program *program[FAULT_FIXTURE_NEW];
	cgswap_replace *replace;

	enum cgswap_status status;
	enum cgswap_cause cause;
	int errnum;
	char operation[64], message[RUN_TEXT], remedy[RUN_TEXT];
	enum cgswap_step_state state[FAULT_FIXTURE_NEW]; /* final state of each step */
	enum cgswap_cause step_cause[FAULT_FIXTURE_NEW];
	bool verified[FAULT_FIXTURE_NEW];
};

struct scenario {
	const char *name;
	void (*play)(struct run *run);
	bool live_only; /* needs files or objects that the model does not have */
};

extern const struct scenario scenarios[];
extern const size_t scenario_count;

/** Plays a scenario and closes all its handles. */
struct run scenario_run(const struct scenario *scenario);

/** Records the result of a call. @return true if the run goes on. */
bool run_did(struct run *run, enum cgswap_status status);
/** Opens session, both chains and the new programs. */
bool run_open(struct run *run);
/** Opens a transaction with a step for each new program, two for each chain. */
bool run_plan(struct run *run, const struct cgswap_replace_opts *opts);
/** Opens one with four steps: by a link, in override mode, for a preorder and for a plain entry. */
bool run_plan_mixed(struct run *run);
/** Opens one with four steps: two attach, one detaches, one swaps. */
bool run_plan_entries(struct run *run);
/** Records the results of the steps and closes all handles. */
void run_end(struct run *run);

/** "cause (errno): message" of a run. */
const char *run_text(const struct run *run);

#endif
