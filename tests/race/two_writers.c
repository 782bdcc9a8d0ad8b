/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two writers, each with a session of its own, replace the same program at the same time: one wins,
 * the other gets lost_race, and the chain never grows. While another writer changes the rest of the
 * chain, a swap still replaces the right entry.
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

enum { ROUNDS = 3000, BUSY_ROUNDS = 5000, POSITION = 1 };

static struct fixture fixture;
static pthread_barrier_t barrier;

struct writer {
	cgswap_session *session;
	cgswap_chain *chain;
	cgswap_program *program;
	int prog;
	enum cgswap_status status;
	enum cgswap_cause cause;
};

static struct writer writer_new(const char *name)
{
	struct writer writer = { .session = live_session() };

	writer.chain = live_chain(writer.session, fixture.cgroup.path, "egress");
	writer.prog = prog_pass(EGRESS, name);
	writer.program = live_program(writer.session, writer.prog);
	return writer;
}

static void writer_free(struct writer *writer)
{
	cgswap_program_unref(writer->program);
	cgswap_chain_unref(writer->chain);
	cgswap_session_unref(writer->session);
	raw_close(writer->prog);
}

/* Each round starts with the old program attached; both steps are bound before either commits. */
static void *write_rounds(void *argument)
{
	struct writer *writer = argument;

	for (int i = 0; i < ROUNDS; i++) {
		cgswap_replace *replace;

		pthread_barrier_wait(&barrier);
		writer->status = cgswap_replace_new(&replace, writer->session, NULL);
		if (!writer->status)
			writer->status = cgswap_replace_add(replace, writer->chain,
							    by_fd(fixture.progs[POSITION]),
							    writer->program, NULL);
		pthread_barrier_wait(&barrier);
		if (!writer->status)
			writer->status = cgswap_replace_commit(replace, NULL);
		writer->cause = cgswap_error_get_cause(cgswap_last_error());
		pthread_barrier_wait(&barrier);
		cgswap_replace_unref(replace);
		pthread_barrier_wait(&barrier); /* race() has restored the chain */
	}
	return NULL;
}

static void race(void)
{
	struct writer writers[2] = { writer_new("left"), writer_new("right") };
	struct raw_chain wanted = fixture_chain(&fixture), now;
	int one_won = 0, other_lost = 0, in_place = 0, wins[2] = { 0, 0 };
	pthread_t threads[2];

	pthread_barrier_init(&barrier, NULL, 3);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, write_rounds, &writers[i]))
			bail_out("no thread");
	for (int i = 0; i < ROUNDS; i++) {
		int winner;

		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
		winner = writers[0].status ? 1 : 0;
		wins[winner]++;
		one_won += !writers[winner].status && writers[1 - winner].status;
		other_lost += writers[1 - winner].cause == CGSWAP_CAUSE_LOST_RACE;
		wanted.ids[POSITION] = raw_prog_id(writers[winner].prog);
		now = fixture_chain(&fixture);
		in_place += chain_same(&now, &wanted);
		raw_replace(fixture.cgroup.fd, fixture.progs[POSITION], writers[winner].prog,
			    EGRESS, RAW_MULTI | RAW_REPLACE);
		pthread_barrier_wait(&barrier);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&barrier);
	is_int(one_won, ROUNDS, "exactly one writer wins each of %d races", ROUNDS);
	diag("%d to %d", wins[0], wins[1]);
	is_int(other_lost, ROUNDS, "the other writer gets lost_race");
	is_int(in_place, ROUNDS,
	       "the winner's program is at its position, and nothing was appended");
	for (int i = 0; i < 2; i++)
		writer_free(&writers[i]);
}

static atomic_bool stop;

/* Appends a program and detaches it, again and again. */
static void *append_and_detach(void *argument)
{
	int prog = prog_pass(EGRESS, "append_and_detach");

	(void)argument;
	while (!stop) {
		raw_attach(fixture.cgroup.fd, prog, EGRESS, RAW_MULTI);
		raw_detach(fixture.cgroup.fd, prog, EGRESS);
	}
	raw_close(prog);
	return NULL;
}

static void beside_a_busy_writer(int32_t retries, bool always)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .retries = retries };
	int good = 0, lost = 0, other = 0, misplaced = 0;
	cgswap_replace *replace;
	pthread_t thread;

	cgswap_replace_new(&replace, fixture.session, &opts);
	expect_ok(cgswap_replace_add(replace, fixture.chain, by_fd(fixture.progs[POSITION]),
				     fixture.program, NULL),
		  "a step");
	stop = false;
	if (pthread_create(&thread, NULL, append_and_detach, NULL))
		bail_out("no thread");
	for (int i = 0; i < BUSY_ROUNDS; i++) {
		enum cgswap_status status = cgswap_replace_commit(replace, NULL);
		uint32_t id = raw_prog_id(status ? fixture.progs[POSITION] : fixture.spare);

		if (!status)
			good++;
		else if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_LOST_RACE)
			lost++;
		else
			other++;
		misplaced += fixture_chain(&fixture).ids[POSITION] != id;
		while (!status && cgswap_replace_rollback(replace))
			other += cgswap_error_get_cause(cgswap_last_error()) !=
				 CGSWAP_CAUSE_ROLLBACK_INCOMPLETE;
	}
	stop = true;
	pthread_join(thread, NULL);
	cgswap_replace_unref(replace);
	is_int(other, 0, "retries %d: no error except lost_race", retries);
	diag("%d good, %d lost", good, lost);
	is_int(misplaced, 0, "retries %d: the right program is at the position", retries);
	ok(good > 0, "retries %d: swaps succeed", retries);
	if (always)
		is_int(lost, 0, "retries %d: all swaps succeed", retries);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the chain is as before");
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	fixture = fixture_new("writers", 3);
	race();
	beside_a_busy_writer(1000000, true);
	beside_a_busy_writer(0, false);
	fixture_free(&fixture);
	return done_testing();
}
