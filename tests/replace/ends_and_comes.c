/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another process removes and makes cgroups at random while a recursive replace runs and while it is
 * put back. No cgroup that ends is a failure, none that is there at the end is left out, and one that
 * was made again is another.
 *
 * The arguments are the number of rounds and the seed.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CGROUPS = 64, PLACES = 2 * CGROUPS, ROUNDS = 10 };

struct shared {
	atomic_bool stop;
	atomic_uint changes;
};

static struct scratch top;
static int old, new;
static cgswap_session *session;
static struct shared *shared;
static pid_t changer = -1;

static int make(unsigned place)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "c%u", place);
	if (mkdirat(top.fd, name, 0755))
		return -1;
	fd = openat(top.fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || raw_attach(fd, old, EGRESS, RAW_MULTI))
		_exit(1);
	return close(fd);
}

static bool end(unsigned place)
{
	char name[16];

	snprintf(name, sizeof(name), "c%u", place);
	return unlinkat(top.fd, name, AT_REMOVEDIR) == 0;
}

/* may_make: else cgroups only end. */
static void change_cgroups(bool may_make)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	srandom((unsigned)random() + (unsigned)getpid());
	while (!shared->stop) {
		unsigned place = (unsigned)random() % PLACES;

		if (end(place)) {
			shared->changes++;
			/* often at once another one with its name */
			if (may_make && random() % 2)
				make(place);
		} else if (may_make) {
			make(place);
		}
		if (!may_make)
			usleep(100);
	}
	_exit(0);
}

static void start_changes(bool may_make)
{
	shared->stop = false;
	shared->changes = 0;
	fflush(stdout);
	changer = fork();
	if (changer < 0)
		bail_out("cannot fork: %s", strerror(errno));
	if (changer == 0)
		change_cgroups(may_make);
}

static void stop_changes(void)
{
	int status = 0;

	if (changer < 0)
		return;
	shared->stop = true;
	if (waitpid(changer, &status, 0) != changer || status)
		bail_out("the other process failed");
	changer = -1;
}

/* The first step waits until the other process changes cgroups; it ends before the second look. */
static int on_step(size_t done, size_t of, void *user)
{
	(void)user;
	if (done == 0)
		while (shared->changes < CGROUPS / 4)
			usleep(100);
	if (done + 1 == of)
		stop_changes();
	return 0;
}

/* Counts the cgroups that are there, and those of them that have the program and nothing else. */
static void count_cgroups(int program, unsigned *there, unsigned *with)
{
	*there = *with = 0;
	for (unsigned i = 0; i < PLACES; i++) {
		struct raw_chain chain;
		char name[16];
		int fd;

		snprintf(name, sizeof(name), "c%u", i);
		fd = openat(top.fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			continue;
		++*there;
		chain = chain_now(fd, EGRESS);
		*with += chain.count == 1 && chain.ids[0] == raw_prog_id(program);
		close(fd);
	}
}

static unsigned wrong(unsigned number, const char *what)
{
	diag("round %u: %s: %s", number, what, cgswap_error_get_message(cgswap_last_error()));
	return 1;
}

static unsigned count_steps(const cgswap_replace *replace, enum cgswap_step_state state)
{
	unsigned count = 0;

	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++)
		count += cgswap_step_get_state(cgswap_replace_get_step(replace, i)) == state;
	return count;
}

static unsigned commit(unsigned number, cgswap_replace *replace, unsigned *gone)
{
	const struct cgswap_commit_opts opts = {
		.sz = sizeof(opts), .progress = on_step, .check_first = number % 2
	};
	unsigned there, with;

	start_changes(true);
	if (cgswap_replace_commit(replace, &opts)) {
		stop_changes();
		return wrong(number, "the commit");
	}
	stop_changes();
	count_cgroups(new, &there, &with);
	*gone += count_steps(replace, CGSWAP_STEP_GONE);
	if (there != with)
		return wrong(number, "a cgroup was left out");
	if (count_steps(replace, CGSWAP_STEP_DONE) + count_steps(replace, CGSWAP_STEP_GONE) !=
	    cgswap_replace_get_length(replace))
		return wrong(number, "a step is neither done nor gone");
	return 0;
}

static unsigned roll_back(unsigned number, cgswap_replace *replace)
{
	unsigned there, with;

	start_changes(false);
	if (cgswap_replace_rollback(replace)) {
		stop_changes();
		return wrong(number, "the rollback");
	}
	stop_changes();
	count_cgroups(old, &there, &with);
	return there == with ? 0 : wrong(number, "a cgroup was not put back");
}

static unsigned play_round(unsigned number, unsigned *gone)
{
	cgswap_replace *replace;
	unsigned bad;

	for (unsigned i = 0; i < CGROUPS; i++)
		make(i * 2);
	if (cgswap_replace_new(&replace, session, NULL) ||
	    cgswap_replace_add_recursive(replace, top.path, "egress", "name:old", by_fd(new), NULL))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	bad = commit(number, replace, gone);
	if (!bad)
		bad = roll_back(number, replace);
	cgswap_replace_unref(replace);
	for (unsigned i = 0; i < PLACES; i++)
		end(i);
	return bad;
}

/* A search beside cgroups that end and come finds those that stay, and succeeds. */
static unsigned search(unsigned number)
{
	cgswap_replace *replace;
	unsigned bad = 0;

	for (unsigned i = 0; i < CGROUPS; i++)
		make(i * 2);
	start_changes(true);
	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	if (cgswap_replace_add_recursive(replace, top.path, "egress", "name:old", by_fd(new), NULL))
		bad = wrong(number, "the search");
	cgswap_replace_unref(replace);
	stop_changes();
	for (unsigned i = 0; i < PLACES; i++)
		end(i);
	return bad;
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : ROUNDS;
	unsigned seed = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : (unsigned)time(NULL);
	unsigned bad = 0, gone = 0;

	need_live();
	if (argc > 1)
		alarm(0); /* a long run */
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		bail_out("no memory");
	srandom(seed);
	diag("seed %u", seed);
	session = live_session();
	top = scratch_new("ends");
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	for (unsigned i = 0; i < rounds && !bad; i++)
		bad += play_round(i, &gone) + search(i);
	is_int(bad, 0, "%u rounds", rounds);
	ok(gone > 0, "%u cgroups were gone when their step came", gone);
	cgswap_session_unref(session);
	return done_testing();
}
