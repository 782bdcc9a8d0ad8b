/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An undo is killed before and after each of its system calls. Then a recover, to either side, ends
 * with all entries old or all new, and their pins too; where the new programs are attached the
 * transaction is still held, and another undo takes it back. In the end nothing is left but the history.
 * It is killed at every fifth stop; with an argument N at every Nth, with --all at each.
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A plain entry with maps of its own, a link, a pin that is swapped, a pin that is made. */
enum { PLAIN, LINK, SWAPPED, MADE, ENTRIES };

enum { STEP = 5 };

static struct scratch cgroups[ENTRIES];
static int olds[ENTRIES], news[ENTRIES];
static enum cgswap_recover direction;

static const char *pin_of(int i)
{
	return i == SWAPPED ? BPFFS "/pin" : i == MADE ? BPFFS "/made" : NULL;
}

static void build(void)
{
	int array = raw_array_create(1);
	char name[16];

	for (int i = 0; i < ENTRIES; i++) {
		snprintf(name, sizeof(name), "killed%d", i);
		cgroups[i] = scratch_new(name);
		snprintf(name, sizeof(name), "old%d", i);
		olds[i] = i == PLAIN ? prog_add(array, 1, name) : prog_pass(EGRESS, name);
		snprintf(name, sizeof(name), "new%d", i);
		news[i] = i == PLAIN ? prog_add(array, 2, name) : prog_pass(EGRESS, name);
		if (i == LINK ? raw_link_create(cgroups[i].fd, olds[i], EGRESS, 0) < 0
			      : raw_attach(cgroups[i].fd, olds[i], EGRESS, RAW_MULTI))
			bail_out("an entry cannot be made");
	}
	raw_close(array);
	raw_pin(olds[SWAPPED], pin_of(SWAPPED));
}

/* ---- in a child ------------------------------------------------------------------------------ */

static void run_undo(void *user)
{
	cgswap_session *session = state_dir_session();

	(void)user;
	killed_from_here();
	killed_needs(cgswap_session_undo(NULL, session, NULL));
	_exit(0);
}

/* ---- in the test ----------------------------------------------------------------------------- */

static void replace(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .keep_old = 1 };
	cgswap_session *session = state_dir_session();
	cgswap_replace *replace;

	killed_needs(cgswap_replace_new(&replace, session, &opts));
	for (int i = 0; i < ENTRIES; i++) {
		const struct cgswap_step_opts step = { .sz = sizeof(step), .pin = pin_of(i) };
		cgswap_chain *chain = live_chain(session, cgroups[i].path, "egress");
		cgswap_program *program = live_program(session, news[i]);

		killed_needs(cgswap_replace_add(replace, chain, "pos:0", program, &step));
		cgswap_program_unref(program);
		cgswap_chain_unref(chain);
	}
	killed_needs(cgswap_replace_commit(replace, NULL));
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
}

/* The number of entries with the old program; -1: one has neither. */
static int count_old(void)
{
	int old = 0;

	for (int i = 0; i < ENTRIES; i++) {
		struct raw_chain now = chain_now(cgroups[i].fd, EGRESS);
		bool is_old = now.count == 1 && now.ids[0] == raw_prog_id(olds[i]);

		if (!is_old && (now.count != 1 || now.ids[0] != raw_prog_id(news[i])))
			return -1;
		old += is_old;
	}
	return old;
}

/* All entries and pins are those of one side. */
static bool is_all(bool old)
{
	const int *wanted = old ? olds : news;

	return count_old() == (old ? ENTRIES : 0) &&
	       bpffs_program_at(pin_of(SWAPPED)) == raw_prog_id(wanted[SWAPPED]) &&
	       bpffs_program_at(pin_of(MADE)) == (old ? 0 : raw_prog_id(news[MADE]));
}

/* The names in a directory that begin with this. */
static unsigned count_names(const char *path, const char *prefix)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	unsigned count = 0;

	while (directory && (entry = readdir(directory)))
		count += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	if (directory)
		closedir(directory);
	return count;
}

static bool nothing_left(void)
{
	return state_dir_is_clean() && !count_names(state_dir(), "kept.");
}

static bool call(enum cgswap_status (*fn)(cgswap_session *session))
{
	cgswap_session *session = state_dir_session();
	enum cgswap_status status = fn(session);

	if (status)
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_session_unref(session);
	return status == CGSWAP_OK;
}

static enum cgswap_status call_recover(cgswap_session *session)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = direction };

	return cgswap_session_recover(NULL, session, &opts);
}

static enum cgswap_status call_undo(cgswap_session *session)
{
	return cgswap_session_undo(NULL, session, NULL);
}

/* After a kill: a recover to one side, and an undo of what is still held. */
static bool check_killed(unsigned stop)
{
	bool unfinished = state_dir_is_unfinished(), good, held;
	int old = count_old();

	good = old >= 0 && (unfinished || old == 0 || old == ENTRIES);
	/* an undo that is finished has the old programs */
	held = unfinished ? direction == CGSWAP_RECOVER_UNDO : old != ENTRIES;
	good = good && call(call_recover) && is_all(!held);
	if (good && count_names(state_dir(), "kept."))
		good = call(call_undo);
	else if (held)
		good = false;
	good = good && is_all(true) && nothing_left();
	if (!good)
		diag("killed at stop %u with %d old ones%s, recovered by %s: wrong", stop, old,
		     unfinished ? " and a journal" : "",
		     direction == CGSWAP_RECOVER_FINISH ? "finish" : "undo");
	return good;
}

int main(int argc, char **argv)
{
	unsigned kills = 0, wrong = 0, step = killed_every(argc, argv, STEP);
	unsigned seed = (unsigned)time(NULL);
	bool killed = true;

	need_live();
	bpffs_private();
	build();
	srand(seed);
	diag("seed %u", seed);
	for (unsigned stop = 1 + (unsigned)rand() % step; killed; stop += step)
		for (direction = CGSWAP_RECOVER_FINISH; direction <= CGSWAP_RECOVER_UNDO;
		     direction++) {
			replace();
			killed = killed_at(stop, run_undo, NULL, NULL);
			kills += killed;
			wrong += !check_killed(stop);
			if (wrong > 3)
				bail_out("too many are wrong");
		}
	ok(!wrong, "an undo over %d chains is killed at %u points", ENTRIES, kills);
	ok(kills > 100 * STEP / step, "which are many");
	return done_testing();
}
