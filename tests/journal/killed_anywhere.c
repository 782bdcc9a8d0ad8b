/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transaction with a journal is killed before and after each of its system calls. Every chain then
 * has exactly one of the old and the new program, in its place and with its preorder flag; a
 * recover in either direction ends with all old or all new ones; and nothing is left but the
 * history: no journal, no pin, and none of the programs that are not attached.
 *
 * The chains are of six kinds: a plain entry, a link, a pin that is swapped, preorder and a new pin,
 * maps of their own, and override mode. A recover after the first, a middle and the last but one step is killed too, at some
 * of its calls; --all kills it at each, over 50 chains. With an argument N both are killed at every Nth of these
 * points.
 */
#include "../lib/bpffs.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"
#include "killed_places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static enum cgswap_recover direction;

/* ---- the transaction, in a child ------------------------------------------------------------- */

/* The new programs are the child's: they live no longer than it, unless something holds them. */
static void add_step(cgswap_session *session, cgswap_replace *replace, struct place *place)
{
	struct cgswap_step_opts opts = { .sz = sizeof(opts) };
	char name[32], old[32], new[32];
	cgswap_program *opened;
	cgswap_chain *chain;
	int fd;

	snprintf(name, sizeof(name), "new%zu", (size_t)(place - places));
	snprintf(old, sizeof(old), "id:%u", place->old);
	fd = place_program(place->kind, name);
	snprintf(new, sizeof(new), "fd:%d", fd);
	if (place->kind == PLACE_PIN || place->kind == PLACE_PREORDER)
		opts.pin = place_pin(place);
	killed_needs(cgswap_chain_open(&chain, session, place->cgroup.path, "egress"));
	killed_needs(cgswap_program_open(&opened, session, new, NULL));
	killed_needs(cgswap_replace_add(replace, chain, old, opened, &opts));
	cgswap_program_unref(opened);
	cgswap_chain_unref(chain);
	raw_close(fd);
}

/* after: it dies when this number of steps is done; NULL: it does not. */
static void run_transaction(void *after)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit),
						   .progress = killed_after_steps,
						   .user = after };
	cgswap_session *session = state_dir_session();
	cgswap_replace *replace;

	if (!after)
		killed_from_here();
	killed_needs(cgswap_replace_new(&replace, session, &opts));
	if (!after)
		killed_not_here();
	for (size_t i = 0; i < places_count; i++)
		add_step(session, replace, &places[i]);
	if (!after)
		killed_from_here();
	killed_needs(cgswap_replace_commit(replace, &commit));
	_exit(0);
}

/* Leaves the journal of a transaction of which some steps are done, without the cost of ptrace. */
static void leave_after(size_t done)
{
	pid_t pid = fork();

	if (!pid)
		run_transaction(&done);
	killed_child(pid);
}

static void run_recover(void *user)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = direction };
	cgswap_session *session = state_dir_session();

	(void)user;
	killed_from_here();
	killed_needs(cgswap_session_recover(NULL, session, &opts));
	_exit(0);
}

static bool recover(void)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = direction };
	cgswap_session *session = state_dir_session();
	enum cgswap_status status = cgswap_session_recover(NULL, session, &opts);

	if (status)
		diag("recover: %s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_session_unref(session);
	return status == CGSWAP_OK;
}

/* ---- kills ----------------------------------------------------------------------------------- */

/* A transaction that was killed before it had a journal made no change. */
static bool check_killed(unsigned stop, int done)
{
	bool there = state_dir_is_unfinished(), good = done >= 0;

	if (!there && done > 0 && done < (int)places_count) {
		diag("killed at stop %u: %d chains have the new program, and no journal says so",
		     stop, done);
		good = false;
	}
	if (good && recover())
		good = places_are_settled(there ? direction == CGSWAP_RECOVER_FINISH : done > 0);
	else
		good = false;
	if (!good)
		diag("killed at stop %u, then recovered (%s): wrong", stop,
		     direction == CGSWAP_RECOVER_FINISH ? "finish" : "undo");
	return good;
}

/* By the number of steps that are done: the first stop that left these; 0: none. */
static unsigned left_at[PLACES_MAX + 1];

static unsigned wrong_kills;

/* Returns false if the transaction ended before this stop. */
static bool kill_and_recover(unsigned stop)
{
	bool killed = killed_at(stop, run_transaction, NULL, NULL);
	int done = places_look();

	wrong_kills += !check_killed(stop, done);
	if (wrong_kills > 5)
		bail_out("too many are wrong");
	if (done > 0 && !left_at[done])
		left_at[done] = stop;
	return killed;
}

/* A stop that left as many steps done, or nearly as many. */
static unsigned stop_near(size_t steps)
{
	for (size_t i = steps; i <= places_count; i++)
		if (left_at[i])
			return left_at[i];
	for (size_t i = steps; i > 0; i--)
		if (left_at[i])
			return left_at[i];
	return 1;
}

/*
 * There are few stops between two steps, and the number of those before the first one differs a
 * little from run to run, so that all runs can miss them.
 */
static void kill_between_steps(size_t steps)
{
	enum { AROUND = 32, RUNS = 8 * AROUND };
	unsigned near = stop_near(steps), first = near > AROUND ? near - AROUND : 1;

	for (unsigned run = 0; run < RUNS && !left_at[steps]; run++)
		kill_and_recover(first + run % (2 * AROUND));
}

/* Kills at each stop in both directions, or at every so many. */
static void kill_transaction(unsigned every)
{
	unsigned stop, kills = 0, missed = 0;
	bool killed = true;

	for (stop = 1 + (unsigned)rand() % every; killed; stop += every)
		for (direction = CGSWAP_RECOVER_FINISH; direction <= CGSWAP_RECOVER_UNDO;
		     direction++) {
			killed = kill_and_recover(stop);
			kills += killed;
		}
	direction = CGSWAP_RECOVER_UNDO;
	for (size_t i = 1; i <= places_count && every == 1; i++)
		kill_between_steps(i);
	ok(!wrong_kills, "a transaction over %zu chains is killed at %u points", places_count, kills);
	if (every > 1)
		return;
	for (size_t i = 1; i <= places_count; i++)
		missed += !left_at[i];
	ok(!missed, "each number of steps was done");
}

/* The journal of a transaction that was killed after some steps; then the recover is killed too. */
static void kill_recover(size_t done, unsigned step)
{
	unsigned stop, wrong = 0, kills = 0, first = 1 + rand() % step;

	for (direction = CGSWAP_RECOVER_FINISH; direction <= CGSWAP_RECOVER_UNDO; direction++) {
		bool killed = true;

		for (stop = first; killed; stop += step) {
			leave_after(done);
			killed = killed_at(stop, run_recover, NULL, NULL);
			kills += killed;
			wrong += !check_killed(stop, places_look());
			if (wrong > 5)
				bail_out("too many are wrong");
		}
	}
	ok(!wrong, "a recover after %zu of %zu steps is killed at %u points", done, places_count, kills);
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "--all") == 0;
	unsigned seed = argc > 2 ? (unsigned)atoi(argv[2]) : (unsigned)time(NULL);
	unsigned every = killed_every(argc, argv, 1), step = all ? 1 : 7 * every;

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	/* all of them take longer than a test may */
	if (all)
		alarm(0);
	bpffs_private();
	state_dir(); /* that of the children too */
	places_build(all ? 50 : PLACE_KINDS);
	srand(seed);
	diag("seed %u", seed);
	kill_transaction(every);
	kill_recover(1, step);
	kill_recover(places_count / 2, step);
	kill_recover(places_count - 1, step);
	return done_testing();
}
