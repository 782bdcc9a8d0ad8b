/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal_faults.h"

#include "../lib/state_dir.h"
#include "../lib/tap.h"
#include "files.h"
#include "journal_left.h"
#include "leaks.h"
#include "memory.h"

#include <errno.h>
#include <string.h>

enum { TOLD_MAX = 12 };

static struct {
	struct fault_fixture_look after; /* a commit */
	unsigned calls[JOURNAL_ACTS][FAULT_KERNEL_OPS];
} rehearsal;

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
		       fault->op == FILES_READ || fault->op == FILES_STAT ||
		       fault->op == FILES_LOCK;
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

static const struct fault_fixture_look *goal_of(enum journal_act act, bool done)
{
	bool forward;

	act = journal_act_plainly(act);
	forward = act == ACT_COMMIT || act == ACT_KEEP	      ? done
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
	enum journal_act plainly = journal_act_plainly(act);
	bool recovers = plainly == ACT_FINISH || plainly == ACT_UNDO;
	bool again = run->status && (recovers || run->status == CGSWAP_E_PARTIAL);
	const struct fault_fixture_look *goal = goal_of(act, !run->status || again);
	/* a rollback goes on if it can have no journal; a probe of an add may not be detached */
	bool unrecorded = plainly == ACT_ROLLBACK && again && !state_dir_has("journal");
	bool probed = act == ACT_SHELF_COMMIT && run->cause == CGSWAP_CAUSE_ROLLBACK_INCOMPLETE &&
		      fault->source == FAULT_CALL && fault->op == FAULT_KERNEL_DETACH;
	struct fault_fixture_look now;
	struct run second;

	if (run->status == CGSWAP_E_PARTIAL && !recovers)
		goal = &fixture.start;
	if (again && !journal_act_recover(&second, plainly == ACT_FINISH ? CGSWAP_RECOVER_FINISH
									 : CGSWAP_RECOVER_UNDO))
		complain(act, fault, &second, wrong, "a second recover");
	now = fault_fixture_look();
	if (!fault_fixture_same(&now, goal) &&
	    !((unrecorded || probed) && fault_fixture_sound(&now))) {
		complain(act, fault, run, wrong, "neither all old nor all new");
		fault_fixture_print(&now, goal);
	}
	if (!again && !may_leave(fault) && journal_is_left())
		complain(act, fault, run, wrong, "a pin or a journal is left");
	if (!journal_act_recover(&second, CGSWAP_RECOVER_LIST))
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

	if (!journal_act_recover(&second, CGSWAP_RECOVER_UNDO))
		complain(act, fault, &second, wrong, "a recover");
	now = fault_fixture_look();
	if (!fault_fixture_same(&now, goal)) {
		complain(act, fault, run, wrong, "neither all old nor all new");
		fault_fixture_print(&now, goal);
	}
	if (!journal_act_let_go(&second, act) &&
	    (held || second.cause != CGSWAP_CAUSE_TRANSACTION_NOT_HELD))
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

	journal_act_prepare(&run, act);
	fault_begin(fault);
	journal_act_do(&run, act);
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

	journal_act_prepare(&run, act);
	fault_kernel_reset();
	journal_act_do(&run, act);
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
