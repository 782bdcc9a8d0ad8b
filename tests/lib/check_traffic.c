/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The traffic fixture distinguishes three ways to swap a program: REPLACE misses no packet,
 * detach-then-attach misses packets, attach-then-detach counts some twice. All calls are raw system
 * calls. The two wrong ways pause between their two calls, so that a packet arrives in between even
 * on a busy machine.
 */
#include "attach_types.h"
#include "live.h"
#include "fixture_marks.h"
#include "rawbpf.h"
#include "traffic.h"
#include "tap.h"

#include <unistd.h>

enum { PACKETS = 1000000, SWAPS = 20000, LOOK_EVERY = 20, PAUSE_US = 50 };

static int by_replace(int cgroup, int old, int new)
{
	return raw_replace(cgroup, new, old, EGRESS, RAW_MULTI | RAW_REPLACE);
}

static int by_detach_attach(int cgroup, int old, int new)
{
	return raw_detach(cgroup, old, EGRESS) || usleep(PAUSE_US) ||
	       raw_attach(cgroup, new, EGRESS, RAW_MULTI);
}

static int by_attach_detach(int cgroup, int old, int new)
{
	return raw_attach(cgroup, new, EGRESS, RAW_MULTI) || usleep(PAUSE_US) ||
	       raw_detach(cgroup, old, EGRESS);
}

/* Swaps until enough packets were missed or doubled, or SWAPS times. */
static struct marks_result play(const struct scratch *cgroup,
				int (*swap)(int cgroup, int old, int new), bool wait_for_fault)
{
	struct marks marks = marks_new(PACKETS);
	struct traffic traffic;
	struct marks_result result;
	int failed = 0;

	if (raw_attach(cgroup->fd, marks.progs[0], EGRESS, RAW_MULTI))
		bail_out("cannot attach");
	traffic = traffic_start(cgroup, PACKETS);
	for (int i = 0; i < SWAPS && traffic_sent(&traffic) < PACKETS; i++) {
		failed += !!swap(cgroup->fd, marks.progs[i % 2], marks.progs[1 - i % 2]);
		if (wait_for_fault && i % LOOK_EVERY == LOOK_EVERY - 1) {
			result = marks_count(&marks, traffic_sent(&traffic) - 1);
			if (result.unseen || result.doubled)
				break;
		}
	}
	result = marks_count(&marks, traffic_stop(&traffic));
	ok(!failed, "every system call succeeded");
	ok(result.by[0] + result.by[1] > 0, "the two versions saw %llu and %llu packets",
	   (unsigned long long)result.by[0], (unsigned long long)result.by[1]);
	raw_detach(cgroup->fd, marks.progs[0], EGRESS);
	raw_detach(cgroup->fd, marks.progs[1], EGRESS);
	marks_free(&marks);
	return result;
}

int main(void)
{
	struct marks_result result;
	struct scratch cgroup;

	need_live();
	scratch_bystander(EGRESS);
	cgroup = scratch_new("swaps");

	result = play(&cgroup, by_replace, false);
	is_int(result.unseen, 0, "replace: no packet was missed");
	is_int(result.doubled, 0, "replace: no packet was counted twice");
	result = play(&cgroup, by_detach_attach, true);
	ok(result.unseen > 0, "detach, attach: %u packets were missed", result.unseen);
	is_int(result.doubled, 0, "detach, attach: no packet was counted twice");
	result = play(&cgroup, by_attach_detach, true);
	is_int(result.unseen, 0, "attach, detach: no packet was missed");
	ok(result.doubled > 0, "attach, detach: %u packets were counted twice", result.doubled);
	return done_testing();
}
