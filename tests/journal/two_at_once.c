/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two processes run transactions with a journal over the same chains, and recovers, at random, and
 * are killed at random. While a transaction changes chains, the journal is its own; one that is
 * refused with transaction_busy names the other process; one that waits is not refused. After
 * a recover all chains have the programs of one side, and nothing is left.
 *
 * Usage: two_at_once [SECONDS [SEED]]
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHAINS = 4, SIDES = 2, WORKERS = 2, LAST = 64, SECONDS = 4, WAIT_MS = 600 * 1000 };

static struct place {
	struct scratch cgroup;
	int first, sides[SIDES];
} places[CHAINS];

/* Shared by the processes. */
static struct {
	struct {
		pid_t pid, last[LAST]; /* those in whose place it was started, too */
		unsigned starts;
	} workers[WORKERS];
	unsigned done, busy, unfinished, other, recovered;
	char wrong[512]; /* "": nothing */
} *shared;

__attribute__((format(printf, 1, 2))) static void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!*shared->wrong)
		vsnprintf(shared->wrong, sizeof(shared->wrong), format, args);
	va_end(args);
}

/* ---- a worker -------------------------------------------------------------------------------- */

/* The side whose program a chain has; SIDES: neither, or the chain is wrong. */
static int side_of(const struct place *place)
{
	struct raw_chain now = chain_now(place->cgroup.fd, EGRESS);

	if (now.count != 2 || now.ids[0] != raw_prog_id(place->first))
		return SIDES;
	for (int side = 0; side < SIDES; side++)
		if (now.ids[1] == raw_prog_id(place->sides[side]))
			return side;
	return SIDES;
}

/* Before each step: the journal that is there is that of this process. */
static int look(size_t done, size_t total, void *user)
{
	FILE *file = fopen(state_dir_file("journal"), "r");
	char line[1024] = "", pid[32];

	(void)total;
	(void)user;
	if (file) {
		if (!fgets(line, sizeof(line), file))
			line[0] = '\0';
		fclose(file);
	}
	snprintf(pid, sizeof(pid), " pid=%d ", getpid());
	if (!strstr(line, pid))
		complain("before step %zu of process %d the journal is: %s", done, getpid(), line);
	return 0;
}

/* The other process; since it was named, others may have been started in its place. */
static bool names_other(const char *message, int worker)
{
	unsigned pid;

	if (strstr(message, "another process is running"))
		return true;
	if (sscanf(message, "process %u ", &pid) != 1 || !strstr(message, " since 20"))
		return false;
	for (size_t i = 0; i < LAST; i++)
		if (shared->workers[1 - worker].last[i] == (pid_t)pid)
			return true;
	return false;
}

static void count(enum cgswap_status status, int worker, bool waits)
{
	const cgswap_error *error = cgswap_last_error();
	const char *message = cgswap_error_get_message(error);

	switch (status ? cgswap_error_get_cause(error) : CGSWAP_CAUSE_NONE) {
	case CGSWAP_CAUSE_NONE:
		shared->done++;
		return;
	case CGSWAP_CAUSE_TRANSACTION_BUSY:
		shared->busy++;
		if (waits)
			complain("one that waits: %s", message);
		else if (!names_other(message, worker))
			complain("it is not process %d: %s", shared->workers[1 - worker].pid, message);
		return;
	case CGSWAP_CAUSE_TRANSACTION_UNFINISHED:
		shared->unfinished++;
		return;
	/* the other process was faster, or has died in the middle */
	case CGSWAP_CAUSE_NOT_ATTACHED:
	case CGSWAP_CAUSE_LOST_RACE:
	case CGSWAP_CAUSE_ALREADY_ATTACHED:
		shared->other++;
		return;
	default:
		complain("%s: %s", cgswap_cause_get_name(cgswap_error_get_cause(error)), message);
	}
}

static void change(cgswap_session *session, int worker, bool waits)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts),
						  .journal = 1,
						  .wait_ms = waits ? WAIT_MS : 0 };
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit), .progress = look };
	int side = side_of(&places[0]);
	enum cgswap_status status;
	cgswap_replace *replace;

	if (side == SIDES) {
		complain("the first chain is wrong");
		return;
	}
	status = cgswap_replace_new(&replace, session, &opts);
	for (size_t i = 0; i < CHAINS && !status; i++) {
		cgswap_chain *chain = live_chain(session, places[i].cgroup.path, "egress");
		cgswap_program *program = live_program(session, places[i].sides[1 - side]);
		char old[32];

		snprintf(old, sizeof(old), "fd:%d", places[i].sides[side]);
		status = cgswap_replace_add(replace, chain, old, program, NULL);
		cgswap_program_unref(program);
		cgswap_chain_unref(chain);
	}
	if (!status)
		status = cgswap_replace_commit(replace, &commit);
	count(status, worker, waits);
	cgswap_replace_unref(replace);
}

static void recover(cgswap_session *session, int worker, bool waits)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts),
						  .action = (enum cgswap_recover)(rand() % 3),
						  .wait_ms = waits ? WAIT_MS : 0 };
	cgswap_journal *journal = NULL;
	enum cgswap_status status = cgswap_session_recover(&journal, session, &opts);

	shared->recovered += !status && cgswap_journal_get_id(journal);
	count(status, worker, waits);
	cgswap_journal_unref(journal);
}

static void work(int worker, unsigned seed)
{
	cgswap_session *session = state_dir_session();

	srand(seed);
	while (!*shared->wrong) {
		bool waits = rand() % 2;

		if (rand() % 3)
			change(session, worker, waits);
		else
			recover(session, worker, waits);
	}
	_exit(0);
}

/* ---- the test -------------------------------------------------------------------------------- */

static void remember(int worker, pid_t pid)
{
	shared->workers[worker].pid = pid;
	shared->workers[worker].last[shared->workers[worker].starts % LAST] = pid;
}

static void start(int worker)
{
	unsigned seed = (unsigned)rand();
	pid_t pid;

	shared->workers[worker].starts++;
	pid = fork();
	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid) {
		/* the other process may name it before the parent does */
		remember(worker, getpid());
		work(worker, seed);
	}
	remember(worker, pid);
}

static void stop(int worker)
{
	if (kill(shared->workers[worker].pid, SIGKILL))
		bail_out("kill: %s", strerror(errno));
	while (waitpid(shared->workers[worker].pid, NULL, 0) < 0)
		if (errno != EINTR)
			bail_out("waitpid: %s", strerror(errno));
}

static unsigned pins_left(void)
{
	DIR *directory = opendir(BPFFS);
	struct dirent *entry;
	unsigned left = 0;

	while (directory && (entry = readdir(directory)))
		left += strncmp(entry->d_name, "cgswap", 6) == 0;
	if (directory)
		closedir(directory);
	return left;
}

/* Both have died: a recover ends what they left. */
static void settle(cgswap_session *session)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts),
						  .action = rand() % 2 ? CGSWAP_RECOVER_FINISH
								       : CGSWAP_RECOVER_UNDO };
	int sides[SIDES + 1] = { 0 };

	if (cgswap_session_recover(NULL, session, &opts))
		complain("a recover after all: %s", cgswap_error_get_message(cgswap_last_error()));
	for (size_t i = 0; i < CHAINS; i++)
		sides[side_of(&places[i])]++;
	if (sides[0] != CHAINS && sides[1] != CHAINS)
		complain("%d chains have the one side, %d the other, %d none", sides[0], sides[1],
			 sides[SIDES]);
	if (pins_left() || state_dir_has("journal") || state_dir_has("journal.new"))
		complain("%u directories of pins are left, or a journal", pins_left());
}

/* Each transaction has a number of its own; one whose process died may be there twice. */
static bool history_is_in_order(void)
{
	FILE *file = fopen(state_dir_file("history"), "r");
	unsigned long long id, last = 0;
	bool good = true;
	char line[4096];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "transaction version=%*u id=%llu ", &id) != 1)
			continue;
		good &= id >= last;
		last = id;
	}
	if (file)
		fclose(file);
	return good && last;
}

static void pause_ms(unsigned ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000L };

	nanosleep(&pause, NULL);
}

static void build(void)
{
	for (size_t i = 0; i < CHAINS; i++) {
		struct place *place = &places[i];
		char name[32];

		snprintf(name, sizeof(name), "both%zu", i);
		place->cgroup = scratch_new(name);
		place->first = prog_pass(EGRESS, "first");
		for (int side = 0; side < SIDES; side++) {
			snprintf(name, sizeof(name), "side%d_%zu", side, i);
			place->sides[side] = prog_pass(EGRESS, name);
		}
		if (raw_attach(place->cgroup.fd, place->first, EGRESS, RAW_MULTI) ||
		    raw_attach(place->cgroup.fd, place->sides[0], EGRESS, RAW_MULTI))
			bail_out("no chain");
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		bail_out("mmap: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : SECONDS);
	unsigned seed = argc > 2 ? (unsigned)atoi(argv[2]) : (unsigned)time(NULL), kills = 0;
	cgswap_session *session;

	need_live();
	bpffs_private();
	build();
	session = state_dir_session();
	srand(seed);
	diag("seed %u", seed);
	do {
		for (int i = 0; i < WORKERS; i++)
			start(i);
		for (int rounds = rand() % 8; rounds && !*shared->wrong; rounds--) {
			int worker = rand() % WORKERS;

			pause_ms(1 + (unsigned)rand() % 40);
			stop(worker);
			start(worker);
			kills++;
		}
		pause_ms(1 + (unsigned)rand() % 40);
		for (int i = 0; i < WORKERS; i++)
			stop(i);
		kills += WORKERS;
		settle(session);
	} while (time(NULL) < end && !*shared->wrong);
	if (*shared->wrong)
		diag("%s", shared->wrong);
	ok(!*shared->wrong, "two processes at once");
	diag("%u kills; %u done, %u recovered, %u busy, %u unfinished, %u too late", kills, shared->done,
	     shared->recovered, shared->busy, shared->unfinished, shared->other);
	ok(shared->done && shared->busy + shared->unfinished + shared->other,
	   "they met each other");
	ok(history_is_in_order(), "the numbers in the history go up");
	cgswap_session_unref(session);
	for (size_t i = 0; i < CHAINS; i++) {
		raw_close(places[i].first);
		for (int side = 0; side < SIDES; side++)
			raw_close(places[i].sides[side]);
	}
	return done_testing();
}
