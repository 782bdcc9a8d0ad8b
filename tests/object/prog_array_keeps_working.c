/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs that a source puts into a program array are loaded with the program that calls them.
 * Tail calls still work after the loading process has ended, and during a replace under traffic
 * each packet runs either the old programs or the new ones.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/traffic.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PACKETS = 100, MOST_PACKETS = 100000000, MANY = 1000, STEPS = 5 };

struct steps {
	uint64_t counts[STEPS];
};

static struct steps steps_now(const struct map_fixture *fixture)
{
	int map = raw_map_open(map_fixture_map(fixture, "steps"));
	struct steps now = { 0 };

	for (uint32_t key = 0; key < STEPS; key++)
		if (raw_map_lookup(map, key, &now.counts[key]))
			diag("step %u cannot be read", key);
	close(map);
	return now;
}

static void wait_for(const struct traffic *traffic, uint32_t more)
{
	uint32_t sent = traffic_sent(traffic);

	while (traffic_sent(traffic) < sent + more)
		usleep(1000);
}

/* Swaps in a child process with a session of its own, which then ends. */
static bool swap_in_child(const struct map_fixture *fixture, const char *object)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		struct map_fixture own = *fixture;

		own.session = live_session();
		own.chain = live_chain(own.session, own.cgroup.path, "egress");
		if (map_fixture_swap(&own, object, CGSWAP_MAPS_REUSE))
			diag("%s", cgswap_error_get_message(cgswap_last_error()));
		else
			_exit(0);
		_exit(1);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static void swap_under_traffic(const struct map_fixture *fixture)
{
	struct traffic traffic = traffic_start(&fixture->cgroup, MOST_PACKETS);
	struct steps steps;
	uint32_t sent;

	wait_for(&traffic, MANY);
	ok(swap_in_child(fixture, "object/filled_v2"), "the next version is attached");
	wait_for(&traffic, MANY);
	sent = traffic_stop(&traffic);
	steps = steps_now(fixture);
	is_int((long long)steps.counts[0], PACKETS + sent, "every packet ran the calling program");
	is_int((long long)(steps.counts[1] + steps.counts[3]), PACKETS + sent,
	       "ran the first called program");
	is_int((long long)(steps.counts[2] + steps.counts[4]), PACKETS + sent,
	       "ran the second called program");
	is_int((long long)steps.counts[1], (long long)steps.counts[2],
	       "each packet ran one version");
	ok(steps.counts[2] > MANY && steps.counts[4] > 0, "both versions ran");
}

int main(void)
{
	struct map_fixture fixture;
	struct steps steps;

	need_live();
	bpffs_private();
	fixture = map_fixture_new("filled", "count_less");
	ok(swap_in_child(&fixture, "object/filled_v1"), "a child process loads, attaches and ends");
	is_int(traffic_send(&fixture.cgroup, PACKETS), 0, "packets are sent");
	steps = steps_now(&fixture);
	is_int((long long)steps.counts[0], PACKETS, "every packet ran the calling program");
	is_int((long long)steps.counts[1], PACKETS, "ran the first called program");
	is_int((long long)steps.counts[2], PACKETS, "ran the second called program");
	swap_under_traffic(&fixture);
	steps = steps_now(&fixture);
	is_int(traffic_send(&fixture.cgroup, PACKETS), 0, "more packets are sent");
	is_int((long long)(steps_now(&fixture).counts[4] - steps.counts[4]), PACKETS,
	       "they run the new programs after both processes have ended");
	map_fixture_free(&fixture);
	return done_testing();
}
