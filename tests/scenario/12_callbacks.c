/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 12: the progress callback is called before each step and may stop the commit, which then
 * restores what it did; the log callback gets lines; a walk visits parents first, and ends when its
 * callback says so.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ENTRIES = 3, NEVER = 99 };

struct listener {
	char heard[1024];
	size_t stop_at;
	int destroyed;
};

static struct fixture fixture, others;

static void hear(struct listener *listener, const char *text)
{
	size_t used = strlen(listener->heard);

	snprintf(listener->heard + used, sizeof(listener->heard) - used, "%s ", text);
}

/* ---- progress ---- */

static int progress(size_t done, size_t total, void *user)
{
	struct listener *listener = user;
	char text[32];

	snprintf(text, sizeof(text), "%zu/%zu", done, total);
	hear(listener, text);
	return done == listener->stop_at;
}

static enum cgswap_status commit(cgswap_replace *replace, struct listener *listener)
{
	const struct cgswap_commit_opts opts = {
		.sz = sizeof(opts),
		.progress = progress,
		.user = listener,
	};

	return cgswap_replace_commit(replace, &opts);
}

static void progress_stops_a_commit(void)
{
	struct listener quiet = { .stop_at = NEVER }, stops = { .stop_at = 2 };
	cgswap_program *programs[ENTRIES];
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	for (int i = 0; i < ENTRIES; i++) {
		programs[i] = live_program(fixture.session, others.progs[i]);
		expect_ok(cgswap_replace_add(replace, fixture.chain, by_id(fixture.progs[i]),
					     programs[i], NULL), "step %d", i);
	}
	EXPECT_CAUSE(commit(replace, &stops), CANCELLED, "the callback stops the commit");
	is_int(cgswap_error_get_status(cgswap_last_error()), CGSWAP_E_UNHEALTHY, "the status");
	is_str(stops.heard, "0/3 1/3 2/3 ", "it was called before each step");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, ENTRIES, "the swapped programs are restored");
	expect_ok(commit(replace, &quiet), "the callback lets the commit go on");
	is_str(quiet.heard, "0/3 1/3 2/3 ", "it was called before each step");
	chain_is(fixture.cgroup.fd, EGRESS, others.progs, ENTRIES, "all are swapped");
	cgswap_replace_unref(replace);
	for (int i = 0; i < ENTRIES; i++)
		cgswap_program_unref(programs[i]);
}

/* ---- the log ---- */

static void log_line(int level, const char *line, void *user)
{
	ok(level >= CGSWAP_LOG_WARNING && level <= CGSWAP_LOG_DEBUG && !strchr(line, '\n'),
	   "a line of the log");
	hear(user, line);
}

static void destroy(void *user)
{
	((struct listener *)user)->destroyed++;
}

/* A lone preorder entry makes the library log something. */
static void lines_arrive(void)
{
	struct listener listener = { .stop_at = NEVER };
	struct scratch cgroup = scratch_new("talk");
	int prog = prog_pass(EGRESS, "preorder");
	cgswap_session *session = live_session();
	cgswap_program *spare = live_program(session, fixture.spare);
	cgswap_chain *chain;

	if (raw_attach(cgroup.fd, prog, EGRESS, RAW_MULTI | RAW_PREORDER))
		raw_attach(cgroup.fd, prog, EGRESS, RAW_MULTI);
	chain = live_chain(session, cgroup.path, "egress");
	expect_ok(cgswap_session_set_log(session, log_line, &listener, destroy), "a callback");
	expect_ok(swap(session, chain, "pos:0", spare), "a swap that logs");
	ok(*listener.heard || !kernel_knows_flags(RAW_PREORDER), "lines were logged");
	is_int(listener.destroyed, 0, "the callback is still set");
	cgswap_program_unref(spare);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	is_int(listener.destroyed, 1, "the session's end destroys it once");
	close(prog);
	close(cgroup.fd);
}

/* ---- a walk ---- */

static int visit(const char *cgroup, void *user)
{
	struct listener *listener = user;

	hear(listener, strrchr(cgroup, '/') + 1);
	return listener->stop_at-- == 1;
}

static void a_walk(void)
{
	struct listener all = { .stop_at = NEVER }, stops = { .stop_at = 2 };
	struct scratch top = scratch_new("top"), b = scratch_child(&top, "b");

	scratch_child(&top, "a");
	scratch_child(&b, "c");
	expect_ok(cgswap_session_walk(fixture.session, top.path, visit, &all), "a walk");
	is_str(all.heard, "top a b c ", "parents first, siblings by name");
	EXPECT_CAUSE(cgswap_session_walk(fixture.session, top.path, visit, &stops), CANCELLED,
		     "a walk that its callback stops");
	is_str(stops.heard, "top a ", "it goes no further");
}

int main(void)
{
	need_live();
	fixture = fixture_new("called", ENTRIES);
	others = fixture_new("others", ENTRIES);
	progress_stops_a_commit();
	lines_arrive();
	a_walk();
	fixture_free(&others);
	fixture_free(&fixture);
	return done_testing();
}
