/* SPDX-License-Identifier: BSD-2-Clause */
#include "sweep.h"

#include "../lib/tap.h"
#include "leaks.h"
#include "memory.h"
#include "scenarios.h"

#include <errno.h>
#include <string.h>

enum { TOLD_MAX = 4 };

static const int errnos[] = { EPERM, EACCES, ENOMEM, EINVAL, EMFILE, ENOENT, ESTALE, EAGAIN };

/* The run of a scenario without faults. */
struct rehearsal {
	struct run run;
	struct fault_fixture_look after;
	unsigned calls[FAULT_KERNEL_OPS];
};

/* The faults of one operation in one scenario. */
struct tally {
	const struct scenario *scenario;
	const struct rehearsal *rehearsal;
	unsigned faults, wrong;
	size_t open, held;
};

static struct rehearsal rehearse(const struct scenario *scenario)
{
	struct rehearsal rehearsal;

	fault_fixture_reset();
	/* the first run creates what is created only once; the second is recorded */
	scenario_run(scenario);
	fault_fixture_reset();
	fault_kernel_reset();
	rehearsal.run = scenario_run(scenario);
	memcpy(rehearsal.calls, fault_kernel.calls, sizeof(rehearsal.calls));
	rehearsal.after = fault_fixture_look();
	fault_fixture_reset();
	return rehearsal;
}

static bool is_line(const char *text)
{
	return *text && !strchr(text, '\n');
}

/* EMFILE, ENOMEM and the like must not be taken for anything else. */
static bool cause_fits(const struct run *run)
{
	if (run->cause == CGSWAP_CAUSE_ROLLBACK_INCOMPLETE)
		return true;
	/* the probe for preorder failed: the entry's preorder is unknown */
	if (fault_kernel.failed_question && run->cause == CGSWAP_CAUSE_PREORDER_WOULD_CHANGE)
		return true;
	switch (fault_kernel.fail_errno) {
	case ENOMEM:
		return run->cause == CGSWAP_CAUSE_OUT_OF_MEMORY;
	case EMFILE:
		return run->cause == CGSWAP_CAUSE_TOO_MANY_FILES;
	case EPERM:
	case EACCES:
		/* the errno is of another call, and the message names that of the call that would explain it */
		if (run->errnum != fault_kernel.fail_errno &&
		    strstr(run->message, cgswap_errno_get_name(fault_kernel.fail_errno)))
			return true;
		return run->cause != CGSWAP_CAUSE_UNEXPLAINED &&
		       run->cause != CGSWAP_CAUSE_KERNEL_LACKS_FEATURE;
	default:
		return true;
	}
}

/* An error that occurs without any fault is not due to the fault. */
static bool error_is_complete(const struct run *run, const struct run *without_fault)
{
	if (!run->status)
		return true;
	if (run->status != cgswap_cause_get_status(run->cause) || !is_line(run->message) ||
	    !is_line(run->remedy) || !is_line(run->operation))
		return false;
	return run->cause == without_fault->cause || cause_fits(run);
}

static bool is_same_but_pins(const struct fault_fixture_look *now, const struct fault_fixture_look *wanted)
{
	return !memcmp(now->chain, wanted->chain, sizeof(now->chain));
}

/* The chains are unchanged or, after success, as intended; a partial status admits the rest. */
static bool is_all_or_none(const struct tally *tally, const struct run *run,
			   const struct fault_fixture_look *now)
{
	const struct fault_fixture_look *after = &tally->rehearsal->after;

	if (run->status == CGSWAP_E_PARTIAL)
		return fault_fixture_sound(now);
	/* the library believes a kernel that denies a feature, a preorder flag or a pin */
	if (fault_kernel.fail_op == FAULT_KERNEL_PIN_OPEN && fault_kernel.fail_errno == ENOENT)
		return is_same_but_pins(now, run->status ? &fixture.start : after);
	if (fault_kernel.failed_question && fault_kernel.fail_errno == EINVAL)
		return fault_fixture_whole(now) || fault_fixture_same(now, after);
	if (!run->status)
		return fault_fixture_same(now, after);
	return fault_fixture_same(now, &fixture.start);
}

static void complain(const struct tally *tally, const struct run *run, const struct fault_fixture_look *now,
		 const char *what)
{
	if (tally->wrong > TOLD_MAX)
		return;
	diag("%s: %s %u%s fails with %s: %s", what, fault_kernel_names[fault_kernel.fail_op], fault_kernel.fail_at,
	     fault_kernel.fail_on ? " and all after it" : "", cgswap_errno_get_name(fault_kernel.fail_errno),
	     run_text(run));
	if (now)
		fault_fixture_print(now, run->status ? &fixture.start : &tally->rehearsal->after);
}

/* No temporary pin and no scratch cgroup is left, unless removing it is the call that failed. */
static bool is_swept(enum fault_kernel_op op)
{
	bool good = (op == FAULT_KERNEL_UNPIN || !leaks_aside()) &&
		    (op == FAULT_KERNEL_CGROUP_REMOVE || !leaks_scratch());

	leaks_sweep(fixture.kernel, fixture.shared);
	return good;
}

static void fail_one(struct tally *tally, enum fault_kernel_op op, unsigned at, int errnum, bool on)
{
	struct fault_fixture_look now;
	struct run run;

	fault_kernel_reset();
	fault_kernel.fail_op = op;
	fault_kernel.fail_at = at;
	fault_kernel.fail_errno = errnum;
	fault_kernel.fail_on = on;
	run = scenario_run(tally->scenario);
	tally->faults++;
	now = fault_fixture_look();
	if (!is_swept(op)) {
		tally->wrong++;
		complain(tally, &run, NULL, "a temporary pin or a scratch cgroup is left");
	}
	if (!error_is_complete(&run, &tally->rehearsal->run)) {
		tally->wrong++;
		complain(tally, &run, NULL, "wrong cause");
	}
	if (!is_all_or_none(tally, &run, &now)) {
		tally->wrong++;
		complain(tally, &run, &now, "neither all steps nor none");
	}
	if (fault_kernel.open || fault_fixture_open_count() != tally->open) {
		tally->wrong++;
		complain(tally, &run, NULL, "a descriptor is left open");
		fault_kernel.open = 0;
	}
	/* a model behind the fault kernel allocates too */
	if (fixture.live && memory_held() != tally->held) {
		tally->wrong++;
		complain(tally, &run, NULL, "memory was leaked");
		tally->held = memory_held();
	}
	fault_fixture_reset();
}

/* Fails a call with every errno, or each call with another one. */
static void fail_call(struct tally *tally, enum fault_kernel_op op, unsigned at, bool all)
{
	size_t count = sizeof(errnos) / sizeof(errnos[0]);

	for (size_t e = 0; e < count; e++) {
		if (!all && e != at % count)
			continue;
		fail_one(tally, op, at, errnos[e], false);
		fail_one(tally, op, at, errnos[e], true);
	}
}

static void fail_op(const struct scenario *scenario, const struct rehearsal *rehearsal,
		    enum fault_kernel_op op, bool all)
{
	struct tally tally = {
		.scenario = scenario,
		.rehearsal = rehearsal,
		.open = fault_fixture_open_count(),
		.held = memory_held(),
	};

	for (unsigned at = 1; at <= rehearsal->calls[op]; at++)
		fail_call(&tally, op, at, all);
	ok(!tally.wrong, "%s: %u faults of %s", scenario->name, tally.faults, fault_kernel_names[op]);
}

void sweep_run(bool live, bool all)
{
	fault_fixture_build(live);
	for (size_t i = 0; i < scenario_count; i++) {
		struct rehearsal rehearsal;

		if (scenarios[i].live_only && !live)
			continue;
		rehearsal = rehearse(&scenarios[i]);
		for (int op = 0; op < FAULT_KERNEL_OPS; op++)
			if (fault_kernel_can_fail((enum fault_kernel_op)op) && rehearsal.calls[op])
				fail_op(&scenarios[i], &rehearsal, (enum fault_kernel_op)op, all);
	}
	fault_fixture_free();
}
