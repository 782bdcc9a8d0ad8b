/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With a canary and a health check a commit is done in growing waves, with a check after each. If it
 * says no, everything is put back, and the error has what it said. A soak can be cancelled.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

enum { STEPS = 10 };

static struct fixture fixture, others;
static cgswap_program *programs[STEPS];

struct listener {
	char heard[512];
	size_t no_at; /* the check says no when as many steps are done; 0: never */
	const char *said;
	cgswap_replace *cancel; /* cancelled in the first wave's event */
	cgswap_replace *stop;   /* cancelled during the check, which then fails */
};

static void hear(struct listener *listener, const char *what, const cgswap_event *event)
{
	size_t used = strlen(listener->heard);

	snprintf(listener->heard + used, sizeof(listener->heard) - used, "%s%zu ", what,
		 cgswap_event_get_done(event));
}

static int on_event(const cgswap_event *event, void *user)
{
	struct listener *listener = user;
	enum cgswap_event_kind kind = cgswap_event_get_kind(event);

	if (kind == CGSWAP_EVENT_WAVE)
		hear(listener, "wave", event);
	if (kind == CGSWAP_EVENT_WAVE && listener->cancel)
		cgswap_replace_cancel(listener->cancel);
	if (kind == CGSWAP_EVENT_HEALTHY)
		hear(listener, "good", event);
	if (kind == CGSWAP_EVENT_UNHEALTHY)
		hear(listener, "bad", event);
	return 0;
}

static int on_health(char *said, size_t size, const cgswap_event *event, void *user)
{
	const struct listener *listener = user;

	if (listener->stop) {
		cgswap_replace_cancel(listener->stop);
		return 1;
	}
	if (cgswap_event_get_done(event) != listener->no_at)
		return 0;
	snprintf(said, size, "%s", listener->said);
	return 1;
}

static cgswap_replace *planned_first(int steps)
{
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	for (int i = 0; i < steps; i++)
		if (cgswap_replace_add(replace, fixture.chain, by_id(fixture.progs[i]), programs[i],
				       NULL))
			bail_out("no step %d", i);
	return replace;
}

static cgswap_replace *planned(void)
{
	return planned_first(STEPS);
}

static enum cgswap_status commit(cgswap_replace *replace, struct listener *listener,
				 const char *canary, int32_t soak_ms, bool health)
{
	const struct cgswap_commit_opts opts = {
		.sz = sizeof(opts),
		.event = on_event,
		.event_user = listener,
		.health = health ? on_health : NULL,
		.health_user = listener,
		.canary = canary,
		.soak_ms = soak_ms,
	};

	return cgswap_replace_commit(replace, &opts);
}

static void waves_are(const char *canary, bool health, const char *wanted)
{
	struct listener listener = { .no_at = 0 };
	cgswap_replace *replace = planned();

	expect_ok(commit(replace, &listener, canary, 0, health), "canary %s", canary ? canary : "none");
	is_str(listener.heard, wanted, "the waves");
	expect_ok(cgswap_replace_rollback(replace), "the rollback");
	cgswap_replace_unref(replace);
}

static void says_no(const char *said)
{
	struct listener listener = { .no_at = 4, .said = said };
	cgswap_replace *replace = planned();

	EXPECT_CAUSE(commit(replace, &listener, "2", 0, true), HEALTH_CHECK_FAILED,
		     "the check says no after the second wave");
	expect_message(*said ? said : "after 4 of 10 steps");
	is_str(listener.heard, "wave2 good2 wave4 bad4 ", "no wave follows");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, STEPS, "all is put back");
	cgswap_replace_unref(replace);
}

/* The check says no after all of the first steps. */
static void says_no_at_the_end(int steps, const char *when)
{
	struct listener listener = { .no_at = (size_t)steps, .said = "" };
	cgswap_replace *replace = planned_first(steps);

	EXPECT_CAUSE(commit(replace, &listener, NULL, 0, true), HEALTH_CHECK_FAILED,
		     "%d steps, and the last check says no", steps);
	expect_message(when);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, STEPS, "all is put back");
	cgswap_replace_unref(replace);
}

static void soak_is_cancelled(void)
{
	cgswap_replace *replace = planned();
	struct listener listener = { .cancel = replace };

	EXPECT_CAUSE(commit(replace, &listener, "3", 60 * 1000, false), CANCELLED,
		     "a soak of a minute is cancelled");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, STEPS, "all is put back");
	cgswap_replace_unref(replace);
}

static void check_is_stopped(void)
{
	cgswap_replace *replace = planned();
	struct listener listener = { .stop = replace };

	EXPECT_CAUSE(commit(replace, &listener, "3", 0, true), CANCELLED,
		     "a check fails because of a cancel");
	is_str(listener.heard, "wave3 ", "nothing is unhealthy");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, STEPS, "all is put back");
	cgswap_replace_unref(replace);
}

static void bad_options(void)
{
	static const char *const canaries[] = { "", "0", "%", "0%", "101%", "5 %", "-1", "x" };
	struct listener listener = { .no_at = 0 };
	cgswap_replace *replace = planned();

	for (size_t i = 0; i < sizeof(canaries) / sizeof(*canaries); i++)
		EXPECT_CAUSE(commit(replace, &listener, canaries[i], 0, false), BAD_ARGUMENT,
			     "canary '%s'", canaries[i]);
	EXPECT_CAUSE(commit(replace, &listener, NULL, -2, false), BAD_ARGUMENT, "a soak of -2");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, STEPS, "nothing was changed");
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	fixture = fixture_new("waves", STEPS);
	others = fixture_new("others", STEPS);
	for (int i = 0; i < STEPS; i++)
		programs[i] = live_program(fixture.session, others.progs[i]);
	waves_are(NULL, false, "");
	waves_are(NULL, true, "wave1 good1 wave2 good2 wave4 good4 wave8 good8 wave10 good10 ");
	waves_are("3", false, "wave3 wave6 wave10 ");
	waves_are("50%", true, "wave5 good5 wave10 good10 ");
	waves_are("100%", true, "wave10 good10 ");
	waves_are("1%", false, "wave1 wave2 wave4 wave8 wave10 ");
	waves_are("99", false, "wave10 ");
	says_no("3 packets were denied");
	says_no("");
	says_no_at_the_end(1, "the health check failed after the only step");
	says_no_at_the_end(STEPS, "the health check failed after all 10 steps");
	soak_is_cancelled();
	check_is_stopped();
	bad_options();
	for (int i = 0; i < STEPS; i++)
		cgswap_program_unref(programs[i]);
	fixture_free(&others);
	fixture_free(&fixture);
	return done_testing();
}
