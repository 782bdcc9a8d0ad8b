/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions that others, links, modes or missing privileges stand in the way of: check and commit
 * give the same answer, again after the commit, and the right one. What an add knows it refuses.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdio.h>

enum { A, B, N, X, PROGRAMS };

static int progs[PROGRAMS];
static struct scratch parent, child;
static cgswap_session *session;
static cgswap_replace *replace;

static void begin(const char *name, const char *disable_features, int retries)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .retries = retries };

	parent = scratch_new(name);
	child = scratch_child(&parent, "child");
	session = live_session_without(disable_features);
	expect_ok(cgswap_replace_new(&replace, session, &opts), "%s: a transaction", name);
}

static enum cgswap_status add_opts(const char *type, const char *old, int new,
				   const struct cgswap_step_opts *opts)
{
	cgswap_chain *chain = live_chain(session, child.path, type);
	cgswap_program *program = live_program(session, new);
	enum cgswap_status status = cgswap_replace_add(replace, chain, old, program, opts);

	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	return status;
}

static enum cgswap_status add(const char *type, const char *old, int new)
{
	return add_opts(type, old, new, NULL);
}

static void end(void)
{
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	scratch_remove(&child);
	scratch_remove(&parent);
	raw_close(child.fd);
	raw_close(parent.fd);
}

static enum cgswap_cause cause_of(enum cgswap_status status)
{
	return status ? cgswap_error_get_cause(cgswap_last_error()) : CGSWAP_CAUSE_NONE;
}

/* A refusal three times: before the commit, in it, and after it. */
static void refused(enum cgswap_cause cause, const char *name)
{
	const char *const wanted = cgswap_cause_get_name(cause);

	is_str(cgswap_cause_get_name(cause_of(cgswap_replace_check(replace))), wanted, "%s: check", name);
	is_str(cgswap_cause_get_name(cause_of(cgswap_replace_commit(replace, NULL))), wanted,
	       "%s: commit", name);
	is_str(cgswap_cause_get_name(cause_of(cgswap_replace_check(replace))), wanted,
	       "%s: check again", name);
}

static void add_refused(const char *type, const char *old, int new, enum cgswap_cause cause,
			const char *name)
{
	is_str(cgswap_cause_get_name(cause_of(add(type, old, new))), cgswap_cause_get_name(cause), "%s",
	       name);
}

static const char *by_link(int link)
{
	static char text[2][32];
	static int used;

	used = !used;
	snprintf(text[used], sizeof(text[used]), "link:%u", raw_link_id(link));
	return text[used];
}

/* ---- links ----------------------------------------------------------------------------------- */

/* N is in the chain by the link then, and may be attached plainly too. */
static void link_takes_it_first(void)
{
	int link;

	begin("first", NULL, 0);
	link = raw_link_create(child.fd, progs[A], EGRESS, 0);
	raw_attach(child.fd, progs[B], EGRESS, RAW_MULTI);
	expect_ok(add("egress", by_link(link), progs[N]), "a step of a link");
	expect_ok(add("egress", by_id(progs[B]), progs[N]), "a step of a plain entry");
	expect_ok(cgswap_replace_check(replace), "the same program by a link and plainly: check");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	raw_detach(child.fd, progs[N], EGRESS);
	raw_close(link);
	end();
}

/* A is still there plainly. */
static void link_gives_it_up(void)
{
	int link;

	begin("up", NULL, 0);
	raw_attach(child.fd, progs[A], EGRESS, RAW_MULTI);
	raw_attach(child.fd, progs[B], EGRESS, RAW_MULTI);
	link = raw_link_create(child.fd, progs[A], EGRESS, 0);
	expect_ok(add("egress", by_link(link), progs[N]), "a step of a link");
	expect_ok(add("egress", by_id(progs[B]), progs[A]), "a step of a plain entry");
	refused(CGSWAP_CAUSE_ALREADY_ATTACHED, "a program that is there plainly too");
	raw_detach(child.fd, progs[A], EGRESS);
	raw_detach(child.fd, progs[B], EGRESS);
	raw_close(link);
	end();
}

/* A revision that moved ends a commit without retries before it finds out about the link. */
static void held_and_moved(const struct cgswap_step_opts *given)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .retries = -1 };

	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction without retries");
	expect_ok(add_opts("egress", by_fd(progs[A]), progs[N], given), "the add that asks nothing");
	raw_attach(child.fd, progs[B], EGRESS, RAW_MULTI);
	refused(CGSWAP_CAUSE_LOST_RACE, "what a link holds, and the chain moved");
	raw_detach(child.fd, progs[B], EGRESS);
	cgswap_replace_unref(replace);
}

/* Only CAP_NET_ADMIN: links cannot be listed, and the kernel is asked, by add for the preorder. */
static void held_without_privilege(void)
{
	const struct cgswap_step_opts given = { .sz = sizeof(given), .preorder = CGSWAP_PREORDER_NO };
	cgswap_replace *kept_replace = replace;
	cgswap_session *kept_session = session;

	session = live_session();
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	add_refused("egress", by_fd(progs[A]), progs[N], CGSWAP_CAUSE_HELD_BY_LINK,
		    "the add of what a link holds");
	expect_ok(add_opts("egress", by_fd(progs[A]), progs[N], &given), "the add that asks nothing");
	refused(CGSWAP_CAUSE_HELD_BY_LINK, "what a link holds");
	cgswap_replace_unref(replace);
	held_and_moved(&given);
	cgswap_session_unref(session);
	replace = kept_replace;
	session = kept_session;
}

static void without_listing(void)
{
	int link;

	if (!kernel_knows_flags(RAW_BEFORE)) {
		skip("this kernel has no BPF_F_BEFORE");
		return;
	}
	begin("held", NULL, 0);
	link = raw_link_create(child.fd, progs[A], EGRESS, 0);
	without_capabilities(UINT64_C(1) << CAP_SYS_ADMIN | UINT64_C(1) << CAP_BPF |
				     UINT64_C(1) << CAP_PERFMON,
			     held_without_privilege);
	raw_close(link);
	end();
}

/* The kernel does not check the attach type in an update, so the link's program says nothing. */
static void link_of_another_type(void)
{
	int six = prog_pass(CONNECT6, "six"), sixth = prog_pass(CONNECT6, "sixth"), link;
	int four = prog_pass(CONNECT4, "four");

	begin("another", NULL, 0);
	link = raw_link_create(child.fd, four, CONNECT4, 0);
	raw_link_update(link, six);
	add_refused("connect4", by_link(link), sixth, CGSWAP_CAUSE_UNSAFE_LINK_UPDATE,
		    "a link of connect4 that holds a program of connect6, to another one");
	expect_ok(add("connect4", by_link(link), progs[A]), "a step to a program of egress");
	refused(CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH, "a program of egress for a link of connect4");
	raw_close(link);
	end();
	raw_close(four);
	raw_close(six);
	raw_close(sixth);
}

/* ---- changes by others ----------------------------------------------------------------------- */

/* The bound program is gone, whatever else forbids the swap. */
static void gone_and_forbidden(void)
{
	begin("forbidden", NULL, 0);
	raw_attach(child.fd, progs[A], EGRESS, RAW_MULTI);
	expect_ok(add("egress", by_id(progs[A]), progs[N]), "a step");
	raw_detach(child.fd, progs[A], EGRESS);
	raw_attach(child.fd, progs[N], EGRESS, RAW_MULTI);
	refused(CGSWAP_CAUSE_LOST_RACE, "the bound program is gone, and the new one there");
	raw_attach(parent.fd, progs[X], EGRESS, RAW_NONE);
	refused(CGSWAP_CAUSE_LOST_RACE, "the bound program is gone, and the parent forbids");
	raw_detach(parent.fd, progs[X], EGRESS);
	raw_detach(child.fd, progs[N], EGRESS);
	end();
}

static void moved_without_retries(void)
{
	if (!kernel_has_revision()) {
		skip("this kernel has no revisions");
		return;
	}
	begin("retries", NULL, -1);
	raw_attach(child.fd, progs[A], EGRESS, RAW_MULTI);
	expect_ok(add("egress", by_id(progs[A]), progs[N]), "a step");
	raw_attach(child.fd, progs[B], EGRESS, RAW_MULTI);
	is_int(cause_of(cgswap_replace_check(replace)), CGSWAP_CAUSE_LOST_RACE,
	       "the chain moved, without retries: check");
	is_int(cause_of(cgswap_replace_commit(replace, NULL)), CGSWAP_CAUSE_LOST_RACE, "commit");
	raw_detach(child.fd, progs[A], EGRESS);
	raw_detach(child.fd, progs[B], EGRESS);
	end();
}

/* Without ordering nothing is probed in a commit, and a second entry shows no order. */
static void second_entry_came(void)
{
	enum cgswap_cause checked;
	int link;

	begin("second", "ordering", 0);
	raw_attach(child.fd, progs[A], EGRESS, RAW_MULTI);
	expect_ok(add("egress", by_id(progs[A]), progs[N]), "a step");
	link = raw_link_create(child.fd, progs[A], EGRESS, 0);
	checked = cause_of(cgswap_replace_check(replace));
	is_str(cgswap_cause_get_name(cause_of(cgswap_replace_commit(replace, NULL))),
	       cgswap_cause_get_name(checked), "a link of the same program came: alike");
	raw_detach(child.fd, progs[A], EGRESS);
	raw_detach(child.fd, progs[N], EGRESS);
	raw_close(link);
	end();
}

/* The verification of the step before it notices, even if the kernel cannot compare the revision. */
static void second_entry_came_in_the_chain(void)
{
	int held, link;

	if (!kernel_has_revision()) {
		skip("this kernel has no revisions");
		return;
	}
	begin("noticed", "ordering,expected_revision", 0);
	held = raw_link_create(child.fd, progs[B], EGRESS, 0);
	raw_attach(child.fd, progs[A], EGRESS, RAW_MULTI);
	expect_ok(add("egress", by_link(held), progs[N]), "a step of a link");
	expect_ok(add("egress", by_id(progs[A]), progs[N]), "a step of a plain entry");
	link = raw_link_create(child.fd, progs[A], EGRESS, 0);
	refused(CGSWAP_CAUSE_PREORDER_WOULD_CHANGE, "a link of the same program came");
	raw_detach(child.fd, progs[A], EGRESS);
	raw_close(link);
	raw_close(held);
	end();
}

static void type_and_cgroup(void)
{
	int four = prog_pass(CONNECT4, "four"), six = prog_pass(CONNECT6, "six");
	enum cgswap_cause checked;

	begin("removed", NULL, 0);
	raw_attach(child.fd, four, CONNECT4, RAW_MULTI);
	expect_ok(add("connect4", by_id(four), six), "a step with a program of connect6");
	scratch_remove(&child);
	checked = cause_of(cgswap_replace_check(replace));
	ok(checked == CGSWAP_CAUSE_CGROUP_GONE ||
		   checked == CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH,
	   "the cgroup was removed, and the program does not fit: one of both");
	is_str(cgswap_cause_get_name(cause_of(cgswap_replace_commit(replace, NULL))),
	       cgswap_cause_get_name(checked), "check and commit alike");
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	scratch_remove(&parent);
	raw_close(child.fd);
	raw_close(parent.fd);
	raw_close(four);
	raw_close(six);
}

/* ---- modes ----------------------------------------------------------------------------------- */

static void absent_in_override_mode(void)
{
	begin("override", NULL, 0);
	raw_attach(child.fd, progs[A], EGRESS, RAW_OVERRIDE);
	add_refused("egress", by_fd(progs[B]), progs[N], CGSWAP_CAUSE_NOT_ATTACHED,
		    "a loaded program for one that is not there, in override mode");
	add_refused("egress", "name:p_none", progs[N], CGSWAP_CAUSE_NOT_ATTACHED,
		    "the same by its name");
	raw_detach(child.fd, progs[A], EGRESS);
	end();
}

int main(void)
{
	need_live();
	prog_pass_many(EGRESS, "p", progs, PROGRAMS);
	link_takes_it_first();
	link_gives_it_up();
	without_listing();
	link_of_another_type();
	gone_and_forbidden();
	moved_without_retries();
	second_entry_came();
	second_entry_came_in_the_chain();
	type_and_cgroup();
	absent_in_override_mode();
	return done_testing();
}
