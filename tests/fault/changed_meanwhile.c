/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another process acts before any call that an add or a commit makes. A cgroup that it removes is
 * cgroup_gone, and a program that it takes off is lost_race: neither is held_by_link, which takes a
 * link that was seen. A chain that it changes while the preorder of the entry is unknown is lost_race
 * too, or the change is made after it.
 */
#include "../lib/attach_types.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"
#include "fault_kernel.h"

#include <unistd.h>

enum { OLD, NEW, OTHER, PROGRAMS, MOST_CALLS = 300 };

struct play {
	const char *name, *disable_features;
	void (*act)(void);
	bool in_add;
	int retries;
	enum cgswap_cause causes[3]; /* the right ones, beside success */
};

static int progs[PROGRAMS];
static struct scratch cgroup;
static void (*act_now)(void);
static unsigned calls, at;

static void remove_cgroup(void)
{
	rmdir(cgroup.path);
}

static void take_off(void)
{
	raw_detach(cgroup.fd, progs[OLD], EGRESS);
}

static void append(void)
{
	raw_attach(cgroup.fd, progs[OTHER], EGRESS, RAW_MULTI);
}

static void before_call(enum fault_kernel_op op, void *user)
{
	(void)op;
	(void)user;
	if (++calls == at)
		act_now();
}

static enum cgswap_status watch(const struct play *play, bool add, cgswap_replace *replace,
				cgswap_chain *chain, cgswap_program *program)
{
	enum cgswap_status status;

	if (play->in_add == add)
		fault_kernel.before = before_call;
	status = add ? cgswap_replace_add(replace, chain, "pos:0", program, NULL)
		     : cgswap_replace_commit(replace, NULL);
	fault_kernel.before = NULL;
	return status;
}

static bool is_right(const struct play *play, enum cgswap_status status)
{
	enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

	if (!status)
		return true;
	for (size_t i = 0; i < 3; i++)
		if (play->causes[i] == cause)
			return true;
	diag("before call %u: %s: %s", at, cgswap_cause_get_name(cause),
	     cgswap_error_get_message(cgswap_last_error()));
	return false;
}

/* @return false if the call was over before the change came. */
static bool play_once(const struct play *play, unsigned *wrong, unsigned *refused)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .retries = play->retries };
	cgswap_session *session = live_session_without(play->disable_features);
	cgswap_program *program = live_program(session, progs[NEW]);
	cgswap_replace *replace;
	enum cgswap_status status;
	cgswap_chain *chain;

	cgroup = scratch_new("meanwhile");
	raw_attach(cgroup.fd, progs[OLD], EGRESS, RAW_MULTI);
	chain = live_chain(session, cgroup.path, "egress");
	if (cgswap_replace_new(&replace, session, &opts))
		bail_out("no transaction");
	calls = 0;
	act_now = play->act;
	status = watch(play, true, replace, chain, program);
	if (!status && !play->in_add)
		status = watch(play, false, replace, chain, program);
	*wrong += !is_right(play, status);
	*refused += status != CGSWAP_OK;
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	cgswap_program_unref(program);
	cgswap_session_unref(session);
	rmdir(cgroup.path);
	raw_close(cgroup.fd);
	return calls >= at;
}

static void sweep(const struct play *play)
{
	unsigned wrong = 0, refused = 0;

	for (at = 1; at < MOST_CALLS && play_once(play, &wrong, &refused); at++)
		continue;
	ok(at > 1 && at < MOST_CALLS, "%s: before each of %u calls", play->name, at - 1);
	ok(!wrong, "%s: each refusal has a right cause", play->name);
	diag("%s: %u refusals", play->name, refused);
}

int main(void)
{
	static const char churned[] = "ordering,expected_revision,revision";
	static const struct play plays[] = {
		{ "the cgroup is removed in an add", NULL, remove_cgroup, true, 0,
		  { CGSWAP_CAUSE_CGROUP_GONE } },
		{ "the program is taken off in an add", NULL, take_off, true, 0,
		  { CGSWAP_CAUSE_LOST_RACE, CGSWAP_CAUSE_NOT_ATTACHED, CGSWAP_CAUSE_CHAIN_EMPTY } },
		{ "the cgroup is removed in a commit", NULL, remove_cgroup, false, 0,
		  { CGSWAP_CAUSE_CGROUP_GONE } },
		{ "the program is taken off in a commit", NULL, take_off, false, 0,
		  { CGSWAP_CAUSE_LOST_RACE } },
		{ "the same, without revisions", churned, take_off, false, 0,
		  { CGSWAP_CAUSE_LOST_RACE } },
		{ "the chain moves in an add", NULL, append, true, -1, { CGSWAP_CAUSE_LOST_RACE } },
		{ "the chain moves in a commit", NULL, append, false, 0, { CGSWAP_CAUSE_LOST_RACE } },
		{ "the chain moves in an add, without ordering", "ordering", append, true, -1,
		  { CGSWAP_CAUSE_LOST_RACE } },
		{ "the chain moves in a commit, without ordering", "ordering", append, false, -1,
		  { CGSWAP_CAUSE_LOST_RACE } },
	};

	need_live();
	scratch_bystander(EGRESS);
	prog_pass_many(EGRESS, "p", progs, PROGRAMS);
	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++)
		sweep(&plays[i]);
	ok(fault_kernel.open == 0, "no descriptor is left");
	return done_testing();
}
