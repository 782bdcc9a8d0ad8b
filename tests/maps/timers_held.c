/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timers of a reused map go on while a process of its owner has the map open, or a pin holds it:
 * then nothing is said of them. Otherwise they would end with this process.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts a process that has the map open; returns when it has. */
static pid_t hold(uint32_t map)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) || (pid = fork()) < 0)
		bail_out("cannot start a process");
	if (!pid) {
		if (raw_map_open(map) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		bail_out("the process does not hold the map");
	close(ready[0]);
	return pid;
}

static void timers_end(const struct map_fixture *fixture, bool expected, const char *what)
{
	cgswap_replace *replace;

	if (expect_ok(map_fixture_plan(fixture, &replace, "timed", CGSWAP_MAPS_REUSE), "%s", what))
		is_int(cgswap_step_get_map_timers_end(cgswap_replace_get_step(replace, 0), 0), expected,
		       "timers_end: %s", what);
	cgswap_replace_unref(replace);
}

int main(void)
{
	struct map_fixture fixture;
	pid_t holder;
	int map;

	need_live();
	bpffs_private();
	fixture = map_fixture_new("held", "timed");
	holder = hold(map_fixture_map(&fixture, "clocks"));
	timers_end(&fixture, false, "a process has the map open");
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	timers_end(&fixture, true, "no process has it open");
	map = raw_map_open(map_fixture_map(&fixture, "clocks"));
	bpffs_pin(map, "elsewhere");
	close(map);
	timers_end(&fixture, false, "it is pinned, not by its name");
	map_fixture_free(&fixture);
	return done_testing();
}
