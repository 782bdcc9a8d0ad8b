/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal_faults.h"

#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"
#include "files.h"
#include "journal_left.h"
#include "leaks.h"
#include "memory.h"
#include "scenarios_parts.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOLD_MAX = 12, FIRST_SIDE = FAULT_FIXTURE_CGROUPS };

const char *const journal_act_names[JOURNAL_ACTS] = { "commit", "rollback", "finish", "undo",
						       "keep", "take back", "forget" };

static struct {
	struct fault_fixture_look after; /* a commit */
	unsigned calls[JOURNAL_ACTS][FAULT_KERNEL_OPS];
} rehearsal;

/* The number of the transaction that is held. */
static uint64_t held_id;

/* ---- the acts -------------------------------------------------------------------------------- */

static bool open_session(struct run *run)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .scratch_cgroup = live_scratch,
						  .state_dir = state_dir(),
						  .retry_time_ms = -1 };

	return run_did(run, cgswap_session_open(&run->session, &opts));
}

static bool add(struct run *run, int chain, uint32_t old, int new, const char *pin)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = pin };

	return (run->chain[chain] || part_chain(run, chain)) && part_program(run, new) &&
	       run_did(run, cgswap_replace_add(run->replace, run->chain[chain],
					       fault_fixture_by_id(old), run->program[new], &opts));
}

static void plan_steps(struct run *run, bool keep_old)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts),
						  .journal = 1,
						  .keep_old = keep_old };

	if (!open_session(run) ||
	    !run_did(run, cgswap_replace_new(&run->replace, run->session, &opts)) ||
	    !add(run, FIRST_SIDE, fixture.side_id[SIDE_HELD], 0, fixture.pin_held) ||
	    !add(run, FIRST_SIDE + 1, fixture.side_id[SIDE_OVERRIDE], 1, NULL) ||
	    !add(run, FIRST_SIDE, fixture.side_id[SIDE_PREORDER], 2, fixture.pin_free) ||
	    !add(run, 1, fixture.old_id[1][0], 3, NULL))
		bail_out("the transaction cannot be planned: %s", run_text(run));
}

static int die(size_t done, size_t total, void *user)
{
	(void)total;
	(void)user;
	if (done == 2)
		kill(getpid(), SIGKILL);
	return 0;
}

/* Leaves the journal of a transaction of which two steps were done. */
static void leave_unfinished(void)
{
	const struct cgswap_commit_opts opts = { .sz = sizeof(opts), .progress = die };
	pid_t pid = fork();
	struct run run;
	int status;

	if (!pid) {
		memset(&run, 0, sizeof(run));
		plan_steps(&run, false);
		cgswap_replace_commit(run.replace, &opts);
		fprintf(stderr, "%s\n", cgswap_error_get_message(cgswap_last_error()));
		_exit(2);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		bail_out("the child was not killed");
}

/* Does a transaction that is held, and opens another session. */
static void leave_held(struct run *run)
{
	plan_steps(run, true);
	if (!part_commit(run))
		bail_out("a commit: %s", run_text(run));
	held_id = cgswap_replace_get_id(run->replace);
	run_end(run);
	memset(run, 0, sizeof(*run));
	if (!open_session(run))
		bail_out("no session: %s", run_text(run));
}

/* The state before the fault. */
static void prepare(struct run *run, enum journal_act act)
{
	memset(run, 0, sizeof(*run));
	if (act == ACT_FINISH || act == ACT_UNDO) {
		leave_unfinished();
		if (!open_session(run))
			bail_out("no session: %s", run_text(run));
		return;
	}
	if (act == ACT_TAKE_BACK || act == ACT_FORGET) {
		leave_held(run);
		return;
	}
	plan_steps(run, act == ACT_KEEP);
	if (act == ACT_ROLLBACK && !part_commit(run))
		bail_out("a commit: %s", run_text(run));
}

static void recover(struct run *run, enum cgswap_recover action)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = action };

	run_did(run, cgswap_session_recover(NULL, run->session, &opts));
}

static void act_on(struct run *run, enum journal_act act)
{
	if (act == ACT_COMMIT || act == ACT_KEEP)
		part_commit(run);
	else if (act == ACT_TAKE_BACK)
		run_did(run, cgswap_session_undo(NULL, run->session, NULL));
	else if (act == ACT_FORGET)
		run_did(run, cgswap_session_forget(run->session, held_id));
	else if (act == ACT_ROLLBACK)
		run_did(run, cgswap_replace_rollback(run->replace));
	else
		recover(run, act == ACT_FINISH ? CGSWAP_RECOVER_FINISH : CGSWAP_RECOVER_UNDO);
	run_end(run);
}

/* ---- faults ---------------------------------------------------------------------------------- */

static void fault_begin(const struct fault *fault)
{
	fault_kernel_reset();
	if (fault->source == FAULT_FILE) {
		files_fail((enum files_op)fault->op, fault->at, fault->errnum, fault->on);
	} else if (fault->source == FAULT_MEMORY) {
		memory_fail(fault->at, fault->on);
	} else {
		fault_kernel.fail_op = (enum fault_kernel_op)fault->op;
		fault_kernel.fail_at = fault->at;
		fault_kernel.fail_errno = fault->errnum;
		fault_kernel.fail_on = fault->on;
	}
}

/* Returns true if there was one. */
static bool fault_end(const struct fault *fault)
{
	bool by_files = files_relent(), by_memory = memory_relent();

	fault_kernel.fail_errno = 0;
	return fault->source == FAULT_FILE     ? by_files
	       : fault->source == FAULT_MEMORY ? by_memory
					       : fault_kernel.failed > 0;
}

static const char *errno_text(const struct fault *fault)
{
	return fault->errnum == FILES_SHORT ? "short" : cgswap_errno_get_name(fault->errnum);
}

static void complain(enum journal_act act, const struct fault *fault, const struct run *run,
		     unsigned *wrong, const char *what)
{
	const char *op = fault->source == FAULT_FILE ? files_names[fault->op]
			 : fault->source == FAULT_MEMORY ? "allocation"
							 : fault_kernel_names[fault->op];

	if (++*wrong > TOLD_MAX)
		return;
	diag("%s: %s%s %u%s fails (%s): %s: %s", journal_act_names[act],
	     fault->source == FAULT_FILE ? "file " : "", op, fault->at,
	     fault->on ? " and all after it" : "", errno_text(fault), what, run_text(run));
}

/* A call that removes something, or finds what is to be removed, may be the one that failed. */
static bool may_leave(const struct fault *fault)
{
	if (fault->on || fault->source == FAULT_MEMORY)
		return true;
	if (fault->source == FAULT_FILE)
		return fault->op == FILES_UNLINK || fault->op == FILES_OPEN ||
		       fault->op == FILES_READ || fault->op == FILES_STAT;
	return fault->op == FAULT_KERNEL_UNPIN || fault->op == FAULT_KERNEL_PIN_NAMES ||
	       fault->op == FAULT_KERNEL_PIN_DIRECTORY_REMOVE || fault->op == FAULT_KERNEL_PIN_LOCK;
}

static void restore(void)
{
	journal_pins_left(true);
	state_dir_clear();
	leaks_reset();
	fault_fixture_reset();
}

/* ---- the verdict ----------------------------------------------------------------------------- */

static bool is_line(const char *text)
{
	return *text && !strchr(text, '\n');
}

/* A pin, or a file of the journal: its errno has a cause of its own. */
static bool has_own_cause(const struct fault *fault)
{
	return fault->source != FAULT_CALL || fault->op == FAULT_KERNEL_PIN ||
	       fault->op == FAULT_KERNEL_PIN_MOVE || fault->op == FAULT_KERNEL_PIN_LOCK ||
	       fault->op == FAULT_KERNEL_PIN_NAMES || fault->op == FAULT_KERNEL_UNPIN ||
	       fault->op == FAULT_KERNEL_PIN_DIRECTORY_MAKE ||
	       fault->op == FAULT_KERNEL_PIN_DIRECTORY_REMOVE ||
	       fault->op == FAULT_KERNEL_BOOT_ID;
}

static bool cause_is_right(const struct run *run, const struct fault *fault)
{
	if (!run->status)
		return true;
	if (run->status != cgswap_cause_get_status(run->cause) || !is_line(run->message) ||
	    !is_line(run->remedy) || !is_line(run->operation))
		return false;
	if (run->cause == CGSWAP_CAUSE_ROLLBACK_INCOMPLETE)
		return true;
	if (fault->source == FAULT_MEMORY || fault->errnum == ENOMEM)
		return run->cause == CGSWAP_CAUSE_OUT_OF_MEMORY;
	if (fault->errnum == EMFILE)
		return run->cause == CGSWAP_CAUSE_TOO_MANY_FILES;
	if (fault->source == FAULT_FILE)
		return run->cause == CGSWAP_CAUSE_JOURNAL_UNWRITABLE ||
		       run->cause == CGSWAP_CAUSE_JOURNAL_DAMAGED;
	return run->cause != CGSWAP_CAUSE_UNEXPLAINED || !has_own_cause(fault);
}

/* Recovers without a fault. Returns false, with the error in the run, if it fails. */
static bool recover_again(struct run *run, enum cgswap_recover action)
{
	memset(run, 0, sizeof(*run));
	if (open_session(run))
		recover(run, action);
	run_end(run);
	return !run->status;
}

/* Undoes or forgets what is held. Returns false, with the error in the run, if that fails. */
static bool let_go(struct run *run, enum journal_act act)
{
	memset(run, 0, sizeof(*run));
	if (open_session(run) && act == ACT_FORGET)
		run_did(run, cgswap_session_forget(run->session, held_id));
	else if (!run->status)
		run_did(run, cgswap_session_undo(NULL, run->session, NULL));
	run_end(run);
	return !run->status;
}

static const struct fault_fixture_look *goal_of(enum journal_act act, bool done)
{
	bool forward = act == ACT_COMMIT || act == ACT_KEEP		 ? done
		       : act == ACT_ROLLBACK || act == ACT_TAKE_BACK ? !done
								     : act != ACT_UNDO;

	return forward ? &rehearsal.after : &fixture.start;
}

/*
 * A commit or rollback that failed did nothing; where not all could be taken back, a recover does
 * that. A recover that failed may be called again.
 */
static void judge(enum journal_act act, const struct fault *fault, const struct run *run,
		  unsigned *wrong)
{
	bool recovers = act == ACT_FINISH || act == ACT_UNDO;
	bool again = run->status && (recovers || run->status == CGSWAP_E_PARTIAL);
	const struct fault_fixture_look *goal = goal_of(act, !run->status || again);
	/* a rollback goes on if it can have no journal */
	bool unrecorded = act == ACT_ROLLBACK && again && !state_dir_has("journal");
	struct fault_fixture_look now;
	struct run second;

	if (run->status == CGSWAP_E_PARTIAL && !recovers)
		goal = &fixture.start;
	if (again && !recover_again(&second, act == ACT_FINISH ? CGSWAP_RECOVER_FINISH
							       : CGSWAP_RECOVER_UNDO))
		complain(act, fault, &second, wrong, "a second recover");
	now = fault_fixture_look();
	if (!fault_fixture_same(&now, goal) && !(unrecorded && fault_fixture_sound(&now))) {
		complain(act, fault, run, wrong, "neither all old nor all new");
		fault_fixture_print(&now, goal);
	}
	if (!again && !may_leave(fault) && journal_is_left())
		complain(act, fault, run, wrong, "a pin or a journal is left");
	if (!recover_again(&second, CGSWAP_RECOVER_LIST))
		complain(act, fault, &second, wrong, "a recover that lists");
	if (journal_is_left())
		complain(act, fault, run, wrong, "a pin or a journal is left after all");
}

/*
 * A transaction that was to be held is held if it was done; an undo that failed leaves it held, and
 * may be called again; so may a forget.
 */
static void judge_held(enum journal_act act, const struct fault *fault, const struct run *run,
		       unsigned *wrong)
{
	bool held = act == ACT_KEEP ? !run->status : run->status != CGSWAP_OK;
	const struct fault_fixture_look *goal = goal_of(act, !run->status);
	struct fault_fixture_look now;
	struct run second;

	if (!recover_again(&second, CGSWAP_RECOVER_UNDO))
		complain(act, fault, &second, wrong, "a recover");
	now = fault_fixture_look();
	if (!fault_fixture_same(&now, goal)) {
		complain(act, fault, run, wrong, "neither all old nor all new");
		fault_fixture_print(&now, goal);
	}
	if (!let_go(&second, act) && (held || second.cause != CGSWAP_CAUSE_TRANSACTION_NOT_HELD))
		complain(act, fault, &second, wrong, "a second undo or forget");
	now = fault_fixture_look();
	if (!fault_fixture_same(&now, act == ACT_FORGET ? &rehearsal.after : &fixture.start))
		complain(act, fault, run, wrong, "an undo or forget after all");
	if (journal_is_left())
		complain(act, fault, run, wrong, "a pin or a journal is left after all");
}

bool journal_faults_run(enum journal_act act, const struct fault *fault, unsigned *wrong)
{
	size_t open = fault_fixture_open_count(), held = memory_held();
	struct run run;
	bool failed;

	prepare(&run, act);
	fault_begin(fault);
	act_on(&run, act);
	failed = fault_end(fault);
	/* it holds descriptors of scratch cgroups that are left */
	leaks_sweep(fixture.kernel, fixture.shared);
	if (failed) {
		if (!cause_is_right(&run, fault))
			complain(act, fault, &run, wrong, "wrong cause");
		if (fault_kernel.open || fault_fixture_open_count() != open)
			complain(act, fault, &run, wrong, "a descriptor is left open");
		if (memory_held() != held)
			complain(act, fault, &run, wrong, "memory was leaked");
		if (journal_is_locked())
			complain(act, fault, &run, wrong, "the lock is still held");
		if (act >= ACT_KEEP)
			judge_held(act, fault, &run, wrong);
		else
			judge(act, fault, &run, wrong);
		fault_kernel.open = 0;
	}
	restore();
	return failed;
}

/* ---- the fixture ----------------------------------------------------------------------------- */

static void rehearse(enum journal_act act)
{
	struct fault_fixture_look now;
	struct run run;

	prepare(&run, act);
	fault_kernel_reset();
	act_on(&run, act);
	memcpy(rehearsal.calls[act], fault_kernel.calls, sizeof(fault_kernel.calls));
	if (run.status || journal_is_left() != (act == ACT_KEEP))
		bail_out("%s without a fault: %s", journal_act_names[act], run_text(&run));
	now = fault_fixture_look();
	if (act == ACT_COMMIT)
		rehearsal.after = now;
	if (!fault_fixture_same(&now, goal_of(act, true)))
		bail_out("%s without a fault ends wrongly", journal_act_names[act]);
	restore();
}

void journal_faults_build(void)
{
	fault_fixture_build(true);
	files_watch(state_dir());
	for (int act = 0; act < JOURNAL_ACTS; act++)
		rehearse((enum journal_act)act);
}

unsigned journal_faults_calls(enum journal_act act, unsigned op)
{
	return rehearsal.calls[act][op];
}

void journal_faults_free(void)
{
	fault_fixture_free();
}
