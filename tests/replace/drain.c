/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After a commit another CPU may still run the old program, which then writes to its maps; after a
 * drain no CPU does. The old program here takes milliseconds for each packet: without a drain it is
 * often still running, which shows that the test can fail.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/traffic.h"
#include "../lib/tap.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ENTERED = 0, LEFT = 1, ROUNDS = 40, PACKETS = 100000000, PATIENCE = 5000 };

static struct fixture fixture;
static cgswap_program *slow;
static cgswap_replace *replace;
static int runs;

static uint64_t count(uint32_t what)
{
	uint64_t value = 0;

	if (raw_map_lookup(runs, what, &value))
		bail_out("the counters cannot be read");
	return value;
}

static bool is_running(void)
{
	return count(ENTERED) != count(LEFT);
}

/* Waits until the slow program has started for another packet and not ended. */
static void wait_for_a_run(void)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000 };
	uint64_t before = count(ENTERED);

	for (int i = 0; count(ENTERED) == before || !is_running(); i++) {
		if (i == PATIENCE)
			bail_out("the slow program does not run");
		nanosleep(&pause, NULL);
	}
}

static void commit(void)
{
	if (cgswap_replace_commit(replace, NULL))
		bail_out("commit: %s", cgswap_error_get_message(cgswap_last_error()));
}

static void roll_back(void)
{
	if (cgswap_replace_rollback(replace))
		bail_out("rollback: %s", cgswap_error_get_message(cgswap_last_error()));
}

/* Returns the number of rounds after which the old program was still running. */
static int swap_rounds(bool drained)
{
	int inside = 0;

	for (int i = 0; i < ROUNDS; i++) {
		wait_for_a_run();
		commit();
		if (drained && cgswap_replace_drain(replace))
			bail_out("drain: %s", cgswap_error_get_message(cgswap_last_error()));
		inside += is_running();
		roll_back();
	}
	return inside;
}

/* The same for a program that a roll-back replaced. */
static void after_a_rollback(void)
{
	cgswap_replace *back;
	int inside = 0;

	commit();
	expect_ok(cgswap_replace_new(&back, fixture.session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(back, fixture.chain, by_fd(fixture.spare), slow, NULL),
		  "a step that attaches the slow program");
	for (int i = 0; i < ROUNDS / 4; i++) {
		if (cgswap_replace_commit(back, NULL))
			bail_out("commit: %s", cgswap_error_get_message(cgswap_last_error()));
		wait_for_a_run();
		if (cgswap_replace_rollback(back) || cgswap_replace_drain(back))
			bail_out("back: %s", cgswap_error_get_message(cgswap_last_error()));
		inside += is_running();
	}
	is_int(inside, 0, "it never runs after a roll-back and a drain");
	cgswap_replace_unref(back);
}

static int counters_of(const cgswap_program *program)
{
	struct {
		uint32_t id, next_id, flags;
	} by_map_id = { .id = cgswap_program_get_map_id(program, 0) };
	int fd = raw_bpf(BPF_MAP_GET_FD_BY_ID, &by_map_id, sizeof(by_map_id));

	if (fd < 0)
		bail_out("the counters cannot be opened");
	return fd;
}

int main(void)
{
	struct descriptors before;
	struct traffic traffic;
	int inside;
	char *path;

	need_live();
	fixture = fixture_new("drain", 0);
	path = build_path("tests/bpf/replace/slow.bpf.o");
	expect_ok(cgswap_program_open(&slow, fixture.session, path, NULL),
		  "a slow program is loaded");
	expect_ok(cgswap_chain_attach(fixture.chain, slow, NULL), "it is attached");
	runs = counters_of(slow);
	expect_ok(cgswap_replace_new(&replace, fixture.session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "name:slow", fixture.program, NULL),
		  "a step that replaces it");
	before = descriptors_now();
	expect_ok(cgswap_replace_drain(replace), "a drain before the commit returns");
	ok(descriptors_same(&before), "no descriptor is left open");
	traffic = traffic_start(&fixture.cgroup, PACKETS);
	inside = swap_rounds(false);
	diag("without a drain it was running after %d of %d rounds, with %ld CPUs", inside, ROUNDS,
	     sysconf(_SC_NPROCESSORS_ONLN));
	/* on one CPU the program is seldom interrupted while it runs */
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		ok(inside > ROUNDS / 4, "without a drain it is often still running");
	is_int(swap_rounds(true), 0, "with a drain it never is");
	after_a_rollback();
	traffic_stop(&traffic);
	cgswap_replace_unref(replace);
	cgswap_program_unref(slow);
	raw_close(runs);
	fixture_free(&fixture);
	free(path);
	return done_testing();
}
