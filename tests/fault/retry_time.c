/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While another writer changes the chain before each call that would change it, a commit, an attach
 * and a detach try again until the retry time is over, and as often as the retries say at least;
 * then the error is lost_race. A program that is gone is not waited for. The log has one line at DEBUG
 * for all retries of a call.
 */
#include "fixture.h"

#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/tap.h"
#include "fault_kernel.h"
#include "scenarios.h"

#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A retry makes one call, since the order shows the preorder. */
enum { CALLS_A_RETRY = 1, PLENTY = 20, LONG_MS = 300, SHORT_MS = 40 };

/* The other writer: before each call of this kind it attaches and detaches a program. */
static struct {
	enum fault_kernel_op op;
	unsigned calls, until; /* it stops after this many */
	bool remove_old;
} writer;

static unsigned logged; /* lines on retries */

static void listen(int level, const char *line, void *user)
{
	(void)user;
	logged += level == CGSWAP_LOG_DEBUG && strstr(line, "tried again");
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* In override mode a program is overwritten by another, and that one by the first again. */
static void overwrite_twice(void)
{
	struct kernel_attach change = {
		.target_fd = (uint32_t)fixture.cgroup[1],
		.program_fd = (uint32_t)fixture.new[3],
		.type = INGRESS,
		.flags = KERNEL_OVERRIDE,
	};

	fixture.kernel->ops->attach(fixture.kernel, &change);
	change.program_fd = (uint32_t)fixture.side_old[SIDE_OVERRIDE];
	fixture.kernel->ops->attach(fixture.kernel, &change);
}

static void disturb(enum fault_kernel_op op, void *user)
{
	struct kernel *kernel = fixture.kernel;
	struct kernel_attach change = {
		.target_fd = (uint32_t)fixture.cgroup[0],
		.program_fd = (uint32_t)fixture.new[3],
		.type = EGRESS,
		.flags = KERNEL_MULTI,
	};

	(void)user;
	if (op != writer.op || writer.calls++ >= writer.until)
		return;
	if (op == FAULT_KERNEL_DETACH) {
		overwrite_twice();
		return;
	}
	kernel->ops->attach(kernel, &change);
	change.flags = 0;
	kernel->ops->detach(kernel, &change);
	if (writer.remove_old && writer.calls == 1) {
		change.program_fd = (uint32_t)fixture.old[0][1];
		kernel->ops->detach(kernel, &change);
	}
}

static void disturb_at_most(unsigned until, enum fault_kernel_op op)
{
	fault_kernel_reset();
	memset(&writer, 0, sizeof(writer));
	writer.op = op;
	writer.until = until;
	logged = 0;
	fault_kernel.before = disturb;
}

/* One commit; returns the milliseconds that it took. */
static int64_t commit(struct run *run, int32_t retries, int32_t retry_time_ms,
		      enum cgswap_cause wanted, const char *how)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .retries = retries };
	const struct cgswap_commit_opts commit_opts = { .sz = sizeof(commit_opts),
							.retry_time_ms = retry_time_ms };
	unsigned until = writer.until;
	bool remove_old = writer.remove_old;
	cgswap_replace *replace;
	enum cgswap_cause cause;
	int64_t start, took;

	fault_kernel.before = NULL;
	if (cgswap_replace_new(&replace, run->session, &opts) ||
	    cgswap_replace_add(replace, run->chain[0], "pos:1", run->program[0], NULL))
		bail_out("%s", run_text(run));
	disturb_at_most(until, FAULT_KERNEL_ATTACH);
	writer.remove_old = remove_old;
	start = now_ms();
	cause = cgswap_replace_commit(replace, &commit_opts)
			? cgswap_error_get_cause(cgswap_last_error())
			: CGSWAP_CAUSE_NONE;
	took = now_ms() - start;
	fault_kernel.before = NULL;
	ok(cause == wanted, "%s: %s after %u calls and %d ms", how, cgswap_cause_get_name(cause),
	   writer.calls, (int)took);
	cgswap_replace_unref(replace);
	fault_fixture_reset();
	return took;
}

static void commits(struct run *run)
{
	int64_t took;

	disturb_at_most(UINT_MAX, FAULT_KERNEL_ATTACH);
	took = commit(run, 0, 0, CGSWAP_CAUSE_LOST_RACE, "by default");
	ok(took >= LONG_MS, "it took the session's retry time");
	took = commit(run, 0, SHORT_MS, CGSWAP_CAUSE_LOST_RACE, "with a time of its own");
	ok(took >= SHORT_MS && took < LONG_MS, "the commit's time is used instead");
	commit(run, 0, -1, CGSWAP_CAUSE_LOST_RACE, "without a time");
	ok(writer.calls == 1 + 3 * CALLS_A_RETRY, "three retries are made");
	commit(run, 50, -1, CGSWAP_CAUSE_LOST_RACE, "without a time, with 50 retries");
	ok(writer.calls == 1 + 50 * CALLS_A_RETRY, "fifty retries are made");
	commit(run, -1, 0, CGSWAP_CAUSE_LOST_RACE, "without retries");
	ok(writer.calls == 1, "no retry is made, whatever the time");
	is_int(logged, 0, "the log has no retry");

	disturb_at_most(PLENTY, FAULT_KERNEL_ATTACH);
	commit(run, 0, 0, CGSWAP_CAUSE_NONE, "a writer that stops in time");
	ok(writer.calls <= PLENTY + 1 + CALLS_A_RETRY, "the swap is done at once after it stopped");
	is_int(logged, 1, "the log has one line on the retries");

	disturb_at_most(UINT_MAX, FAULT_KERNEL_ATTACH);
	writer.remove_old = true;
	took = commit(run, 0, 0, CGSWAP_CAUSE_LOST_RACE, "an old program that was removed");
	ok(writer.calls == 1 && took < LONG_MS, "its return is not waited for");
	is_int(logged, 0, "the log has no retry");
}

/* Without the kernel's ordering, the position after the last entry is guarded by the revision. */
static enum cgswap_status attach_last(struct run *run)
{
	const struct cgswap_attach_opts after = { .sz = sizeof(after), .after = "pos:2" };

	return cgswap_chain_attach(run->chain[0], run->program[0], &after);
}

/* In override mode the program to be detached is guarded by the revision. */
static enum cgswap_status detach_override(struct run *run)
{
	return cgswap_chain_detach(run->chain[1],
				   fault_fixture_by_id(fixture.side_id[SIDE_OVERRIDE]), NULL);
}

static void changes(struct run *run, enum cgswap_status (*change)(struct run *run),
		    enum fault_kernel_op op, const char *how)
{
	int64_t start;

	disturb_at_most(UINT_MAX, op);
	start = now_ms();
	ok(change(run) && cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_LOST_RACE,
	   "%s gives up: %s", how, cgswap_error_get_message(cgswap_last_error()));
	ok(now_ms() - start >= LONG_MS, "after the session's retry time");
	disturb_at_most(PLENTY, op);
	ok(!change(run), "%s beside a writer that stops in time", how);
	fault_kernel.before = NULL;
	ok(writer.calls == PLENTY + 1, "is done at once after it stopped");
	is_int(logged, 1, "the log has one line on the retries");
	fault_fixture_reset();
}

/* A session with a retry time of its own. */
static void open_session(struct run *run, const char *disable_features)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .disable_features = disable_features,
						  .retry_time_ms = LONG_MS };

	memset(run, 0, sizeof(*run));
	if (cgswap_session_open(&run->session, &opts) ||
	    cgswap_chain_open(&run->chain[0], run->session, fixture.path[0], "egress") ||
	    cgswap_chain_open(&run->chain[1], run->session, fixture.path[1], "ingress") ||
	    cgswap_program_open(&run->program[0], run->session, fault_fixture_by_fd(fixture.new[0]),
				NULL))
		bail_out("%s", run_text(run));
	cgswap_session_set_log(run->session, listen, NULL, NULL);
}

int main(void)
{
	struct run run;

	alarm(60);
	fault_fixture_build(false);
	open_session(&run, NULL);
	commits(&run);
	run_end(&run);
	open_session(&run, "ordering");
	changes(&run, attach_last, FAULT_KERNEL_ATTACH, "an attach at a position");
	changes(&run, detach_override, FAULT_KERNEL_DETACH, "a detach in override mode");
	run_end(&run);
	ok(fault_kernel.open == 0, "no descriptor is left");
	fault_fixture_free();
	return done_testing();
}
