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

/* How a scenario goes when nothing fails. */
struct rehearsal {
	struct run run;
	struct stage_look after;
	unsigned calls[DOOR_OPS];
};

/* One operation's faults in one scenario. */
struct tally {
	const struct scenario *scenario;
	const struct rehearsal *rehearsal;
	unsigned faults, wrong;
	size_t open, held;
};

static struct rehearsal rehearse(const struct scenario *scenario)
{
	struct rehearsal rehearsal;

	stage_reset();
	/* once to have made what is made but once, once to look */
	scenario_run(scenario);
	stage_reset();
	door_reset();
	rehearsal.run = scenario_run(scenario);
	memcpy(rehearsal.calls, door.calls, sizeof(rehearsal.calls));
	rehearsal.after = stage_look();
	stage_reset();
	return rehearsal;
}

static bool is_line(const char *text)
{
	return *text && !strchr(text, '\n');
}

/* What a system out of memory or descriptors says must not be taken for anything else. */
static bool cause_fits(const struct run *run)
{
	if (run->cause == CGSWAP_CAUSE_ROLLBACK_INCOMPLETE)
		return true;
	/* whether the kernel has preorder could not be asked: then that is what is not known */
	if (door.failed_question && run->cause == CGSWAP_CAUSE_PREORDER_WOULD_CHANGE)
		return true;
	switch (door.fail_errno) {
	case ENOMEM:
		return run->cause == CGSWAP_CAUSE_OUT_OF_MEMORY;
	case EMFILE:
		return run->cause == CGSWAP_CAUSE_TOO_MANY_FILES;
	case EPERM:
	case EACCES:
		/* a true refusal, and a policy that forbids to read why: it says so */
		if (run->errnum != door.fail_errno &&
		    strstr(run->message, cgswap_errno_get_name(door.fail_errno)))
			return true;
		return run->cause != CGSWAP_CAUSE_UNEXPLAINED &&
		       run->cause != CGSWAP_CAUSE_KERNEL_LACKS_FEATURE;
	default:
		return true;
	}
}

/* A refusal that comes without any fault as well is no matter of the fault. */
static bool is_told(const struct run *run, const struct run *unhindered)
{
	if (!run->status)
		return true;
	if (run->status != cgswap_cause_get_status(run->cause) || !is_line(run->message) ||
	    !is_line(run->remedy) || !is_line(run->operation))
		return false;
	return run->cause == unhindered->cause || cause_fits(run);
}

static bool is_same_but_pins(const struct stage_look *now, const struct stage_look *wanted)
{
	return !memcmp(now->chain, wanted->chain, sizeof(now->chain));
}

/* As before, or as it should be after success; a partial one says so. */
static bool is_all_or_none(const struct tally *tally, const struct run *run,
			   const struct stage_look *now)
{
	const struct stage_look *after = &tally->rehearsal->after;

	if (run->status == CGSWAP_E_PARTIAL)
		return stage_sound(now);
	/* a kernel that denies a feature, a preorder or a pin is believed */
	if (door.fail_op == DOOR_PIN_OPEN && door.fail_errno == ENOENT)
		return is_same_but_pins(now, run->status ? &stage.start : after);
	if (door.failed_question && door.fail_errno == EINVAL)
		return stage_whole(now) || stage_same(now, after);
	if (!run->status)
		return stage_same(now, after);
	return stage_same(now, &stage.start);
}

static void tell(const struct tally *tally, const struct run *run, const struct stage_look *now,
		 const char *what)
{
	if (tally->wrong > TOLD_MAX)
		return;
	diag("%s: %s %u%s fails with %s: %s", what, door_names[door.fail_op], door.fail_at,
	     door.fail_on ? " and all after it" : "", cgswap_errno_get_name(door.fail_errno),
	     run_tell(run));
	if (now)
		stage_tell(now, run->status ? &stage.start : &tally->rehearsal->after);
}

/* What is put aside or made for a moment is gone, unless its removal is what failed. */
static bool is_swept(enum door_op op)
{
	bool good = (op == DOOR_UNPIN || !ledger_aside()) &&
		    (op == DOOR_CGROUP_REMOVE || !ledger_scratch());

	ledger_sweep(stage.kernel, stage.shared);
	return good;
}

static void fail_one(struct tally *tally, enum door_op op, unsigned at, int errnum, bool on)
{
	struct stage_look now;
	struct run run;

	door_reset();
	door.fail_op = op;
	door.fail_at = at;
	door.fail_errno = errnum;
	door.fail_on = on;
	run = scenario_run(tally->scenario);
	tally->faults++;
	now = stage_look();
	if (!is_swept(op)) {
		tally->wrong++;
		tell(tally, &run, NULL, "a pin or a cgroup is left");
	}
	if (!is_told(&run, &tally->rehearsal->run)) {
		tally->wrong++;
		tell(tally, &run, NULL, "not the cause");
	}
	if (!is_all_or_none(tally, &run, &now)) {
		tally->wrong++;
		tell(tally, &run, &now, "neither all nor none");
	}
	if (door.open || stage_open_count() != tally->open) {
		tally->wrong++;
		tell(tally, &run, NULL, "a descriptor is left open");
		door.open = 0;
	}
	/* what is behind the door takes memory too, where it is a model */
	if (stage.live && memory_held() != tally->held) {
		tally->wrong++;
		tell(tally, &run, NULL, "memory is lost");
		tally->held = memory_held();
	}
	stage_reset();
}

/* With every errno, or with another one for each call. */
static void fail_call(struct tally *tally, enum door_op op, unsigned at, bool all)
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
		    enum door_op op, bool all)
{
	struct tally tally = {
		.scenario = scenario,
		.rehearsal = rehearsal,
		.open = stage_open_count(),
		.held = memory_held(),
	};

	for (unsigned at = 1; at <= rehearsal->calls[op]; at++)
		fail_call(&tally, op, at, all);
	ok(!tally.wrong, "%s: %u faults of %s", scenario->name, tally.faults, door_names[op]);
}

void campaign_run(bool live, bool all)
{
	stage_set(live);
	for (size_t i = 0; i < scenario_count; i++) {
		struct rehearsal rehearsal;

		if (scenarios[i].live_only && !live)
			continue;
		rehearsal = rehearse(&scenarios[i]);
		for (int op = 0; op < DOOR_OPS; op++)
			if (door_can_fail((enum door_op)op) && rehearsal.calls[op])
				fail_op(&scenarios[i], &rehearsal, (enum door_op)op, all);
	}
	stage_strike();
}
