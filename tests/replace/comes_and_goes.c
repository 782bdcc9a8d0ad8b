/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cgroups come and go while a transaction over many of them runs. One that was removed counts as gone,
 * and one made again at its path is another. One that came is found and done too, also while the
 * commit follows for a time. An entry that others changed is still a failure, and all is rolled back.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <string.h>

enum { CGROUPS = 4, LATE_MAX = 2 };

static cgswap_session *session;
static struct scratch top, cgroup[CGROUPS], late[LATE_MAX];
static int old, new, links[CGROUPS];
static size_t late_count;
static size_t counts[CGSWAP_EVENT_NOT_UNDONE + 1];

static void attach(const struct scratch *where, int program)
{
	if (raw_attach(where->fd, program, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
}

static void build(const char *name, bool by_links)
{
	static const char *const names[] = { "c0", "c1", "c2", "c3" };

	top = scratch_new(name);
	late_count = 0;
	for (int i = 0; i < CGROUPS; i++) {
		cgroup[i] = scratch_child(&top, names[i]);
		links[i] = -1;
		if (by_links)
			links[i] = raw_link_create(cgroup[i].fd, old, EGRESS, 0);
		else
			attach(&cgroup[i], old);
	}
}

static void remove_one(struct scratch *one)
{
	scratch_remove(one);
	raw_close(one->fd);
	one->fd = -1;
}

static void clear(void)
{
	for (size_t i = 0; i < late_count; i++)
		remove_one(&late[i]);
	for (int i = 0; i < CGROUPS; i++) {
		if (cgroup[i].fd >= 0)
			remove_one(&cgroup[i]);
		if (links[i] >= 0)
			raw_close(links[i]);
	}
	remove_one(&top);
}

static cgswap_replace *planned(void)
{
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	expect_ok(cgswap_replace_add_recursive(replace, top.path, "egress", by_id(old), by_fd(new),
					       NULL), "all cgroups are added");
	is_int(cgswap_replace_get_length(replace), CGROUPS, "there are four");
	return replace;
}

static bool holds(const struct scratch *where, int program)
{
	return chain_now(where->fd, EGRESS).ids[0] == raw_prog_id(program);
}

static int count(const cgswap_event *event, void *user)
{
	int (*at)(const cgswap_event *) = *(int (**)(const cgswap_event *))user;

	counts[cgswap_event_get_kind(event)]++;
	return at ? at(event) : 0;
}

static enum cgswap_status commit(cgswap_replace *replace, int (*at)(const cgswap_event *),
				 int32_t follow_ms)
{
	struct cgswap_commit_opts opts = {
		.sz = sizeof(opts), .event = count, .event_user = &at, .follow_ms = follow_ms
	};

	memset(counts, 0, sizeof(counts));
	return cgswap_replace_commit(replace, &opts);
}

static void removed_one_is_gone(bool by_links)
{
	cgswap_replace *replace;

	diag("a cgroup is removed, with %s", by_links ? "links" : "plain entries");
	build("removed", by_links);
	replace = planned();
	remove_one(&cgroup[1]);
	expect_ok(cgswap_replace_check(replace), "the check");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 1)), CGSWAP_STEP_GONE,
	       "the step is gone");
	expect_ok(commit(replace, NULL, 0), "the commit");
	is_int(counts[CGSWAP_EVENT_GONE], 1, "one event says that it is gone");
	is_int(counts[CGSWAP_EVENT_DONE], CGROUPS - 1, "the others are done");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 1)), CGSWAP_STEP_GONE,
	       "the step is gone");
	ok(holds(&cgroup[0], new) && holds(&cgroup[2], new) && holds(&cgroup[3], new),
	   "the others have the new program");
	remove_one(&cgroup[2]);
	expect_ok(cgswap_replace_rollback(replace), "a rollback after another was removed");
	ok(holds(&cgroup[0], old) && holds(&cgroup[3], old), "the others have the old program");
	cgswap_replace_unref(replace);
	clear();
}

static void remade_one_is_another(void)
{
	cgswap_replace *replace;

	diag("a cgroup is removed, and made again with the old program");
	build("remade", false);
	replace = planned();
	remove_one(&cgroup[1]);
	cgroup[1] = scratch_child(&top, "c1");
	attach(&cgroup[1], old);
	expect_ok(commit(replace, NULL, 0), "the commit");
	is_int(counts[CGSWAP_EVENT_GONE], 1, "the first one is gone");
	is_int(counts[CGSWAP_EVENT_FOUND], 1, "the second one is found");
	is_int(cgswap_replace_get_length(replace), CGROUPS + 1, "and has a step of its own");
	ok(holds(&cgroup[1], new), "it has the new program");
	cgswap_replace_unref(replace);
	clear();
}

static int come(const cgswap_event *event)
{
	if (cgswap_event_get_kind(event) != CGSWAP_EVENT_DONE || late_count == LATE_MAX)
		return 0;
	if (cgswap_event_get_done(event) < CGROUPS + late_count)
		return 0;
	late[late_count] = scratch_child(&top, late_count ? "late1" : "late0");
	attach(&late[late_count++], old);
	return 0;
}

static void late_ones_are_found(void)
{
	cgswap_replace *replace;

	diag("cgroups come after the last step");
	build("late", false);
	replace = planned();
	expect_ok(commit(replace, come, 0), "the commit");
	is_int(counts[CGSWAP_EVENT_FOUND], 2, "both are found");
	is_int(counts[CGSWAP_EVENT_DONE], CGROUPS + 2, "and done");
	ok(holds(&late[0], new) && holds(&late[1], new), "they have the new program");
	expect_ok(cgswap_replace_rollback(replace), "the rollback");
	ok(holds(&late[0], old) && holds(&late[1], old), "they are rolled back too");
	cgswap_replace_unref(replace);
	clear();
}

static int spoil(const cgswap_event *event)
{
	if (cgswap_event_get_kind(event) == CGSWAP_EVENT_DONE && cgswap_event_get_done(event) == 2)
		raw_detach(cgroup[3].fd, old, EGRESS);
	return 0;
}

static void a_conflict_is_a_failure(void)
{
	cgswap_replace *replace;

	diag("another process detaches the old program");
	build("conflict", false);
	replace = planned();
	expect_refusal(commit(replace, spoil, 0), CGSWAP_CAUSE_LOST_RACE, NULL, "the commit");
	is_int(counts[CGSWAP_EVENT_REFUSED], 1, "one event says that it was refused");
	is_int(counts[CGSWAP_EVENT_UNDONE], 3, "an event for each step that was undone");
	ok(holds(&cgroup[0], old) && holds(&cgroup[1], old) && holds(&cgroup[2], old),
	   "the others have the old program");
	cgswap_replace_unref(replace);
	clear();
}

static void following_ends(void)
{
	cgswap_replace *replace;

	diag("a commit that follows for a time");
	build("follow", false);
	replace = planned();
	expect_ok(commit(replace, NULL, 250), "the commit");
	is_int(counts[CGSWAP_EVENT_DONE], CGROUPS, "all are done");
	cgswap_replace_unref(replace);
	clear();
}

int main(void)
{
	need_live();
	session = live_session();
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	removed_one_is_gone(false);
	removed_one_is_gone(true);
	remade_one_is_another();
	late_ones_are_found();
	a_conflict_is_a_failure();
	following_ends();
	cgswap_session_unref(session);
	return done_testing();
}
