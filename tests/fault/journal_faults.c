/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal_faults.h"

#include "../lib/bpffs.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"
#include "files.h"
#include "leaks.h"
#include "memory.h"
#include "scenarios_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOLD_MAX = 12, FIRST_SIDE = FAULT_FIXTURE_CGROUPS };

const char *const journal_act_names[JOURNAL_ACTS] = { "commit", "rollback", "finish", "undo" };

static struct {
	struct fault_fixture_look after; /* a commit */
	unsigned calls[JOURNAL_ACTS][FAULT_KERNEL_OPS];
} rehearsal;

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

static void plan_steps(struct run *run)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };

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
		plan_steps(&run);
		cgswap_replace_commit(run.replace, &opts);
		fprintf(stderr, "%s\n", cgswap_error_get_message(cgswap_last_error()));
		_exit(2);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		bail_out("the child was not killed");
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
	plan_steps(run);
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
	if (act == ACT_COMMIT)
		part_commit(run);
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

/* ---- what is left ---------------------------------------------------------------------------- */

/* A temporary pin has another name; the next swap of a pin in its directory removes it. */
static bool is_transaction(const char *name)
{
	return strncmp(name, "cgswap_transaction_", 19) == 0;
}

static void remove_pins_in(const char *path)
{
	DIR *directory = opendir(path);
	char pin[800];
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		snprintf(pin, sizeof(pin), "%s/%s", path, entry->d_name);
		unlink(pin);
	}
	if (directory)
		closedir(directory);
	rmdir(path);
	unlink(path);
}

/* Counts the directories of pins; remove: removes them, and temporary pins. */
static unsigned pins_left(bool remove)
{
	DIR *directory = opendir(BPFFS);
	unsigned left = 0;
	struct dirent *entry;
	char path[512];

	while (directory && (entry = readdir(directory))) {
		left += is_transaction(entry->d_name);
		snprintf(path, sizeof(path), BPFFS "/%s", entry->d_name);
		if (remove && strncmp(entry->d_name, "cgswap", 6) == 0)
			remove_pins_in(path);
	}
	if (directory)
		closedir(directory);
	return left;
}

static bool is_left(void)
{
	return state_dir_has("journal") || state_dir_has("journal.new") || pins_left(false);
}

static bool is_locked(void)
{
	int fd = open(state_dir_file("lock"), O_RDWR | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;

	if (fd >= 0)
		close(fd);
	return locked;
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
	pins_left(true);
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

static const struct fault_fixture_look *goal_of(enum journal_act act, bool done)
{
	bool forward = act == ACT_COMMIT ? done : act == ACT_ROLLBACK ? !done : act == ACT_FINISH;

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
	if (!again && !may_leave(fault) && is_left())
		complain(act, fault, run, wrong, "a pin or a journal is left");
	if (!recover_again(&second, CGSWAP_RECOVER_LIST))
		complain(act, fault, &second, wrong, "a recover that lists");
	if (is_left())
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
		if (is_locked())
			complain(act, fault, &run, wrong, "the lock is still held");
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
	if (run.status || is_left())
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
