/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instrument by which swaps under traffic are judged can tell all three ways of swapping
 * apart: REPLACE misses nothing, detach-then-attach misses packets, attach-then-detach counts
 * some twice. All by raw system calls. The two wrong ways dawdle between their two calls, so that
 * a packet comes by also on a machine that is busy with other tests.
 */
#include "attach_types.h"
#include "live.h"
#include "fixture_marks.h"
#include "rawbpf.h"
#include "traffic.h"
#include "tap.h"

#include <unistd.h>

enum { PACKETS = 1000000, SWAPS = 20000, LOOK_EVERY = 20, DAWDLE_US = 50 };

static int by_replace(int cgroup, int old, int new)
{
	return raw_replace(cgroup, new, old, EGRESS, RAW_MULTI | RAW_REPLACE);
}

static int by_detach_attach(int cgroup, int old, int new)
{
	return raw_detach(cgroup, old, EGRESS) || usleep(DAWDLE_US) ||
	       raw_attach(cgroup, new, EGRESS, RAW_MULTI);
}

static int by_attach_detach(int cgroup, int old, int new)
{
	return raw_attach(cgroup, new, EGRESS, RAW_MULTI) || usleep(DAWDLE_US) ||
	       raw_detach(cgroup, old, EGRESS);
}

/* Swaps until enough went wrong, or enough was tried. */
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
	ok(result.by[0] + result.by[1] > 0, "the versions saw packets: %llu and %llu",
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
	is_int(result.unseen, 0, "replace: no packet unseen");
	is_int(result.doubled, 0, "replace: no packet seen twice");
	result = play(&cgroup, by_detach_attach, true);
	ok(result.unseen > 0, "detach, attach: %u packets unseen", result.unseen);
	is_int(result.doubled, 0, "detach, attach: no packet seen twice");
	result = play(&cgroup, by_attach_detach, true);
	is_int(result.unseen, 0, "attach, detach: no packet unseen");
	ok(result.doubled > 0, "attach, detach: %u packets seen twice", result.doubled);
	return done_testing();
}
