/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgswap_replace_cancel() from a signal handler at every call of a commit, and from another thread at
 * any time: either the commit is cancelled and everything is restored, or it came too late and the
 * commit is complete. The next commit is not affected.
 */
#include "../lib/tap.h"
#include "scenarios.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { ROUNDS_MIN = 60, ROUNDS_MAX = 400, SLOW_NS = 20 * 1000, CALLS_MAX = 24 };

static struct fault_fixture_look after;
static cgswap_replace *to_cancel;
static unsigned signal_at;

static void on_signal(int number)
{
	(void)number;
	cgswap_replace_cancel(to_cancel);
}

static void raise_at(enum fault_kernel_op op, void *user)
{
	(void)op;
	(void)user;
	if (fault_kernel.total == signal_at)
		raise(SIGUSR1);
}

/* All steps or none, as the status says. */
static bool is_either(const struct run *run)
{
	struct fault_fixture_look now = fault_fixture_look();

	if (!run->status && fault_fixture_same(&now, &after))
		return true;
	if (run->cause == CGSWAP_CAUSE_CANCELLED && run->status == CGSWAP_E_UNHEALTHY &&
	    fault_fixture_same(&now, &fixture.start))
		return true;
	diag("%s", run_text(run));
	fault_fixture_print(&now, run->status ? &fixture.start : &after);
	return false;
}

static struct run planned(void)
{
	struct run run;

	memset(&run, 0, sizeof(run));
	if (!run_plan(&run, NULL))
		bail_out("%s", run_text(&run));
	fault_kernel_reset();
	return run;
}

static void rehearse(void)
{
	struct run run = planned();

	if (!run_did(&run, cgswap_replace_commit(run.replace, NULL)))
		bail_out("%s", run_text(&run));
	signal_at = fault_kernel.total;
	after = fault_fixture_look();
	run_end(&run);
	fault_fixture_reset();
}

/* The cancelled commit may have restored the chains, so this one may read again. It must succeed. */
static bool goes_through(struct run *run)
{
	struct fault_fixture_look now;

	fault_kernel_reset();
	if (!run_did(run, cgswap_replace_commit(run->replace, NULL))) {
		diag("the commit after it: %s", run_text(run));
		return false;
	}
	now = fault_fixture_look();
	return fault_fixture_same(&now, &after);
}

static void by_signal(void)
{
	unsigned last = signal_at, wrong = 0, cancelled = 0;

	signal(SIGUSR1, on_signal);
	for (unsigned at = 1; at <= last; at++) {
		struct run run = planned();

		to_cancel = run.replace;
		signal_at = at;
		fault_kernel.before = raise_at;
		run_did(&run, cgswap_replace_commit(run.replace, NULL));
		wrong += !is_either(&run);
		if (run.status) {
			cancelled++;
			wrong += !goes_through(&run);
		}
		run_end(&run);
		fault_fixture_reset();
	}
	ok(!wrong, "a signal at each of %u calls of a commit", last);
	ok(cancelled && cancelled < last, "%u commits were cancelled, and for %u it was too late", cancelled,
	   last - cancelled);
}

/* ---- another thread -------------------------------------------------------------------------- */

static atomic_bool committing;
static unsigned delay_ns, delay_max_ns = SLOW_NS * CALLS_MAX;

/* Sleeps, so that the other thread runs even on a single CPU. */
static void wait_ns(unsigned ns)
{
	const struct timespec pause = { .tv_nsec = (long)ns };

	nanosleep(&pause, NULL);
}

static void slowly(enum fault_kernel_op op, void *user)
{
	(void)op;
	(void)user;
	atomic_store(&committing, true);
	wait_ns(SLOW_NS);
}

static void *canceller(void *unused)
{
	while (!atomic_load(&committing))
		wait_ns(1000);
	wait_ns(delay_ns);
	cgswap_replace_cancel(to_cancel);
	return unused;
}

static bool one_round(unsigned round, unsigned *cancelled)
{
	struct run run = planned();
	pthread_t thread;
	bool good;

	to_cancel = run.replace;
	delay_ns = (unsigned)((unsigned long long)round * 7919 * (delay_max_ns / SLOW_NS) % delay_max_ns);
	atomic_store(&committing, false);
	if (pthread_create(&thread, NULL, canceller, NULL))
		bail_out("cannot create a thread");
	fault_kernel.before = slowly;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	fault_kernel.before = NULL;
	pthread_join(thread, NULL);
	good = is_either(&run);
	*cancelled += run.status != CGSWAP_OK;
	run_end(&run);
	fault_fixture_reset();
	return good;
}

/*
 * A kernel without fine timers sleeps for milliseconds at each call of a commit. The delays grow until
 * some commits end before they are cancelled.
 */
static void by_thread(void)
{
	const unsigned longest = 500 * 1000 * 1000;
	unsigned rounds = 0, wrong = 0, cancelled = 0;

	while (rounds < ROUNDS_MIN ||
	       (rounds < ROUNDS_MAX && (!cancelled || cancelled == rounds))) {
		wrong += !one_round(rounds++, &cancelled);
		if (cancelled == rounds && rounds % 8 == 0 && delay_max_ns <= longest)
			delay_max_ns *= 2;
	}
	ok(!wrong, "a thread cancels at any time");
	ok(cancelled && cancelled < rounds, "some commits are cancelled, and for some it is too late");
	diag("%u of %u commits were cancelled", cancelled, rounds);
}

/* A cancel before a commit applies to that commit only. */
static void beforehand(void)
{
	struct run run = planned();

	cgswap_replace_cancel(run.replace);
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(run.cause == CGSWAP_CAUSE_CANCELLED && fault_kernel.total == 0,
	   "a commit cancelled beforehand makes no call");
	ok(goes_through(&run), "the next commit succeeds");
	run_end(&run);
	fault_fixture_reset();
}

int main(void)
{
	fault_fixture_build(true);
	rehearse();
	by_signal();
	by_thread();
	beforehand();
	fault_fixture_free();
	return done_testing();
}
