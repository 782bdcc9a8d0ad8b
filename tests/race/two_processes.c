/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two processes have steps for the same entry and commit at the same time, many times: one wins,
 * the other gets lost_race, and the chain has the winner's program at the position of the old one
 * and the same length. This holds for a plain entry and a link, with the kernel's revisions and
 * without, and, with revisions, for a program in none mode, where the kernel would overwrite any
 * other program.
 *
 * An argument is the number of rounds for each.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20000, PATIENCE_SECONDS = 600, ENTRIES = 3, SPINS = 2000, MISSES_PRINTED = 5 };

/* Memory shared by the processes. */
struct table {
	atomic_uint arrived;
	atomic_bool stop;
	enum cgswap_cause causes[2];
	char messages[2][256];
	int wins[2];
	int one_won;
	int other_lost;
	int in_place;
	int printed;
};

static struct table *table;
static struct scratch cgroup;
static int progs[ENTRIES], replacements[2], link_fd;
static size_t position, entries;
static uint32_t flags_back;
static int rounds;

/* Spins, as waking up would take longer than a commit. */
static void meet(unsigned *next)
{
	*next += 2;
	atomic_fetch_add(&table->arrived, 1);
	for (unsigned i = 0; atomic_load(&table->arrived) < *next; i++) {
		if (atomic_load(&table->stop))
			_exit(1);
		if (i > SPINS)
			sched_yield();
	}
}

static void judge(const struct raw_chain *before)
{
	int winner = table->causes[0] ? 1 : 0;
	struct raw_chain wanted = *before, now = chain_now(cgroup.fd, EGRESS);

	table->wins[winner]++;
	table->one_won += !table->causes[winner] && table->causes[1 - winner];
	table->other_lost += table->causes[1 - winner] == CGSWAP_CAUSE_LOST_RACE;
	wanted.ids[position] = raw_prog_id(replacements[winner]);
	if (now.count == wanted.count && !memcmp(now.ids, wanted.ids, sizeof(now.ids)))
		table->in_place++;
	else if (table->printed++ < MISSES_PRINTED)
		chain_same(&now, &wanted);
	if (table->causes[1 - winner] != CGSWAP_CAUSE_LOST_RACE &&
	    table->printed++ < MISSES_PRINTED)
		diag("%d won, the other: %s: %s", winner,
		     cgswap_cause_get_name(table->causes[1 - winner]), table->messages[1 - winner]);
	if (table->causes[winner])
		return;
	if (link_fd >= 0 ? raw_link_update(link_fd, progs[position])
			 : raw_replace(cgroup.fd, progs[position], replacements[winner], EGRESS,
				       flags_back))
		bail_out("the old program cannot be put back: %s", strerror(errno));
}

static void take_part(int self, const char *disable_features)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .disable_features = disable_features };
	/* without revisions, reading the entry afterwards could not be trusted */
	const struct cgswap_step_opts step = {
		.sz = sizeof(step),
		.preorder = disable_features && link_fd < 0 ? CGSWAP_PREORDER_NO : CGSWAP_PREORDER_DEFAULT,
	};
	const char *old = by_id(progs[position]);
	struct raw_chain before = chain_now(cgroup.fd, EGRESS);
	cgswap_session *session;
	cgswap_program *program;
	cgswap_chain *chain;
	unsigned next = 0;

	if (cgswap_session_open(&session, &opts))
		bail_out("no session");
	chain = live_chain(session, cgroup.path, "egress");
	program = live_program(session, replacements[self]);
	for (int i = 0; i < rounds; i++) {
		cgswap_replace *replace;
		enum cgswap_status status = cgswap_replace_new(&replace, session, NULL);

		if (!status)
			status = cgswap_replace_add(replace, chain, old, program, &step);
		meet(&next);
		if (!status)
			cgswap_replace_commit(replace, NULL);
		table->causes[self] = cgswap_error_get_cause(cgswap_last_error());
		snprintf(table->messages[self], sizeof(table->messages[self]), "%s",
			 cgswap_error_get_message(cgswap_last_error()));
		meet(&next);
		if (!self)
			judge(&before);
		cgswap_replace_unref(replace);
		meet(&next);
	}
	cgswap_session_unref(session);
}

static void start(int self, const char *disable_features)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0)
		bail_out("no child: %s", strerror(errno));
	if (child)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	take_part(self, disable_features);
	fflush(stdout);
	_exit(0);
}

static void race(const char *kind, const char *disable_features)
{
	int status, ended = 0;

	memset(table, 0, sizeof(*table));
	for (int i = 0; i < 2; i++)
		start(i, disable_features);
	for (int i = 0; i < 2; i++) {
		if (wait(&status) > 0 && WIFEXITED(status) && !WEXITSTATUS(status))
			ended++;
		else
			atomic_store(&table->stop, true);
	}
	is_int(ended, 2, "%s, %s%s: both processes ended normally", kind,
	       disable_features ? "without " : "with all features",
	       disable_features ? disable_features : "");
	is_int(table->one_won, rounds, "exactly one process wins each of %d races", rounds);
	diag("%d to %d", table->wins[0], table->wins[1]);
	is_int(table->other_lost, rounds, "the other process gets lost_race");
	is_int(table->in_place, rounds,
	       "the winner's program is at the old program's position, once");
	chain_is(cgroup.fd, EGRESS, progs, entries, "the chain is as before");
}

static void attach(bool linked, uint32_t flags)
{
	for (size_t i = 0; i < entries; i++) {
		int result;

		if (linked && i == position)
			result = link_fd = raw_link_create(cgroup.fd, progs[i], EGRESS, 0);
		else
			result = raw_attach(cgroup.fd, progs[i], EGRESS, flags);
		if (result < 0)
			bail_out("cannot attach: %s", strerror(errno));
	}
}

static void in_the_middle(const char *kind, bool linked)
{
	cgroup = scratch_new(kind);
	entries = ENTRIES;
	position = 1;
	link_fd = -1;
	flags_back = RAW_MULTI | RAW_REPLACE;
	attach(linked, RAW_MULTI);
	race(kind, NULL);
	race(kind, "revision,expected_revision");
	if (linked)
		raw_close(link_fd);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

/* The kernel does not compare the old program in this mode: the library needs revisions. */
static void alone(void)
{
	cgroup = scratch_new("alone");
	entries = 1;
	position = 0;
	link_fd = -1;
	flags_back = RAW_OVERRIDE;
	attach(false, RAW_OVERRIDE);
	race("alone", NULL);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

int main(int argc, char **argv)
{
	need_live();
	alarm(PATIENCE_SECONDS);
	rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (table == MAP_FAILED)
		bail_out("no shared memory: %s", strerror(errno));
	scratch_bystander(EGRESS);
	prog_pass_many(EGRESS, "p", progs, ENTRIES);
	prog_pass_many(EGRESS, "new", replacements, 2);
	in_the_middle("plain", false);
	in_the_middle("link", true);
	if (kernel_has_revision())
		alone();
	return done_testing();
}
