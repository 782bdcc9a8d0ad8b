/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * During thousands of swaps under traffic each packet is seen by exactly one version, and the chain
 * keeps its length and order, so that a swap that silently appends is noticed.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture_marks.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/traffic.h"
#include "../lib/tap.h"

#include <time.h>
#include <unistd.h>

enum {
	PACKETS = 1000000,
	SWAPS = 10000,
	ENOUGH_PACKETS = 2000,
	POSITION = 1,
	PATIENCE_SECONDS = 25
};

static struct fixture fixture;
static struct marks marks;
static cgswap_program *version[2];
static time_t began;

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/*
 * Goes on for enough swaps and packets, but not beyond the last packet number, nor for too long on
 * a slow machine.
 */
static bool goes_on(const struct traffic *traffic, int swaps)
{
	uint32_t sent = traffic_sent(traffic);

	return sent < PACKETS && seconds() - began < PATIENCE_SECONDS &&
	       (swaps < SWAPS || sent < ENOUGH_PACKETS);
}

/* Each swap is a transaction of its own, checked by a raw query. Returns the number of failures. */
static int swap_many(const struct traffic *traffic, enum cgswap_verify verify, int *swaps)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = verify };
	struct raw_chain wanted = fixture_chain(&fixture);
	int bad = 0, standing = 0;

	for (; goes_on(traffic, *swaps) && bad < 10; ++*swaps) {
		cgswap_replace *replace;
		struct raw_chain now;

		if (cgswap_replace_new(&replace, fixture.session, &opts))
			return -1;
		if (cgswap_replace_add(replace, fixture.chain, by_fd(marks.progs[standing]),
				       version[1 - standing], NULL) ||
		    cgswap_replace_commit(replace, NULL))
			bad++;
		else
			standing = 1 - standing;
		if (verify != CGSWAP_VERIFY_OFF &&
		    !cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)))
			bad++;
		cgswap_replace_unref(replace);
		wanted.ids[POSITION] = raw_prog_id(marks.progs[standing]);
		now = fixture_chain(&fixture);
		bad += !chain_same(&now, &wanted);
	}
	if (standing)
		bad += !!swap(fixture.session, fixture.chain, by_fd(marks.progs[1]), version[0]);
	return bad;
}

static int verified(const struct traffic *traffic, int *swaps)
{
	return swap_many(traffic, CGSWAP_VERIFY_ON, swaps);
}

static int not_verified(const struct traffic *traffic, int *swaps)
{
	return swap_many(traffic, CGSWAP_VERIFY_OFF, swaps);
}

/* One transaction, committed and rolled back again and again. */
static int there_and_back(const struct traffic *traffic, int *swaps)
{
	cgswap_replace *replace;
	int bad = 0;

	if (cgswap_replace_new(&replace, fixture.session, NULL) ||
	    cgswap_replace_add(replace, fixture.chain, by_fd(marks.progs[0]), version[1], NULL))
		return -1;
	for (; goes_on(traffic, *swaps) && bad < 10; *swaps += 2) {
		bad += !!cgswap_replace_commit(replace, NULL);
		/* on a busy machine the sender may not run just here */
		if (*swaps % 256 == 0)
			usleep(500);
		bad += !!cgswap_replace_rollback(replace);
		if (*swaps % 256 == 128)
			usleep(500);
	}
	cgswap_replace_unref(replace);
	return bad;
}

/* A chain of three with version one in the middle, traffic, and swaps in one of the ways. */
static void play(int (*way)(const struct traffic *, int *), const char *name)
{
	struct marks_result result;
	struct traffic traffic;
	uint32_t sent;
	int bad, swaps = 0;

	fixture = fixture_new("traffic", 3);
	marks = marks_new(PACKETS);
	for (int i = 0; i < 2; i++)
		version[i] = live_program(fixture.session, marks.progs[i]);
	expect_ok(swap(fixture.session, fixture.chain, "pos:1", version[0]),
		  "%s: version one is attached", name);
	close(fixture.progs[POSITION]);
	fixture.progs[POSITION] = dup(marks.progs[0]);

	traffic = traffic_start(&fixture.cgroup, PACKETS);
	began = seconds();
	bad = way(&traffic, &swaps);
	sent = traffic_stop(&traffic);
	result = marks_count(&marks, sent);
	is_int(bad, 0, "%s: %d swaps, all without an error", name, swaps);
	ok(swaps > 1000, "%s: there were thousands of swaps", name);
	is_int(result.unseen, 0, "%s: of %u packets none was missed by both versions", name, sent);
	is_int(result.doubled, 0, "%s: no packet was seen by both versions", name);
	ok(result.by[0] > 0 && result.by[1] > 0, "%s: both versions saw packets: %llu and %llu",
	   name, (unsigned long long)result.by[0], (unsigned long long)result.by[1]);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the chain is as before");

	for (int i = 0; i < 2; i++)
		cgswap_program_unref(version[i]);
	marks_free(&marks);
	fixture_free(&fixture);
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	play(verified, "verified");
	play(not_verified, "not verified");
	play(there_and_back, "commit and roll-back");
	return done_testing();
}
