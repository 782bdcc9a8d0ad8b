/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file scenarios.h
 * What a caller does with the library on the stage: from one call to a whole transaction. Each
 * opens a session, goes on as long as it is answered CGSWAP_OK, and keeps what it was told.
 */
#ifndef TESTS_FAULT_SCENARIOS_H
#define TESTS_FAULT_SCENARIOS_H

#include "fixture.h"

#include <stdbool.h>

enum { RUN_TEXT = 512 };

/** One run of a scenario: its handles, and the first refusal. */
struct run {
	cgswap_session *session;
	cgswap_chain *chain[FAULT_FIXTURE_CHAINS];
	cgswap_program *program[FAULT_FIXTURE_NEW];
	cgswap_replace *replace;

	enum cgswap_status status;
	enum cgswap_cause cause;
	int errnum;
	char operation[64], message[RUN_TEXT], remedy[RUN_TEXT];
	enum cgswap_step_state state[FAULT_FIXTURE_NEW]; /* of the steps, at the end */
	enum cgswap_cause step_cause[FAULT_FIXTURE_NEW];
	bool verified[FAULT_FIXTURE_NEW];
};

struct scenario {
	const char *name;
	void (*play)(struct run *run);
	bool live_only; /* needs files or objects that only the machine has */
};

extern const struct scenario scenarios[];
extern const size_t scenario_count;

/** Plays one, and lets all its handles go. */
struct run scenario_run(const struct scenario *scenario);

/** Keeps what a call was answered; whether the run goes on. */
bool run_did(struct run *run, enum cgswap_status status);
/** Opens session, both chains and the new programs. */
bool run_open(struct run *run);
/** Opens a transaction of a step for each new program: two for each chain. */
bool run_plan(struct run *run, const struct cgswap_replace_opts *opts);
/** Opens one of four steps: by a link, in override mode, for a preorder entry, for a plain one. */
bool run_plan_mixed(struct run *run);
/** Keeps what the steps say, and lets all handles go. */
void run_end(struct run *run);

/** "cause (errno): message" of a run. */
const char *run_tell(const struct run *run);

#endif
