/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The progress callback is called before each step, in order. A result other than 0, or a cancel
 * from anywhere, stops the commit before the next step, and the steps done are undone.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 3 };

struct listener {
	char calls[128];
	size_t stop_at;         /* returns 1 there; STEPS: never */
	cgswap_replace *cancel; /* cancels this transaction there instead */
	int by_signal;
};

static cgswap_replace *for_signal;

static void on_signal(int number)
{
	(void)number;
	cgswap_replace_cancel(for_signal);
}

static int listen(size_t done, size_t total, void *user)
{
	struct listener *listener = user;
	size_t used = strlen(listener->calls);

	snprintf(listener->calls + used, sizeof(listener->calls) - used, "%zu/%zu ", done, total);
	if (done != listener->stop_at)
		return 0;
	if (listener->by_signal)
		raise(listener->by_signal);
	else if (listener->cancel)
		cgswap_replace_cancel(listener->cancel);
	else
		return 1;
	return 0;
}

static enum cgswap_status commit(cgswap_replace *replace, struct listener *listener)
{
	const struct cgswap_commit_opts opts = {
		.sz = sizeof(opts),
		.progress = listen,
		.user = listener,
	};

	return cgswap_replace_commit(replace, &opts);
}

static void states_are(const cgswap_replace *replace, enum cgswap_step_state wanted)
{
	int good = 0;

	for (int i = 0; i < STEPS; i++)
		good += cgswap_step_get_state(cgswap_replace_get_step(replace, i)) == wanted;
	is_int(good, STEPS, "all steps are %s", wanted == CGSWAP_STEP_DONE ? "done" : "undone");
}

int main(void)
{
	struct listener quiet = { .stop_at = STEPS }, stops = { .stop_at = 2 };
	struct listener at_once = { .stop_at = 0 }, cancels = { .stop_at = 1 };
	struct listener signals = { .stop_at = 1, .by_signal = SIGUSR1 }, again = quiet;
	struct raw_chain before;
	cgswap_program *programs[STEPS];
	cgswap_replace *replace;
	struct fixture fixture, others;

	need_live();
	fixture = fixture_new("stopped", STEPS);
	others = fixture_new("others", STEPS);
	before = fixture_chain(&fixture);
	cgswap_replace_new(&replace, fixture.session, NULL);
	for (int i = 0; i < STEPS; i++) {
		programs[i] = live_program(fixture.session, others.progs[i]);
		expect_ok(cgswap_replace_add(replace, fixture.chain, by_fd(fixture.progs[i]),
					     programs[i], NULL), "step %d", i);
	}

	expect_ok(commit(replace, &quiet), "a commit with a progress callback");
	is_str(quiet.calls, "0/3 1/3 2/3 ", "it is called before each step");
	states_are(replace, CGSWAP_STEP_DONE);
	chain_is(fixture.cgroup.fd, EGRESS, others.progs, STEPS, "all programs are replaced");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");

	EXPECT_CAUSE(commit(replace, &stops), CANCELLED, "the callback stops at the third step");
	expect_message("stopped the commit after 2 of 3 steps");
	is_str(stops.calls, "0/3 1/3 2/3 ", "it is not called again");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, STEPS,
		 "the first two steps were undone");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 0)), CGSWAP_STEP_UNDONE,
	       "the first step is undone");
	ok(cgswap_step_get_state(cgswap_replace_get_step(replace, 2)) != CGSWAP_STEP_DONE,
	   "the third step was not done");

	before = fixture_chain(&fixture);
	EXPECT_CAUSE(commit(replace, &at_once), CANCELLED, "the callback stops at once");
	fixture_untouched(&fixture, &before, "the chain and its revision");

	cancels.cancel = replace;
	EXPECT_CAUSE(commit(replace, &cancels), CANCELLED, "cancel from the callback");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, STEPS, "the chain is as before");

	for_signal = replace;
	signal(SIGUSR1, on_signal);
	EXPECT_CAUSE(commit(replace, &signals), CANCELLED, "cancel from a signal handler");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, STEPS, "the chain is as before");

	before = fixture_chain(&fixture);
	cgswap_replace_cancel(replace);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), CANCELLED, "cancel before the commit");
	expect_message("stopped the commit before the first of 3 steps");
	fixture_untouched(&fixture, &before, "after the cancel");
	cgswap_replace_cancel(NULL);

	expect_ok(commit(replace, &again), "a cancel counts once: the next commit succeeds");
	states_are(replace, CGSWAP_STEP_DONE);
	chain_is(fixture.cgroup.fd, EGRESS, others.progs, STEPS, "all programs are replaced");

	cgswap_replace_unref(replace);
	for (int i = 0; i < STEPS; i++)
		cgswap_program_unref(programs[i]);
	fixture_free(&others);
	fixture_free(&fixture);
	return done_testing();
}
