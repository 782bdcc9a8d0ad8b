/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another process changes chains at random while a transaction over many cgroups runs: it adds and
 * removes programs of its own, and takes off, takes over or re-attaches the programs that are swapped.
 * Afterwards all entries that it left in place have the new program, or all the old one; every chain
 * is as the writer made it but for that; and each step that failed has its cause.
 *
 * The arguments are the number of rounds and the seed.
 */
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

enum { CGROUPS = 24, LINKS = 8, ROUNDS = 60, FOREIGN = 6, CHANGES = 12, ENTRIES = 16, TRIES = 4 };

/* The entry of the transaction, which has the old or the new program. Others are foreign programs. */
enum { OURS = FOREIGN };

/* A chain as the writer made it. */
struct known {
	uint8_t entries[ENTRIES];
	unsigned count;
	int by_link;    /* the foreign program that the link has; -1: none */
	bool touched;   /* our entry, in any way */
	bool took_old;  /* it was taken off or over while it had the old program */
	bool took_new;  /* the same with the new one */
	bool took_any;  /* the same, and the kernel does not say which one it had */
};

struct shared {
	atomic_uint progress; /* events of the transaction */
	atomic_uint changes;  /* that the writer has made */
	atomic_bool ended;
	struct known chains[CGROUPS];
};

enum kind { APPEND, PREPEND, REMOVE, TAKE_OFF, TAKE_OVER, OFF_AND_ON, KINDS };

struct change {
	enum kind kind;
	unsigned chain, program;
	unsigned at; /* the progress from which on it is made */
};

struct round {
	struct change changes[CHANGES];
	unsigned count;
	bool in_step; /* the transaction waits for the writer */
	bool recursive, journal, check_first;
};

static struct scratch top, cgroups[CGROUPS];
static int old, new, foreign[FOREIGN], links[LINKS];
static cgswap_session *session;
static cgswap_program *new_program;
static struct shared *shared;
static struct round round_now;
static bool can_prepend;

/* ---- the writer ------------------------------------------------------------------------------ */

static unsigned position_of(const struct known *known, unsigned entry)
{
	for (unsigned i = 0; i < known->count; i++)
		if (known->entries[i] == entry)
			return i;
	return ENTRIES;
}

static void note_insert(struct known *known, unsigned at, unsigned entry)
{
	memmove(known->entries + at + 1, known->entries + at, known->count - at);
	known->entries[at] = (uint8_t)entry;
	known->count++;
}

static void note_remove(struct known *known, unsigned entry)
{
	unsigned at = position_of(known, entry);

	known->count--;
	memmove(known->entries + at, known->entries + at + 1, known->count - at);
}

static int link_update_from(int link, int to, int from)
{
	struct {
		uint32_t link, to, flags, from;
	} attr = { (uint32_t)link, (uint32_t)to, RAW_REPLACE, (uint32_t)from };

	return raw_bpf(BPF_LINK_UPDATE, &attr, sizeof(attr));
}

static void note_taken(struct known *known, bool was_old)
{
	known->touched = true;
	known->took_old |= was_old;
	known->took_new |= !was_old;
}

static void take_off(struct known *known, unsigned chain)
{
	uint32_t link;

	if (chain < LINKS) {
		link = (uint32_t)links[chain];
		if (raw_bpf(BPF_LINK_DETACH, &link, sizeof(link)))
			return;
		known->touched = known->took_any = true;
		note_remove(known, OURS);
		return;
	}
	/* the transaction may put the old one back between the two */
	for (int i = 0; i < 2 * TRIES; i++) {
		if (raw_detach(cgroups[chain].fd, i % 2 ? new : old, EGRESS))
			continue;
		note_taken(known, i % 2 == 0);
		note_remove(known, OURS);
		return;
	}
}

static int take_over_from(unsigned chain, int program, int from)
{
	if (chain < LINKS)
		return link_update_from(links[chain], program, from);
	return raw_replace(cgroups[chain].fd, program, from, EGRESS, RAW_MULTI | RAW_REPLACE);
}

static void take_over(struct known *known, unsigned chain, unsigned program)
{
	for (int i = 0; i < 2 * TRIES; i++) {
		if (take_over_from(chain, foreign[program], i % 2 ? new : old))
			continue;
		note_taken(known, i % 2 == 0);
		known->entries[position_of(known, OURS)] = (uint8_t)program;
		if (chain < LINKS)
			known->by_link = (int)program;
		return;
	}
}

/* The old program only: it comes back as it was, but for its position. */
static void off_and_on(struct known *known, unsigned chain, unsigned program)
{
	if (chain < LINKS) {
		if (link_update_from(links[chain], foreign[program], old) == 0)
			known->touched = !link_update_from(links[chain], old, foreign[program]);
		return;
	}
	if (raw_detach(cgroups[chain].fd, old, EGRESS))
		return;
	known->touched = true;
	note_remove(known, OURS);
	if (raw_attach(cgroups[chain].fd, old, EGRESS, RAW_MULTI) == 0)
		note_insert(known, known->count, OURS);
}

static void insert(struct known *known, unsigned chain, unsigned program, bool first)
{
	const struct raw_attach attach = {
		.target_fd = (uint32_t)cgroups[chain].fd,
		.attach_bpf_fd = (uint32_t)foreign[program],
		.attach_type = EGRESS,
		.attach_flags = RAW_MULTI | (first ? RAW_BEFORE : 0),
	};

	if (raw_attach_with(&attach) == 0)
		note_insert(known, first ? 0 : known->count, program);
}

static void make_change(const struct change *change)
{
	struct known *known = &shared->chains[change->chain];
	bool there = position_of(known, change->program) < ENTRIES;
	bool ours = position_of(known, OURS) < ENTRIES;

	if (change->kind == REMOVE && there && known->by_link != (int)change->program &&
	    raw_detach(cgroups[change->chain].fd, foreign[change->program], EGRESS) == 0)
		note_remove(known, change->program);
	if (change->kind == APPEND && !there)
		insert(known, change->chain, change->program, false);
	if (change->kind == PREPEND && !there)
		insert(known, change->chain, change->program, can_prepend);
	if (change->kind == TAKE_OFF && ours)
		take_off(known, change->chain);
	if (change->kind == TAKE_OVER && ours && !there)
		take_over(known, change->chain, change->program);
	if (change->kind == OFF_AND_ON && ours && !there)
		off_and_on(known, change->chain, change->program);
}

static void write_chains(void)
{
	for (unsigned i = 0; i < round_now.count; i++) {
		while (shared->progress < round_now.changes[i].at && !shared->ended)
			continue;
		if (shared->ended)
			break;
		make_change(&round_now.changes[i]);
		shared->changes++;
	}
	/* the transaction waits for no more */
	shared->changes = CHANGES;
	_exit(0);
}

static pid_t start_writer(void)
{
	pid_t writer;

	fflush(stdout);
	writer = fork();
	if (writer < 0)
		bail_out("cannot fork: %s", strerror(errno));
	if (writer == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		write_chains();
	}
	return writer;
}

/* ---- a round --------------------------------------------------------------------------------- */

static void empty_chain(unsigned chain)
{
	struct raw_chain now = chain_now(cgroups[chain].fd, EGRESS);

	for (unsigned i = 0; i < now.count; i++) {
		int program = raw_prog_open(now.ids[i]);

		raw_detach(cgroups[chain].fd, program, EGRESS);
		raw_close(program);
	}
}

static void attach_old(unsigned chain)
{
	if (chain < LINKS)
		links[chain] = raw_link_create(cgroups[chain].fd, old, EGRESS, 0);
	if (chain < LINKS ? links[chain] < 0
			  : raw_attach(cgroups[chain].fd, old, EGRESS, RAW_MULTI) != 0)
		bail_out("cannot attach: %s", strerror(errno));
	shared->chains[chain] =
		(struct known){ .entries = { OURS }, .count = 1, .by_link = -1 };
}

static void end_link(unsigned chain)
{
	uint32_t link = (uint32_t)links[chain];

	raw_bpf(BPF_LINK_DETACH, &link, sizeof(link));
	raw_close(links[chain]);
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
		must(cgswap_replace_add_recursive(replace, top.path, "egress", by_id(old), by_fd(new),
						  NULL));
	for (unsigned i = 0; i < CGROUPS && !round_now.recursive; i++) {
		cgswap_chain *chain = live_chain(session, cgroups[i].path, "egress");

		must(cgswap_replace_add(replace, chain, by_id(old), new_program, NULL));
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
	struct raw_chain now = chain_now(cgroups[chain].fd, EGRESS), wanted = { .count = known->count };

	for (unsigned i = 0; i < known->count; i++)
		wanted.ids[i] = raw_prog_id(known->entries[i] != OURS ? foreign[known->entries[i]]
					    : done		      ? new
								      : old);
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
	pid_t writer;

	shared->progress = shared->changes = 0;
	shared->ended = false;
	for (unsigned i = 0; i < CGROUPS; i++)
		attach_old(i);
	draw_round(number);
	opts.check_first = round_now.check_first;
	replace = plan_round();
	writer = start_writer();
	status = cgswap_replace_commit(replace, &opts);
	shared->ended = true;
	waitpid(writer, NULL, 0);
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
	}
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	prog_pass_many(EGRESS, "foreign", foreign, FOREIGN);
	can_prepend = kernel_knows_flags(RAW_BEFORE);
	must(cgswap_session_open(&session, &opts));
	new_program = live_program(session, new);
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : ROUNDS;
	unsigned seed = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : (unsigned)time(NULL);
	unsigned done = 0, bad = 0;

	need_live();
	bpffs_private();
	build();
	alarm(0);
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
