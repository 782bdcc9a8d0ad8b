/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another process changes chains at random while a transaction over many cgroups runs: it adds and
 * removes programs of its own, and takes off, takes over or re-attaches the programs that are swapped.
 * Afterwards all entries that it left in place have the new program, or all the old one; every chain
 * is as the writer made it but for that; and each step that failed has its cause.
 *
 * The arguments are the number of rounds and the seed.
 */
#include "foreign_changes.h"

#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 60, CHANGES = 12 };

struct shared {
	atomic_uint progress; /* events of the transaction */
	atomic_uint changes;  /* that the writer has made */
	atomic_bool ended;
	struct known chains[CGROUPS];
};

struct round {
	struct change changes[CHANGES];
	unsigned count;
	bool in_step; /* the transaction waits for the writer */
	bool recursive, journal, check_first;
};

static struct scratch top, cgroups[CGROUPS];
static cgswap_session *session;
static cgswap_program *new_program;
static struct shared *shared;
static struct round round_now;

/* ---- the writer ------------------------------------------------------------------------------ */

static void write_chains(void)
{
	for (unsigned i = 0; i < round_now.count; i++) {
		while (shared->progress < round_now.changes[i].at && !shared->ended)
			continue;
		if (shared->ended)
			break;
		writer_make_change(&round_now.changes[i]);
		shared->changes++;
	}
	/* the transaction waits for no more */
	shared->changes = CHANGES;
	_exit(0);
}

static pid_t start_writer(void)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0)
		bail_out("cannot fork: %s", strerror(errno));
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		write_chains();
	}
	return child;
}

/* ---- a round --------------------------------------------------------------------------------- */

static void empty_chain(unsigned chain)
{
	struct raw_chain now = chain_now(writer.cgroups[chain], EGRESS);

	for (unsigned i = 0; i < now.count; i++) {
		int program = raw_prog_open(now.ids[i]);

		raw_detach(writer.cgroups[chain], program, EGRESS);
		raw_close(program);
	}
}

static void attach_old(unsigned chain)
{
	if (chain < LINKS)
		writer.links[chain] = raw_link_create(writer.cgroups[chain], writer.old, EGRESS, 0);
	if (chain < LINKS ? writer.links[chain] < 0
			  : raw_attach(writer.cgroups[chain], writer.old, EGRESS, RAW_MULTI) != 0)
		bail_out("cannot attach: %s", strerror(errno));
	shared->chains[chain] =
		(struct known){ .entries = { OURS }, .count = 1, .by_link = -1 };
}

static void end_link(unsigned chain)
{
	uint32_t link = (uint32_t)writer.links[chain];

	raw_bpf(BPF_LINK_DETACH, &link, sizeof(link));
	raw_close(writer.links[chain]);
}

/* Most changes leave the entries alone, so that about half of the transactions succeed. */
static enum kind random_kind(void)
{
	return random() % 10 ? (enum kind)(random() % TAKE_OFF)
			     : (enum kind)(TAKE_OFF + random() % (KINDS - TAKE_OFF));
}

static void draw_round(unsigned number)
{
	unsigned at = 0;

	round_now = (struct round){
		.count = 1 + (unsigned)random() % CHANGES,
		.in_step = random() % 2,
		.recursive = number % 2,
		.journal = number % 5 == 0,
		.check_first = random() % 2,
	};
	for (unsigned i = 0; i < round_now.count; i++) {
		at += (unsigned)random() % (2 * CGROUPS / CHANGES + 1);
		round_now.changes[i] = (struct change){
			.kind = random_kind(),
			.chain = (unsigned)random() % CGROUPS,
			.program = (unsigned)random() % FOREIGN,
			.at = at,
		};
	}
}

static unsigned changes_due(unsigned progress)
{
	unsigned due = 0;

	while (due < round_now.count && round_now.changes[due].at <= progress)
		due++;
	return due;
}

static int on_event(const cgswap_event *event, void *user)
{
	unsigned progress = shared->progress + 1;

	(void)event;
	(void)user;
	shared->progress = progress;
	while (round_now.in_step && shared->changes < changes_due(progress))
		continue;
	return 0;
}

static void must(enum cgswap_status status)
{
	if (status)
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
}

static cgswap_replace *plan_round(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = round_now.journal };
	cgswap_replace *replace;

	must(cgswap_replace_new(&replace, session, &opts));
	if (round_now.recursive)
		must(cgswap_replace_add_recursive(replace, top.path, "egress", by_id(writer.old), by_fd(writer.new),
						  NULL));
	for (unsigned i = 0; i < CGROUPS && !round_now.recursive; i++) {
		cgswap_chain *chain = live_chain(session, cgroups[i].path, "egress");

		must(cgswap_replace_add(replace, chain, by_id(writer.old), new_program, NULL));
		cgswap_chain_unref(chain);
	}
	return replace;
}

/* ---- the judgment ---------------------------------------------------------------------------- */

static unsigned chain_of(const cgswap_step *step)
{
	const char *path = cgswap_chain_get_cgroup(cgswap_step_get_chain(step));

	for (unsigned i = 0; i < CGROUPS; i++)
		if (!strcmp(path, cgroups[i].path))
			return i;
	bail_out("an unknown cgroup: %s", path);
}

/* Our entry was taken by others, so the cause must be one of these. */
static bool is_cause_of_taken(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_LOST_RACE || cause == CGSWAP_CAUSE_LINK_CHANGED ||
	       cause == CGSWAP_CAUSE_LINK_DETACHED;
}

static unsigned wrong(unsigned number, unsigned chain, const char *why)
{
	diag("round %u: %s: %s", number, cgroups[chain].path, why);
	return 1;
}

static unsigned judge_chain(unsigned number, unsigned chain, bool done)
{
	const struct known *known = &shared->chains[chain];
	struct raw_chain now = chain_now(writer.cgroups[chain], EGRESS), wanted = { .count = known->count };

	for (unsigned i = 0; i < known->count; i++)
		wanted.ids[i] = raw_prog_id(known->entries[i] != OURS ? writer.foreign[known->entries[i]]
					    : done		      ? writer.new
								      : writer.old);
	if (!chain_same(&now, &wanted))
		return wrong(number, chain, done ? "not as it should be after a commit"
						 : "not as it was");
	return done && known->took_old ? wrong(number, chain, "done, though the old one was gone") : 0;
}

static unsigned judge_step(unsigned number, const cgswap_step *step, bool done)
{
	enum cgswap_cause cause = cgswap_step_get_cause(step);
	enum cgswap_step_state state = cgswap_step_get_state(step);
	unsigned chain = chain_of(step);
	const struct known *known = &shared->chains[chain];

	if (done)
		return state != CGSWAP_STEP_DONE || cause ? wrong(number, chain, "a step is not done") : 0;
	if (state == CGSWAP_STEP_DONE)
		return wrong(number, chain, "a step stayed done");
	if (!cause)
		return state == CGSWAP_STEP_FAILED ? wrong(number, chain, "no cause") : 0;
	if (!is_cause_of_taken(cause))
		return wrong(number, chain, cgswap_cause_get_name(cause));
	return known->touched ? 0 : wrong(number, chain, "failed, and nothing was changed");
}

static unsigned judge(unsigned number, const cgswap_replace *replace, enum cgswap_status status)
{
	enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());
	unsigned bad = 0, same = 0, taken_after = 0;

	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		bad += judge_step(number, step, !status);
		same += cgswap_step_get_cause(step) == cause;
	}
	for (unsigned i = 0; i < CGROUPS; i++) {
		bad += judge_chain(number, i, !status);
		taken_after += shared->chains[i].took_new || shared->chains[i].took_any;
	}
	/* new programs that others took off or over could not be rolled back */
	if (cause == CGSWAP_CAUSE_ROLLBACK_INCOMPLETE ? taken_after : !status || same)
		return bad;
	diag("round %u: no step has the cause of: %s", number,
	     cgswap_error_get_message(cgswap_last_error()));
	return bad + 1;
}

static unsigned play_round(unsigned number, bool *done)
{
	struct cgswap_commit_opts opts = { .sz = sizeof(opts), .event = on_event };
	enum cgswap_status status;
	cgswap_replace *replace;
	unsigned bad;
	pid_t child;

	shared->progress = shared->changes = 0;
	shared->ended = false;
	for (unsigned i = 0; i < CGROUPS; i++)
		attach_old(i);
	draw_round(number);
	opts.check_first = round_now.check_first;
	replace = plan_round();
	child = start_writer();
	status = cgswap_replace_commit(replace, &opts);
	shared->ended = true;
	waitpid(child, NULL, 0);
	bad = judge(number, replace, status);
	*done = !status;
	cgswap_replace_unref(replace);
	for (unsigned i = 0; i < CGROUPS; i++) {
		if (i < LINKS)
			end_link(i);
		empty_chain(i);
	}
	return bad;
}

static void build(void)
{
	struct cgswap_session_opts opts = { .sz = sizeof(opts), .state_dir = state_dir() };
	char name[16];

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		bail_out("no memory");
	top = scratch_new("writer");
	opts.scratch_cgroup = top.path;
	for (unsigned i = 0; i < CGROUPS; i++) {
		snprintf(name, sizeof(name), "c%u", i);
		cgroups[i] = scratch_child(&top, name);
		writer.cgroups[i] = cgroups[i].fd;
	}
	writer.old = prog_pass(EGRESS, "old");
	writer.new = prog_pass(EGRESS, "new");
	prog_pass_many(EGRESS, "foreign", writer.foreign, FOREIGN);
	writer.can_prepend = kernel_knows_flags(RAW_BEFORE);
	writer.chains = shared->chains;
	must(cgswap_session_open(&session, &opts));
	new_program = live_program(session, writer.new);
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : ROUNDS;
	unsigned seed = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : (unsigned)time(NULL);
	unsigned done = 0, bad = 0;

	need_live();
	bpffs_private();
	build();
	if (argc > 1)
		alarm(0); /* a long run */
	srandom(seed);
	diag("seed %u", seed);
	for (unsigned i = 0; i < rounds && bad < 10; i++) {
		bool succeeded;

		bad += play_round(i, &succeeded);
		done += succeeded;
	}
	is_int(bad, 0, "%u transactions over %d cgroups: all or none, each conflict with its cause",
	       rounds, CGROUPS);
	ok(done > 0 && done < rounds, "%u were done, and %u refused", done, rounds - done);
	cgswap_program_unref(new_program);
	cgswap_session_unref(session);
	return done_testing();
}
