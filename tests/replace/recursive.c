/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgswap_replace_add_recursive() adds a step for every cgroup below one that holds the old program,
 * as a plain entry or by a link, and for no other. The steps are grouped by tag and maps. Programs of
 * the same name with different tags are refused, unless any_tag is given.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <string.h>

enum { CGROUPS = 5 };

static cgswap_session *session;
static struct scratch top, cgroup[CGROUPS];
static int old, other, new, beside, array, link_fd;

static void attach(int where, int program)
{
	if (raw_attach(cgroup[where].fd, program, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
}

/*
 *	top/a   old     top/a/deep   beside, old
 *	top/b   (link) old
 *	top/c   beside
 *	top/d   a program named old with another tag, attached later
 */
static void build(void)
{
	session = live_session();
	top = scratch_new("recursive");
	cgroup[0] = scratch_child(&top, "a");
	cgroup[1] = scratch_child(&cgroup[0], "deep");
	cgroup[2] = scratch_child(&top, "b");
	cgroup[3] = scratch_child(&top, "c");
	cgroup[4] = scratch_child(&top, "d");
	array = raw_array_create(1);
	old = prog_pass(EGRESS, "old");
	other = prog_add(array, 1, "old");
	new = prog_pass(EGRESS, "new");
	beside = prog_pass(EGRESS, "beside");
	attach(0, old);
	attach(1, beside);
	attach(1, old);
	attach(3, beside);
	link_fd = raw_link_create(cgroup[2].fd, old, EGRESS, 0);
	if (link_fd < 0)
		bail_out("cannot create a link");
}

static cgswap_replace *transaction(void)
{
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	return replace;
}

static enum cgswap_status add(cgswap_replace *replace, const char *selector, const char *match,
			      bool any_tag)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts), .match = match, .any_tag = any_tag
	};

	return cgswap_replace_add_recursive(replace, top.path, "egress", selector, by_fd(new),
					    &opts);
}

static bool holds(int where, int program)
{
	struct raw_chain chain = chain_now(cgroup[where].fd, EGRESS);
	uint32_t id = raw_prog_id(program);

	for (unsigned i = 0; i < chain.count; i++)
		if (chain.ids[i] == id)
			return true;
	return false;
}

static void all_hold(int program, const char *when)
{
	ok(holds(0, program) && holds(1, program) && holds(2, program), "all three hold it %s",
	   when);
	chain_is(cgroup[3].fd, EGRESS, &beside, 1, "a cgroup without it is as before");
}

static void finds_all(const char *selector)
{
	cgswap_replace *replace = transaction();

	expect_ok(add(replace, selector, NULL, false), "by %.4s", selector);
	is_int(cgswap_replace_get_length(replace), 3, "three cgroups hold it");
	is_int(cgswap_replace_get_group_count(replace), 1, "they are one group");
	is_int(cgswap_replace_get_group_length(replace, 0), 3, "of three swaps");
	is_int(cgswap_replace_get_group_old_id(replace, 0), raw_prog_id(old), "of this program");
	is_int(cgswap_replace_get_group_new_id(replace, 0), raw_prog_id(new), "by that one");
	is_str(cgswap_replace_get_group_name(replace, 0), "old", "with its name");
	is_int(strlen(cgswap_replace_get_group_tag(replace, 0)), 16, "and its tag");
	is_int(cgswap_replace_get_group_map_count(replace, 0), 0, "it has no maps");
	expect_ok(cgswap_replace_check(replace), "a check");
	expect_ok(cgswap_replace_commit(replace, NULL), "the commit");
	all_hold(new, "after the commit");
	expect_ok(cgswap_replace_rollback(replace), "the rollback");
	all_hold(old, "after the rollback");
	cgswap_replace_unref(replace);
}

static void matches_names_and_paths(void)
{
	static const struct {
		const char *match;
		size_t found;
	} cases[] = { { "a", 1 }, { "d*", 1 }, { "[ab]", 2 }, { "*", 3 }, { "a/*", 1 }, { "*/deep", 1 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		cgswap_replace *replace = transaction();

		expect_ok(add(replace, "old", cases[i].match, false), "match %s", cases[i].match);
		is_int(cgswap_replace_get_length(replace), cases[i].found, "finds as many");
		cgswap_replace_unref(replace);
	}
}

static void overlaps(void)
{
	cgswap_replace *replace = transaction();

	expect_ok(add(replace, "old", "a", false), "one cgroup");
	expect_ok(add(replace, "old", NULL, false), "all of them");
	is_int(cgswap_replace_get_length(replace), 3, "each has one step");
	cgswap_replace_unref(replace);
}

static void refusals(void)
{
	cgswap_replace *replace = transaction();

	EXPECT_CAUSE(add(replace, "nothing", NULL, false), NOT_ATTACHED, "a name that none has");
	EXPECT_CAUSE(add(replace, "old", "x*", false), NOT_ATTACHED, "a match that none has");
	EXPECT_CAUSE(add(replace, "pos:0", NULL, false), BAD_ARGUMENT, "a position");
	EXPECT_CAUSE(add(replace, by_fd(link_fd), NULL, false), BAD_ARGUMENT, "a link");
	is_int(cgswap_replace_get_length(replace), 0, "the transaction is unchanged");
	/* the transaction keeps the cgroup that it looked at */
	expect_refusal(cgswap_replace_add_recursive(replace, top.path, "egress", "old", "nothing.o",
						    NULL),
		       CGSWAP_CAUSE_OBJECT_NOT_FOUND, NULL, "an object that does not exist");
	cgswap_replace_cancel(replace);
	EXPECT_CAUSE(add(replace, "old", NULL, false), CANCELLED, "a search that is cancelled");
	is_int(cgswap_replace_get_length(replace), 0, "the transaction is unchanged");
	is_int(cgswap_replace_get_group_count(replace), 0, "it has no groups");
	expect_ok(add(replace, "old", NULL, false), "the next search");
	cgswap_replace_unref(replace);
}

/* An option for the other way to add steps is refused, and so is each of a call for one cgroup here. */
static void options_of_the_other_call(void)
{
	const struct cgswap_step_opts for_one[] = {
		{ .sz = sizeof(for_one[0]), .pin = "/sys/fs/bpf/cgswap-test-no-pin" },
		{ .sz = sizeof(for_one[0]), .expected_revision = 1 },
		{ .sz = sizeof(for_one[0]), .expected_cgroup_id = 1 },
		{ .sz = sizeof(for_one[0]), .reserved = 1 },
	};
	const struct cgswap_step_opts for_many[] = {
		{ .sz = sizeof(for_many[0]), .match = "a" },
		{ .sz = sizeof(for_many[0]), .any_tag = 1 },
		{ .sz = sizeof(for_many[0]), .reserved = 1 },
	};
	cgswap_chain *chain = live_chain(session, cgroup[0].path, "egress");
	cgswap_program *program = live_program(session, new);
	cgswap_replace *replace = transaction();

	for (size_t i = 0; i < sizeof(for_one) / sizeof(*for_one); i++)
		EXPECT_CAUSE(cgswap_replace_add_recursive(replace, top.path, "egress", "old",
							  by_fd(new), &for_one[i]),
			     BAD_ARGUMENT, "option %zu of one cgroup", i);
	for (size_t i = 0; i < sizeof(for_many) / sizeof(*for_many); i++)
		EXPECT_CAUSE(cgswap_replace_add(replace, chain, by_id(old), program, &for_many[i]),
			     BAD_ARGUMENT, "option %zu of many cgroups", i);
	is_int(cgswap_replace_get_length(replace), 0, "the transaction is unchanged");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
}

/* The search goes on after a cgroup in which the name is ambiguous, so that the error names all. */
static void all_refusals_are_named(void)
{
	cgswap_replace *replace = transaction();

	attach(0, other);
	attach(1, other);
	EXPECT_CAUSE(add(replace, "old", NULL, true), SELECTOR_AMBIGUOUS, "two that are ambiguous");
	expect_message("also refused:");
	expect_message(cgroup[1].path);
	is_int(cgswap_replace_get_length(replace), 0, "nothing is added");
	raw_detach(cgroup[0].fd, other, EGRESS);
	raw_detach(cgroup[1].fd, other, EGRESS);
	ok(cgswap_cause_get_per_cgroup(CGSWAP_CAUSE_SELECTOR_AMBIGUOUS), "another cgroup may have one");
	ok(!cgswap_cause_get_per_cgroup(CGSWAP_CAUSE_VERIFIER_REFUSED) &&
		   !cgswap_cause_get_per_cgroup(CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN) &&
		   !cgswap_cause_get_per_cgroup(CGSWAP_CAUSE_NONE),
	   "what fails in every cgroup is known");
	cgswap_replace_unref(replace);
}

static void tags_differ(void)
{
	cgswap_replace *replace = transaction();

	attach(4, other);
	EXPECT_CAUSE(add(replace, "old", NULL, false), TAGS_DIFFER, "two tags");
	is_int(cgswap_replace_get_length(replace), 0, "nothing is added");
	expect_ok(add(replace, "old", NULL, true), "any tag");
	is_int(cgswap_replace_get_length(replace), 4, "four cgroups");
	is_int(cgswap_replace_get_group_count(replace), 2, "two groups");
	is_int(cgswap_replace_get_group_length(replace, 1), 1, "the second has one swap");
	is_int(cgswap_replace_get_group_map_count(replace, 1), 1, "its program has a map");
	expect_ok(cgswap_replace_commit(replace, NULL), "the commit");
	ok(holds(4, new), "the other tag is replaced too");
	expect_ok(cgswap_replace_rollback(replace), "the rollback");
	ok(holds(4, other), "and put back");
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	build();
	finds_all("old");
	finds_all(by_id(old));
	finds_all(by_fd(old));
	matches_names_and_paths();
	overlaps();
	refusals();
	options_of_the_other_call();
	all_refusals_are_named();
	tags_differ();
	raw_close(link_fd);
	cgswap_session_unref(session);
	return done_testing();
}
