/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cgroup that comes during a transaction is found by its second look, and its step is added to the
 * journal before its change. A transaction is killed before and after its system calls from the moment
 * on at which the cgroup comes. Every chain then has one of the old and the new program, and each that
 * has the new one is in the journal. A recover in either direction ends with the old or the new program
 * in all chains of the journal, leaves the others alone, and leaves no journal and no pin.
 *
 * With an argument N it is killed at every Nth of these points.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EARLY = 2, LATE = EARLY, CHAINS };

static struct scratch top, cgroup[CHAINS];
static int old[CHAINS]; /* one program for each, of one name and tag */
static enum cgswap_recover direction;

static void build(void)
{
	char name[8];

	top = scratch_new("growing");
	for (int i = 0; i < CHAINS; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		cgroup[i] = scratch_child(&top, name);
		old[i] = prog_pass(EGRESS, "old");
	}
}

/* Each early cgroup has its old program, and the late one has none. */
static void put_back(void)
{
	for (int i = 0; i < CHAINS; i++) {
		struct raw_chain now = chain_now(cgroup[i].fd, EGRESS);

		for (unsigned at = 0; at < now.count; at++) {
			int fd = raw_prog_open(now.ids[at]);

			raw_detach(cgroup[i].fd, fd, EGRESS);
			raw_close(fd);
		}
		if (i < EARLY && raw_attach(cgroup[i].fd, old[i], EGRESS, RAW_MULTI))
			bail_out("a program of the fixture cannot be attached");
	}
	state_dir_clear();
}

/* ---- the transaction, in a child ------------------------------------------------------------- */

/* The late cgroup comes after the last early step. */
static int comes(const cgswap_event *event, void *user)
{
	(void)user;
	if (cgswap_event_get_kind(event) != CGSWAP_EVENT_DONE ||
	    cgswap_event_get_done(event) != EARLY)
		return 0;
	killed_from_here();
	return raw_attach(cgroup[LATE].fd, old[LATE], EGRESS, RAW_MULTI);
}

static void run(void *user)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit), .event = comes };
	cgswap_session *session = state_dir_session();
	cgswap_replace *replace;

	(void)user;
	killed_needs(cgswap_replace_new(&replace, session, &opts));
	killed_needs(cgswap_replace_add_recursive(replace, top.path, "egress", "name:old",
						 by_fd(prog_pass(EGRESS, "new")), NULL));
	killed_needs(cgswap_replace_commit(replace, &commit));
	_exit(cgswap_replace_get_length(replace) == CHAINS ? 0 : 4);
}

/* ---- the state afterwards -------------------------------------------------------------------- */

/* 'o'ld, 'n'ew, '-': the chain is empty; '?' otherwise. */
static char state_of(int i)
{
	struct raw_chain now = chain_now(cgroup[i].fd, EGRESS);
	char name[16] = "";
	int fd;

	if (!now.count)
		return '-';
	if (now.count > 1)
		return '?';
	if (now.ids[0] == raw_prog_id(old[i]))
		return 'o';
	fd = raw_prog_open(now.ids[0]);
	raw_prog_name(fd, name);
	raw_close(fd);
	return strcmp(name, "new") ? '?' : 'n';
}

static const char *states(void)
{
	static char text[CHAINS + 1];

	for (int i = 0; i < CHAINS; i++)
		text[i] = state_of(i);
	return text;
}

/* The whole lines of the journal that are steps; 0 also for one that has ended. */
static unsigned steps_recorded(void)
{
	FILE *file = fopen(state_dir_file("journal"), "r");
	unsigned steps = 0;
	char line[4096];

	while (file && fgets(line, sizeof(line), file)) {
		steps += !strncmp(line, "step ", 5) && strchr(line, '\n');
		if (!strncmp(line, "ended ", 6))
			steps = 0;
	}
	if (file)
		fclose(file);
	return steps;
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

static bool check_killed(unsigned stop)
{
	char before[CHAINS + 1], wanted[CHAINS + 1], side;
	unsigned recorded = steps_recorded();
	bool good;

	strcpy(before, states());
	strcpy(wanted, before);
	side = direction == CGSWAP_RECOVER_FINISH ? 'n' : 'o';
	for (unsigned i = 0; i < recorded; i++)
		wanted[i] = side;
	/* a transaction that ended had no more to do */
	good = recorded ? !strchr(before, '?') && (before[LATE] != 'n' || recorded == CHAINS)
			: !strcmp(before, "nnn");
	good = recover() && !strcmp(states(), wanted) && state_dir_is_clean() && good;
	if (!good)
		diag("stop %u, %u steps recorded: %s, and %s after a recover; wanted %s", stop,
		     recorded, before, states(), wanted);
	return good;
}

int main(int argc, char **argv)
{
	unsigned kills = 0, wrong = 0, grown = 0, every = killed_every(argc, argv, 1);

	need_live();
	bpffs_private();
	build();
	srand((unsigned)time(NULL));
	state_dir(); /* that of the children too */
	for (direction = CGSWAP_RECOVER_FINISH; direction <= CGSWAP_RECOVER_UNDO; direction++) {
		bool killed = true;

		for (unsigned stop = 1 + (unsigned)rand() % every; killed; stop += every) {
			put_back();
			killed = killed_at(stop, run, NULL, NULL);
			kills += killed;
			grown += steps_recorded() == CHAINS;
			wrong += !check_killed(stop);
			if (wrong > 5)
				bail_out("too many are wrong");
		}
	}
	ok(!wrong, "a transaction that grows is killed at %u points", kills);
	ok(grown, "in %u of them the journal has the new cgroup", grown);
	return done_testing();
}
