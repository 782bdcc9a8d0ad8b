/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal_acts.h"

#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"
#include "scenarios_parts.h"
#include "session/session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_SIDE = FAULT_FIXTURE_CGROUPS, SHELF_OPEN = 2 };

const char *const journal_act_names[JOURNAL_ACTS] = {
	"commit",     "rollback",     "finish",	    "undo", "shelf commit", "shelf rollback",
	"shelf finish", "shelf undo", "keep", "take back",    "forget",
};

/* The number of the transaction that is held. */
static uint64_t held_id;

static bool has_shelf(enum journal_act act)
{
	return act >= ACT_SHELF_COMMIT && act <= ACT_SHELF_UNDO;
}

enum journal_act journal_act_plainly(enum journal_act act)
{
	return has_shelf(act) ? act - ACT_SHELF_COMMIT + ACT_COMMIT : act;
}

/* ---- the transaction ------------------------------------------------------------------------- */

static bool open_session(struct run *run, enum journal_act act)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .scratch_cgroup = live_scratch,
						  .state_dir = state_dir(),
						  .retry_time_ms = -1 };

	if (!run_did(run, cgswap_session_open(&run->session, &opts)))
		return false;
	if (has_shelf(act))
		run->session->pool.capacity = SHELF_OPEN;
	return true;
}

static bool open_transaction(struct run *run, enum journal_act act)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts),
						  .journal = 1,
						  .keep_old = act >= ACT_KEEP };

	return run_did(run, cgswap_replace_new(&run->replace, run->session, &opts));
}

/* A program that the caller has stays open. */
static bool add(struct run *run, int chain, uint32_t old, int new, const char *pin)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = pin };

	if ((!run->chain[chain] && !part_chain(run, chain)) || !part_program(run, new) ||
	    !run_did(run, cgswap_replace_add(run->replace, run->chain[chain],
					     fault_fixture_by_id(old), run->program[new], &opts)))
		return false;
	if (run->session->pool.capacity == SHELF_OPEN) {
		cgswap_program_unref(run->program[new]);
		run->program[new] = NULL;
	}
	return true;
}

static bool add_all(struct run *run)
{
	return add(run, FIRST_SIDE, fixture.side_id[SIDE_HELD], 0, fixture.pin_held) &&
	       add(run, FIRST_SIDE + 1, fixture.side_id[SIDE_OVERRIDE], 1, NULL) &&
	       add(run, FIRST_SIDE, fixture.side_id[SIDE_PREORDER], 2, fixture.pin_free) &&
	       add(run, 1, fixture.old_id[1][0], 3, NULL);
}

static void plan_steps(struct run *run, enum journal_act act)
{
	if (!open_session(run, act) || !open_transaction(run, act) || !add_all(run))
		bail_out("the transaction cannot be planned: %s", run_text(run));
}

/* ---- the state before ------------------------------------------------------------------------ */

/* Leaves the journal of a transaction of which two steps were done. */
static void leave_unfinished(enum journal_act act)
{
	size_t steps = 2;
	const struct cgswap_commit_opts opts = { .sz = sizeof(opts),
						 .progress = killed_after_steps,
						 .user = &steps };
	pid_t pid = fork();
	struct run run;

	if (!pid) {
		memset(&run, 0, sizeof(run));
		plan_steps(&run, act);
		cgswap_replace_commit(run.replace, &opts);
		fprintf(stderr, "%s\n", cgswap_error_get_message(cgswap_last_error()));
		_exit(2);
	}
	killed_child(pid);
}

/* Does a transaction that is held, and opens another session. */
static void leave_held(struct run *run, enum journal_act act)
{
	plan_steps(run, act);
	if (!part_commit(run))
		bail_out("a commit: %s", run_text(run));
	held_id = cgswap_replace_get_id(run->replace);
	run_end(run);
	memset(run, 0, sizeof(*run));
	if (!open_session(run, act))
		bail_out("no session: %s", run_text(run));
}

void journal_act_prepare(struct run *run, enum journal_act act)
{
	enum journal_act plainly = journal_act_plainly(act);

	memset(run, 0, sizeof(*run));
	if (plainly == ACT_FINISH || plainly == ACT_UNDO) {
		leave_unfinished(act);
		if (!open_session(run, act))
			bail_out("no session: %s", run_text(run));
	} else if (act == ACT_TAKE_BACK || act == ACT_FORGET) {
		leave_held(run, act);
	} else if (act == ACT_SHELF_COMMIT) {
		if (!open_session(run, act) || !open_transaction(run, act))
			bail_out("no transaction: %s", run_text(run));
	} else {
		plan_steps(run, act);
		if (plainly == ACT_ROLLBACK && !part_commit(run))
			bail_out("a commit: %s", run_text(run));
	}
}

/* ---- the acts -------------------------------------------------------------------------------- */

static void recover(struct run *run, enum cgswap_recover action)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = action };

	run_did(run, cgswap_session_recover(NULL, run->session, &opts));
}

void journal_act_do(struct run *run, enum journal_act act)
{
	enum journal_act plainly = journal_act_plainly(act);

	if (act == ACT_SHELF_COMMIT && !add_all(run))
		goto end;
	if (plainly == ACT_COMMIT || act == ACT_KEEP)
		part_commit(run);
	else if (act == ACT_TAKE_BACK)
		run_did(run, cgswap_session_undo(NULL, run->session, NULL));
	else if (act == ACT_FORGET)
		run_did(run, cgswap_session_forget(run->session, held_id));
	else if (plainly == ACT_ROLLBACK)
		run_did(run, cgswap_replace_rollback(run->replace));
	else
		recover(run, plainly == ACT_FINISH ? CGSWAP_RECOVER_FINISH : CGSWAP_RECOVER_UNDO);
end:
	run_end(run);
}

/* ---- after a fault --------------------------------------------------------------------------- */

bool journal_act_recover(struct run *run, enum cgswap_recover action)
{
	memset(run, 0, sizeof(*run));
	if (open_session(run, ACT_COMMIT))
		recover(run, action);
	run_end(run);
	return !run->status;
}

bool journal_act_let_go(struct run *run, enum journal_act act)
{
	memset(run, 0, sizeof(*run));
	if (open_session(run, act) && act == ACT_FORGET)
		run_did(run, cgswap_session_forget(run->session, held_id));
	else if (!run->status)
		run_did(run, cgswap_session_undo(NULL, run->session, NULL));
	run_end(run);
	return !run->status;
}
