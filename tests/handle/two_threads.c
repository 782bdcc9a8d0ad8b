/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second thread that uses the same handle at the same time gets handle_in_use or succeeds.
 * Threads with handles of their own in one session do not disturb each other.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { THREADS = 2, ROUNDS = 20000, OWN_ROUNDS = 3000 };

static struct fixture fixture;
static cgswap_replace *replace;
static pthread_barrier_t barrier;
static atomic_uint good, busy, late, other;

static bool in_use(enum cgswap_status status)
{
	return status && cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_HANDLE_IN_USE;
}

static void count(enum cgswap_status status)
{
	if (!status)
		good++;
	else if (in_use(status))
		busy++;
	else if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_BAD_ARGUMENT)
		late++;
	else
		other++;
}

static void *read_shared(void *unused)
{
	size_t position;

	(void)unused;
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < ROUNDS; i++) {
		count(cgswap_chain_read(fixture.chain));
		count(cgswap_chain_find(fixture.chain, "pos:1", &position));
	}
	return NULL;
}

static void *commit_shared(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < ROUNDS; i++) {
		count(cgswap_replace_commit(replace, NULL));
		count(cgswap_replace_rollback(replace));
	}
	return NULL;
}

/* Runs both threads at the same time; again, if no calls overlapped. */
static void clash(void *(*body)(void *), const char *name)
{
	good = busy = late = other = 0;
	for (int turn = 0; turn < 20 && !busy; turn++) {
		pthread_t threads[THREADS];

		pthread_barrier_init(&barrier, NULL, THREADS);
		for (int i = 0; i < THREADS; i++)
			if (pthread_create(&threads[i], NULL, body, NULL))
				bail_out("no thread");
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], NULL);
		pthread_barrier_destroy(&barrier);
	}
	is_int(other, 0, "%s: no other error", name);
	/* if the other thread committed first, a second commit is a bad argument */
	if (body != commit_shared)
		is_int(late, 0, "%s: no bad argument", name);
	ok(good > 0, "%s: calls succeeded", name);
	ok(busy > 0, "%s: other calls got handle_in_use", name);
	diag("%u succeeded, %u got handle_in_use", good, busy);
}

/* Handles of one thread in the shared session. */
struct own {
	struct scratch cgroup;
	int old, new;
	cgswap_program *program;
	cgswap_chain *chain;
};

static struct own own_new(const char *name)
{
	struct own own = { .cgroup = scratch_new(name) };

	own.old = prog_pass(EGRESS, "old");
	own.new = prog_pass(EGRESS, "new");
	own.program = live_program(fixture.session, own.new);
	raw_attach(own.cgroup.fd, own.old, EGRESS, RAW_MULTI);
	own.chain = live_chain(fixture.session, own.cgroup.path, "egress");
	return own;
}

static void own_free(struct own *own)
{
	chain_is(own->cgroup.fd, EGRESS, &own->old, 1, "the chain is as before");
	cgswap_chain_unref(own->chain);
	cgswap_program_unref(own->program);
	raw_close(own->old);
	raw_close(own->new);
}

static void *swap_own(void *argument)
{
	struct own *own = argument;

	pthread_barrier_wait(&barrier);
	for (int i = 0; i < OWN_ROUNDS; i++) {
		cgswap_replace *own_replace;

		count(cgswap_replace_new(&own_replace, fixture.session, NULL));
		count(cgswap_replace_add(own_replace, own->chain, "pos:0", own->program, NULL));
		count(cgswap_replace_check(own_replace));
		count(cgswap_replace_commit(own_replace, NULL));
		count(cgswap_replace_rollback(own_replace));
		count(cgswap_chain_read(own->chain));
		cgswap_replace_unref(own_replace);
	}
	return NULL;
}

static void side_by_side(void)
{
	struct own own[THREADS];
	pthread_t threads[THREADS];

	good = busy = late = other = 0;
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int i = 0; i < THREADS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "own%d", i);
		own[i] = own_new(name);
	}
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, swap_own, &own[i]))
			bail_out("no thread");
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&barrier);
	is_int(busy + late + other, 0, "handles of each thread: no error");
	is_int(good, THREADS * 6 * OWN_ROUNDS, "all calls succeeded");
	for (int i = 0; i < THREADS; i++)
		own_free(&own[i]);
}

int main(void)
{
	struct raw_chain wanted, now;

	need_live();
	scratch_bystander(EGRESS);
	fixture = fixture_new("shared", 3);
	wanted = fixture_chain(&fixture);
	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, NULL), "a step");

	clash(read_shared, "one chain");
	clash(commit_shared, "one transaction");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	now = fixture_chain(&fixture);
	ok(chain_same(&now, &wanted), "the chain is as before");
	side_by_side();
	cgswap_replace_unref(replace);
	fixture_free(&fixture);
	return done_testing();
}
