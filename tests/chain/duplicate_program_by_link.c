/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If a chain has one program several times, its id, name and position are ambiguous and nothing
 * changes. link:N swaps or detaches exactly the entry of that link; the position shows only
 * afterwards.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

static cgswap_session *session;
static struct scratch cgroup;
static cgswap_chain *chain;
static int twice, other, replacement;
static cgswap_program *program;

static const char *by_link(int link)
{
	static char selector[32];

	snprintf(selector, sizeof(selector), "link:%u", raw_link_id(link));
	return selector;
}

static bool holds(int a, int b, int c, const char *name)
{
	const int progs[] = { a, b, c };

	return chain_is(cgroup.fd, EGRESS, progs, c < 0 ? 2 : 3, name);
}

static void ambiguous(void)
{
	struct raw_chain before = chain_now(cgroup.fd, EGRESS);

	EXPECT_CAUSE(swap(session, chain, by_id(twice), program), SELECTOR_AMBIGUOUS, "by id");
	EXPECT_CAUSE(swap(session, chain, "name:twice", program), SELECTOR_AMBIGUOUS, "by name");
	EXPECT_CAUSE(swap(session, chain, by_fd(twice), program), SELECTOR_AMBIGUOUS,
		     "by descriptor");
	EXPECT_CAUSE(swap(session, chain, "pos:0", program), SELECTOR_AMBIGUOUS, "by position");
	EXPECT_CAUSE(cgswap_chain_detach(chain, by_id(twice), NULL), SELECTOR_AMBIGUOUS,
		     "detach by id");
	EXPECT_CAUSE(cgswap_chain_detach(chain, "pos:2", NULL), SELECTOR_AMBIGUOUS,
		     "detach by position");
	has_str(cgswap_error_get_remedy(cgswap_last_error()),
		"link:", "the remedy names a link of the program");
	chain_untouched(cgroup.fd, EGRESS, &before, "after the ambiguous selectors");
}

static size_t swapped_at(int link)
{
	cgswap_replace *replace;
	size_t position;

	cgswap_replace_new(&replace, session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, by_link(link), program, NULL), "by link:N");
	is_int(cgswap_step_get_link_id(cgswap_replace_get_step(replace, 0)), raw_link_id(link),
	       "the step has its link");
	ok(cgswap_step_get_position(cgswap_replace_get_step(replace, 0)) == CGSWAP_POSITION_UNKNOWN,
	   "the step has no position yet");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is swapped");
	ok(cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)), "the swap is verified");
	position = cgswap_step_get_position(cgswap_replace_get_step(replace, 0));
	cgswap_replace_unref(replace);
	return position;
}

/* A link and a plain entry of one program, in either order. */
static void link_and_plain(bool link_first)
{
	int link = -1;

	if (link_first)
		link = raw_link_create(cgroup.fd, twice, EGRESS, 0);
	else
		raw_attach(cgroup.fd, twice, EGRESS, RAW_MULTI);
	raw_attach(cgroup.fd, other, EGRESS, RAW_MULTI);
	if (link_first)
		raw_attach(cgroup.fd, twice, EGRESS, RAW_MULTI);
	else
		link = raw_link_create(cgroup.fd, twice, EGRESS, 0);
	ambiguous();
	is_int(swapped_at(link), link_first ? 0 : 2, "the link's entry is swapped");
	holds(link_first ? replacement : twice, other, link_first ? twice : replacement,
	      "the plain entry is the same");
	expect_ok(swap(session, chain, by_id(twice), program),
		  "its id is unambiguous now, and the plain entry is swapped to the same program");
	holds(replacement, other, replacement, "both entries have the new program");
	expect_ok(cgswap_chain_detach(chain, by_link(link), NULL), "the link is detached by link:N");
	holds(link_first ? other : replacement, link_first ? replacement : other, -1,
	      "the plain entry is still attached");
	raw_close(link);
	is_int(raw_detach(cgroup.fd, replacement, EGRESS), 0,
	       "the plain entry is detached by a raw call");
	raw_detach(cgroup.fd, other, EGRESS);
}

/* Replacing the program of a link by itself succeeds and changes nothing. */
static void by_itself(void)
{
	int link;
	cgswap_program *same = live_program(session, twice);

	raw_attach(cgroup.fd, twice, EGRESS, RAW_MULTI);
	raw_attach(cgroup.fd, other, EGRESS, RAW_MULTI);
	link = raw_link_create(cgroup.fd, twice, EGRESS, 0);
	expect_ok(swap(session, chain, by_link(link), same),
		  "a link's program is replaced by itself");
	holds(twice, other, twice, "the chain is as before");
	raw_detach(cgroup.fd, twice, EGRESS);
	raw_detach(cgroup.fd, other, EGRESS);
	chain_close_link(link, cgroup.fd, EGRESS);
	cgswap_program_unref(same);
}

/* A link can be attached next to a link of unknown position. */
static void as_anchor(void)
{
	struct cgswap_attach_opts opts = { .sz = sizeof(opts) };
	int link, made = -1;

	raw_attach(cgroup.fd, twice, EGRESS, RAW_MULTI);
	link = raw_link_create(cgroup.fd, twice, EGRESS, 0);
	opts.before = by_link(link);
	EXPECT_CAUSE(cgswap_chain_attach(chain, program, &opts), SELECTOR_AMBIGUOUS,
		     "a plain program before a link of unknown position");
	opts.link = 1;
	opts.link_fd = &made;
	expect_ok(cgswap_chain_attach(chain, program, &opts), "a link before that link");
	holds(twice, replacement, twice, "the new link is before that link");
	raw_close(made);
	chain_close_link(link, cgroup.fd, EGRESS);
	raw_detach(cgroup.fd, twice, EGRESS);
}

static void two_links(void)
{
	int first = raw_link_create(cgroup.fd, twice, EGRESS, 0), second;

	raw_attach(cgroup.fd, other, EGRESS, RAW_MULTI);
	second = raw_link_create(cgroup.fd, twice, EGRESS, 0);
	ambiguous();
	is_int(swapped_at(second), 2, "the second link's entry is swapped");
	holds(twice, other, replacement, "the first link is the same");
	raw_link_update(second, twice);
	is_int(swapped_at(first), 0, "the first link's entry is swapped");
	holds(replacement, other, twice, "the second link is the same");
	raw_link_update(first, twice);
	expect_ok(cgswap_chain_detach(chain, by_link(second), NULL), "the second link is detached");
	holds(twice, other, -1, "the first link is still attached");
	raw_close(second);
	chain_close_link(first, cgroup.fd, EGRESS);
	raw_detach(cgroup.fd, other, EGRESS);
}

int main(void)
{
	need_live();
	session = live_session();
	cgroup = scratch_new("twice");
	chain = live_chain(session, cgroup.path, "egress");
	twice = prog_pass(EGRESS, "twice");
	other = prog_pass(EGRESS, "other");
	replacement = prog_pass(EGRESS, "replacement");
	program = live_program(session, replacement);
	link_and_plain(true);
	link_and_plain(false);
	two_links();
	by_itself();
	if (kernel_knows_flags(RAW_BEFORE))
		as_anchor();
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	raw_close(twice);
	raw_close(other);
	raw_close(replacement);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
	return done_testing();
}
