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
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHAINS_MAX = 60 };

enum kind { PLAIN, LINK, PIN, PREORDER, MAPS, OVERRIDE, KINDS };

static struct place {
	enum kind kind;
	struct scratch cgroup, child;
	uint32_t before, after; /* the programs beside the entry; 0: none */
	uint32_t below;         /* the program of the child */
	uint32_t old, new;      /* new: the last that was found in the chain; or 0 */
	int link;
} places[CHAINS_MAX];

static size_t count;
static enum cgswap_recover direction;

/* ---- the fixture ----------------------------------------------------------------------------- */

static int program(enum kind kind, const char *name)
{
	int array, fd;

	if (kind != MAPS)
		return prog_pass(EGRESS, name);
	array = raw_array_create(1);
	fd = prog_add(array, 1, name);
	raw_close(array);
	return fd;
}

/* Attaches a program that only its entry holds. */
static uint32_t attach(int cgroup, int fd, unsigned flags)
{
	uint32_t id = raw_prog_id(fd);

	if (raw_attach(cgroup, fd, EGRESS, flags))
		bail_out("a program of the fixture cannot be attached");
	raw_close(fd);
	return id;
}

static const char *pin_of(const struct place *place)
{
	static char path[64];

	snprintf(path, sizeof(path), BPFFS "/pin%zu", (size_t)(place - places));
	return path;
}

static void build_place(struct place *place, size_t index)
{
	unsigned flags = place->kind == PREORDER ? RAW_MULTI | RAW_PREORDER : RAW_MULTI;
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "chain%zu", index);
	place->cgroup = scratch_new(name);
	snprintf(name, sizeof(name), "old%zu", index);
	fd = program(place->kind, name);
	place->old = raw_prog_id(fd);
	if (place->kind == OVERRIDE) {
		attach(place->cgroup.fd, fd, RAW_OVERRIDE);
		return;
	}
	place->child = scratch_child(&place->cgroup, "child");
	place->below = attach(place->child.fd, prog_pass(EGRESS, "below"), RAW_MULTI);
	place->before = attach(place->cgroup.fd, prog_pass(EGRESS, "before"), flags);
	if (place->kind == PIN)
		raw_pin(fd, pin_of(place));
	if (place->kind == LINK) {
		place->link = raw_link_create(place->cgroup.fd, fd, EGRESS, 0);
		if (place->link < 0)
			bail_out("no link");
		raw_close(fd);
	} else {
		attach(place->cgroup.fd, fd, flags);
	}
	place->after = attach(place->cgroup.fd, prog_pass(EGRESS, "after"), flags);
}

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
	fd = program(place->kind, name);
	snprintf(new, sizeof(new), "fd:%d", fd);
	if (place->kind == PIN || place->kind == PREORDER)
		opts.pin = pin_of(place);
	killed_needs(cgswap_chain_open(&chain, session, place->cgroup.path, "egress"));
	killed_needs(cgswap_program_open(&opened, session, new, NULL));
	killed_needs(cgswap_replace_add(replace, chain, old, opened, &opts));
	cgswap_program_unref(opened);
	cgswap_chain_unref(chain);
	raw_close(fd);
}

static int die_after(size_t done, size_t total, void *user)
{
	(void)total;
	if (done == *(size_t *)user)
		kill(getpid(), SIGKILL);
	return 0;
}

/* after: it dies when this number of steps is done; NULL: it does not. */
static void run_transaction(void *after)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit),
						   .progress = after ? die_after : NULL,
						   .user = after };
	cgswap_session *session = state_dir_session();
	cgswap_replace *replace;

	if (!after)
		killed_from_here();
	killed_needs(cgswap_replace_new(&replace, session, &opts));
	if (!after)
		killed_not_here();
	for (size_t i = 0; i < count; i++)
		add_step(session, replace, &places[i]);
	if (!after)
		killed_from_here();
	killed_needs(cgswap_replace_commit(replace, &commit));
	_exit(0);
}

/* Leaves the journal of a transaction of which some steps are done, without the cost of ptrace. */
static void leave_after(size_t done)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		run_transaction(&done);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		bail_out("the transaction was not killed");
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

/* ---- the state afterwards -------------------------------------------------------------------- */

static bool is_new(uint32_t id, size_t index)
{
	char name[16] = "", wanted[32];
	int fd = raw_prog_open(id);

	snprintf(wanted, sizeof(wanted), "new%zu", index);
	raw_prog_name(fd, name);
	raw_close(fd);
	return strcmp(name, wanted) == 0;
}

/* Reads the program of an entry; 0 if the chain is not as it should be around it. */
static uint32_t entry_now(const struct place *place)
{
	struct raw_chain now = chain_now(place->cgroup.fd, EGRESS), effective;

	if (place->kind == OVERRIDE)
		return now.count == 1 && now.flags == RAW_OVERRIDE ? now.ids[0] : 0;
	if (now.count != 3 || now.ids[0] != place->before || now.ids[2] != place->after)
		return 0;
	/* preorder programs run before those of the child, and others after them */
	effective = effective_now(place->child.fd, EGRESS);
	if (effective.ids[place->kind == PREORDER ? 3 : 0] != place->below)
		return 0;
	return now.ids[1];
}

/* Each chain has one of both programs. Returns the number of new ones; -1: a chain is wrong. */
static int look(void)
{
	int done = 0;

	for (size_t i = 0; i < count; i++) {
		struct place *place = &places[i];
		uint32_t id = entry_now(place);

		if (id && id != place->old && !is_new(id, i))
			id = 0;
		if (!id) {
			diag("chain %zu is wrong", i);
			return -1;
		}
		if (id != place->old)
			place->new = id;
		done += id != place->old;
	}
	return done;
}

/* The kernel frees a program a moment after its last user went. */
static bool is_unloaded(uint32_t id)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int i = 0; i < 1000; i++) {
		int fd = raw_prog_open(id);

		if (fd < 0)
			return true;
		raw_close(fd);
		nanosleep(&pause, NULL);
	}
	return false;
}

/* The pins that are left in the bpffs besides those of the fixture. */
static unsigned pins_left(void)
{
	DIR *directory = opendir(BPFFS);
	struct dirent *entry;
	unsigned left = 0;

	while (directory && (entry = readdir(directory))) {
		/* the kernel's own files have a dot in their names, and pins cannot */
		if (strchr(entry->d_name, '.') || strncmp(entry->d_name, "pin", 3) == 0)
			continue;
		diag("left: %s", entry->d_name);
		left++;
	}
	if (directory)
		closedir(directory);
	return left;
}

/* All entries and pins are those of one side, and nothing is left of the other. */
static bool is_settled(bool forward)
{
	int done = look();

	if (done != (forward ? (int)count : 0)) {
		diag("%d of %zu chains have the new program", done, count);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		struct place *place = &places[i];
		uint32_t here = forward ? place->new : place->old;
		uint32_t other = forward ? place->old : place->new;
		uint32_t pinned = place->kind == PIN	? here
				  : place->kind != PREORDER ? 0
				  : forward		    ? place->new
							    : 0;
		uint32_t found = bpffs_program_at(pin_of(place));

		if (found != pinned) {
			diag("the pin of chain %zu has program %u", i, found);
			return false;
		}
		/* the path is free again for the next transaction */
		if (place->kind == PREORDER && pinned)
			raw_unpin(pin_of(place));
		if (other && !is_unloaded(other)) {
			diag("the other program of chain %zu is still loaded", i);
			return false;
		}
		place->old = here;
		place->new = 0;
	}
	if (pins_left() || state_dir_has("journal") || state_dir_has("journal.new")) {
		diag("%u pins are left%s", pins_left(),
		     state_dir_has("journal") ? ", and a journal" : "");
		return false;
	}
	return true;
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

	if (!there && done > 0 && done < (int)count) {
		diag("killed at stop %u: %d chains have the new program, and no journal says so",
		     stop, done);
		good = false;
	}
	if (good && recover())
		good = is_settled(there ? direction == CGSWAP_RECOVER_FINISH : done > 0);
	else
		good = false;
	if (!good)
		diag("killed at stop %u, then recovered (%s): wrong", stop,
		     direction == CGSWAP_RECOVER_FINISH ? "finish" : "undo");
	return good;
}

/* By the number of steps that are done: the first stop that left these; 0: none. */
static unsigned left_at[CHAINS_MAX + 1];

static unsigned wrong_kills;

/* Returns false if the transaction ended before this stop. */
static bool kill_and_recover(unsigned stop)
{
	bool killed = killed_at(stop, run_transaction, NULL, NULL);
	int done = look();

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
	for (size_t i = steps; i <= count; i++)
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
	for (size_t i = 1; i <= count && every == 1; i++)
		kill_between_steps(i);
	ok(!wrong_kills, "a transaction over %zu chains is killed at %u points", count, kills);
	if (every > 1)
		return;
	for (size_t i = 1; i <= count; i++)
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
			wrong += !check_killed(stop, look());
			if (wrong > 5)
				bail_out("too many are wrong");
		}
	}
	ok(!wrong, "a recover after %zu of %zu steps is killed at %u points", done, count, kills);
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
	count = all ? 50 : KINDS;
	for (size_t i = 0; i < count; i++) {
		places[i].kind = i % KINDS;
		build_place(&places[i], i);
	}
	srand(seed);
	diag("seed %u", seed);
	kill_transaction(every);
	kill_recover(1, step);
	kill_recover(count / 2, step);
	kill_recover(count - 1, step);
	return done_testing();
}
