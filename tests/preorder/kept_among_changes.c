/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preorder is kept though another process changes the chain between the step and its commit: it
 * attaches and detaches programs, attaches that of the step again with another flag, gives it
 * another flag in its place, or attaches it a second time by a link. The new program gets the flag
 * that the entry has at the commit, and a rollback restores it; or the commit is refused and
 * changes nothing. On a kernel that can reject a probe it is refused only if the program is gone.
 * The random numbers are seeded.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/order.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

enum { ROUNDS = 150, ENTRIES_MAX = 5, LINKS_MAX = 2 };

/* The changes by others. */
enum { NOTHING, ATTACH, DETACH_OTHER, ATTACH_AGAIN, CHANGE_FLAG, LINK_TOO, DETACH, CHANGES };

static struct scratch levels[2];
static struct order_list lists[2];
static int progs[ENTRIES_MAX + 2], links[LINKS_MAX], new;
static size_t count, link_count;
static uint32_t random_state;

static uint32_t random_below(uint32_t sides)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % sides;
}

static void attach(int prog, bool preorder)
{
	if (raw_attach(levels[0].fd, prog, EGRESS, RAW_MULTI | (preorder ? RAW_PREORDER : 0)))
		bail_out("cannot attach");
	order_append(&lists[0], raw_prog_id(prog), preorder);
}

static void hold(int prog, bool preorder)
{
	links[link_count] = raw_link_create(levels[0].fd, prog, EGRESS,
					    preorder ? RAW_PREORDER : 0);
	if (links[link_count++] < 0)
		bail_out("cannot create a link");
	order_append(&lists[0], raw_prog_id(prog), preorder);
}

static void take_out(size_t at)
{
	if (raw_detach(levels[0].fd, progs[at], EGRESS))
		bail_out("cannot detach");
	lists[0].count--;
	for (size_t i = at; i < lists[0].count; i++) {
		lists[0].ids[i] = lists[0].ids[i + 1];
		lists[0].preorder[i] = lists[0].preorder[i + 1];
	}
}

/* Plain entries, the last of which may be held by a link, and a program of a child. */
static void build(void)
{
	scratch_nest(levels, 2);
	lists[0].count = lists[1].count = 0;
	link_count = 0;
	count = 1 + random_below(ENTRIES_MAX);
	for (size_t i = 0; i < count; i++) {
		progs[i] = prog_pass(EGRESS, "mixed");
		attach(progs[i], random_below(2));
	}
	progs[count] = prog_pass(EGRESS, "more");
	progs[count + 1] = prog_pass(EGRESS, "below");
	new = prog_pass(EGRESS, "new");
	if (!random_below(4))
		hold(progs[count], random_below(2));
	if (raw_attach(levels[1].fd, progs[count + 1], EGRESS, RAW_MULTI))
		bail_out("cannot attach");
	order_append(&lists[1], raw_prog_id(progs[count + 1]), false);
}

static void tear_down(void)
{
	for (size_t i = 0; i < link_count; i++)
		raw_close(links[i]);
	for (int i = 2; i-- > 0;) {
		scratch_remove(&levels[i]);
		raw_close(levels[i].fd);
	}
	for (size_t i = 0; i < count + 2; i++)
		raw_close(progs[i]);
	raw_close(new);
}

/* Another process changes the chain. Returns the new index of the entry; the count: it is gone. */
static size_t change(unsigned what, size_t at)
{
	bool preorder = random_below(2);

	switch (what) {
	case ATTACH:
		if (!link_count)
			attach(progs[count], preorder);
		return at;
	case DETACH_OTHER:
		if (count == 1)
			return at;
		take_out(at ? 0 : 1);
		return at ? at - 1 : at;
	case ATTACH_AGAIN:
		take_out(at);
		attach(progs[at], preorder);
		return lists[0].count - 1;
	case CHANGE_FLAG:
		if (raw_replace(levels[0].fd, progs[at], progs[at], EGRESS,
				RAW_MULTI | RAW_REPLACE | (preorder ? RAW_PREORDER : 0)))
			bail_out("cannot change the flag");
		lists[0].preorder[at] = preorder;
		return at;
	case LINK_TOO:
		hold(progs[at], preorder);
		return at;
	case DETACH:
		take_out(at);
		return lists[0].count;
	default:
		return at;
	}
}

static bool as_expected(void)
{
	return order_holds(levels[0].fd, EGRESS, &lists[0]) &&
	       order_effective_holds(levels[0].fd, EGRESS, lists, 1) &&
	       order_effective_holds(levels[1].fd, EGRESS, lists, 2);
}

static bool may_be_refused(enum cgswap_cause cause, bool gone, bool probes)
{
	if (gone)
		return cause == CGSWAP_CAUSE_LOST_RACE || cause == CGSWAP_CAUSE_NOT_ATTACHED ||
		       cause == CGSWAP_CAUSE_CHAIN_EMPTY || cause == CGSWAP_CAUSE_HELD_BY_LINK;
	return !probes && cause == CGSWAP_CAUSE_PREORDER_WOULD_CHANGE;
}

/* Returns true if the commit was as it should be. */
static bool commit(cgswap_replace *replace, size_t at, bool probes)
{
	bool gone = at == lists[0].count;
	enum cgswap_cause cause;
	uint32_t old;

	if (cgswap_replace_commit(replace, NULL)) {
		cause = cgswap_error_get_cause(cgswap_last_error());
		if (may_be_refused(cause, gone, probes))
			return as_expected();
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
		return false;
	}
	if (gone)
		return false;
	old = lists[0].ids[at];
	lists[0].ids[at] = raw_prog_id(new);
	if (!as_expected())
		return false;
	lists[0].ids[at] = old;
	return !cgswap_replace_rollback(replace) && as_expected();
}

static bool play(cgswap_session *session, uint32_t seed, unsigned what, bool probes)
{
	cgswap_chain *chain;
	cgswap_program *program;
	cgswap_replace *replace;
	bool good;
	size_t at;

	random_state = seed;
	build();
	at = random_below((uint32_t)count);
	chain = live_chain(session, levels[0].path, "egress");
	program = live_program(session, new);
	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	good = !cgswap_replace_add(replace, chain, by_id(progs[at]), program, NULL);
	if (!good)
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	good = good && as_expected();
	at = change(what, at);
	good = good && commit(replace, at, probes);
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	tear_down();
	return good;
}

static void play_all(const char *disable_features, bool probes, unsigned rounds)
{
	static const char *const names[CHANGES] = { "nothing",         "attach",
						    "detach another",  "attach again",
						    "change the flag", "link, too",
						    "detach" };
	cgswap_session *session = live_session_without(disable_features);

	for (unsigned what = NOTHING; what < CHANGES; what++) {
		unsigned good = 0;

		for (uint32_t seed = 1; seed <= rounds; seed++) {
			if (play(session, seed, what, probes))
				good++;
			else
				diag("seed %u", seed);
		}
		is_int(good, rounds, "%s, %s", probes ? "with probes" : "without order",
		       names[what]);
	}
	cgswap_session_unref(session);
}

int main(void)
{
	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	need_flags(RAW_MULTI | RAW_BEFORE, "BPF_F_BEFORE");
	scratch_bystander(EGRESS);
	play_all(NULL, true, ROUNDS);
	play_all("ordering", false, ROUNDS / 5);
	return done_testing();
}
