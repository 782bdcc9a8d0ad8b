/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The owner of a cgroup can always remove it: a thread that adds steps for its chain all the time makes
 * no child there. A removed cgroup is reported as such.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 500 };

static cgswap_session *session;
static cgswap_program *program;
static char path[600];
static int entry;
static atomic_bool running;
static atomic_uint round_now, added, gone, early, other;

static void add_one(cgswap_chain *chain)
{
	enum cgswap_cause cause;
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	if (!cgswap_replace_add(replace, chain, "pos:0", program, NULL)) {
		added++;
	} else {
		cause = cgswap_error_get_cause(cgswap_last_error());
		if (cause == CGSWAP_CAUSE_CGROUP_GONE)
			gone++;
		else if (cause == CGSWAP_CAUSE_CHAIN_EMPTY)
			early++; /* the next cgroup, to which nothing is attached yet */
		else if (other++ < 3)
			diag("%s", cgswap_error_get_message(cgswap_last_error()));
	}
	cgswap_replace_unref(replace);
}

/* Adds to the present cgroup until it is gone, then waits for the next. */
static void *add_all_the_time(void *unused)
{
	unsigned seen = 0;

	(void)unused;
	while (running) {
		unsigned ended = gone + early + other;
		cgswap_chain *chain;

		if (round_now == seen)
			continue;
		seen = round_now;
		if (cgswap_chain_open(&chain, session, path, "egress"))
			continue;
		while (running && gone + early + other == ended && round_now == seen)
			add_one(chain);
		cgswap_chain_unref(chain);
	}
	return NULL;
}

/* Returns the errno of the removal. */
static int make_and_remove(unsigned round)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000 + round % 50 * 10 * 1000 };
	int fd, err = 0;

	if (mkdir(path, 0755))
		return errno;
	fd = raw_open(path);
	if (raw_attach(fd, entry, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
	round_now++;
	nanosleep(&pause, NULL);
	if (rmdir(path))
		err = errno;
	raw_close(fd);
	while (err && rmdir(path) && errno == EBUSY)
		;
	return err;
}

int main(void)
{
	struct scratch top;
	pthread_t thread;
	unsigned busy = 0, failed = 0;
	int spare;

	need_live();
	scratch_bystander(EGRESS);
	session = live_session();
	top = scratch_new("owned");
	snprintf(path, sizeof(path), "%s/removed", top.path);
	entry = prog_pass(EGRESS, "entry");
	spare = prog_pass(EGRESS, "spare");
	program = live_program(session, spare);
	running = true;
	if (pthread_create(&thread, NULL, add_all_the_time, NULL))
		bail_out("cannot start a thread");
	for (unsigned i = 0; i < ROUNDS; i++) {
		int err = make_and_remove(i);

		busy += err == EBUSY;
		failed += err && err != EBUSY;
	}
	running = false;
	pthread_join(thread, NULL);
	diag("%u steps were added, %u found the cgroup gone", added, gone);
	is_int(busy, 0, "no removal of %d failed with EBUSY", ROUNDS);
	is_int(failed, 0, "none failed otherwise");
	is_int(other, 0, "an add fails only because the cgroup is gone");
	ok(added > ROUNDS / 10, "steps were added meanwhile");

	cgswap_program_unref(program);
	cgswap_session_unref(session);
	raw_close(entry);
	raw_close(spare);
	raw_close(top.fd);
	return done_testing();
}
