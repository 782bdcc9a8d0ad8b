/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two processes do two operations on the same cgroup, pin and map. The first is killed before one of
 * its calls to the kernel: the second then runs, or it ran while the first stood there. Whatever the
 * pair and the call, the entries of others keep their order, exactly one program is in the replaced
 * position, the map pinned by its name is the one that the attached programs use, with its contents,
 * and the next swap of the pin is done and leaves no temporary pin.
 *
 *     pairs_killed [--all | SECONDS [SEED]]
 *
 * Without --all some pairs and calls are chosen, by the seed.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"
#include "fault_kernel.h"
#include "pairs_operations.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HITS BPFFS "/pinned_hits"

enum { SECONDS = 10, CONTENTS = 42, CALLS_MAX = 2000, LOCKED_EVERY = 16 };

static struct scratch cgroup;
static int first, middle, last, repaired;
static struct pairs_side victim, other;
static int counting = -1, hits = -1; /* attached, with its map pinned, in half of the runs */
static uint32_t hits_id;

/* ---- processes ------------------------------------------------------------------------------- */

static unsigned stop_at;
static bool stand; /* at that call, instead of being killed */
static int stands[2];

static void at_call(enum fault_kernel_op op, void *user)
{
	(void)op;
	(void)user;
	if (fault_kernel.total != stop_at)
		return;
	if (!stand)
		kill(getpid(), SIGKILL);
	/* the second process would wait a second for the lock, each time: some times are enough */
	if (fault_kernel.calls[FAULT_KERNEL_PIN_LOCK] > fault_kernel.calls[FAULT_KERNEL_PIN_UNLOCK] &&
	    stop_at % LOCKED_EVERY)
		kill(getpid(), SIGKILL);
	if (write(stands[1], "", 1) == 1)
		for (;;)
			pause();
}

static void do_operation(const struct pairs_operation *operation, const struct pairs_side *side,
			 bool stops)
{
	alarm(20);
	fault_kernel_reset();
	if (stops)
		fault_kernel.before = at_call;
	_exit(pairs_run(operation, side, cgroup.path) ? 1 : 0);
}

static pid_t start(const struct pairs_operation *operation, const struct pairs_side *side,
		   bool stops)
{
	pid_t pid = fork();

	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid)
		do_operation(operation, side, stops);
	return pid;
}

static int finish(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			bail_out("waitpid: %s", strerror(errno));
	return status;
}

/* Returns false if the first process ended before that call. */
static bool run_pair(const struct pairs_operation *a, const struct pairs_operation *b, unsigned at,
		     bool waits)
{
	bool stopped = true;
	char byte;
	pid_t pid;
	int status;

	stop_at = at;
	stand = waits;
	if (waits && pipe(stands))
		bail_out("pipe: %s", strerror(errno));
	pid = start(a, &victim, true);
	if (waits) {
		close(stands[1]);
		waits = read(stands[0], &byte, 1) == 1;
		close(stands[0]);
	}
	if (!waits) {
		status = finish(pid);
		stopped = WIFSIGNALED(status);
	}
	status = finish(start(b, &other, false));
	if (WIFSIGNALED(status))
		bail_out("the second process ended by signal %d", WTERMSIG(status));
	if (waits) {
		kill(pid, SIGKILL);
		finish(pid);
	}
	return stopped;
}

/* ---- state ----------------------------------------------------------------------------------- */

/* Removes all pins. @return the number of temporary ones. */
static unsigned clear_pins(bool all)
{
	DIR *directory = opendir(BPFFS);
	struct dirent *entry;
	unsigned found = 0;

	while (directory && (entry = readdir(directory))) {
		char path[512];

		snprintf(path, sizeof(path), BPFFS "/%.255s", entry->d_name);
		if (strncmp(entry->d_name, "cgswap_", 7) == 0)
			found++;
		if (all)
			unlink(path);
	}
	if (directory)
		closedir(directory);
	return found;
}

static void detach_all(void)
{
	struct raw_chain now;

	/* a link that was only pinned, or whose process ended, goes a moment later */
	for (int tries = 0; tries < 1000; tries++) {
		now = chain_now(cgroup.fd, EGRESS);
		if (!now.count)
			return;
		for (uint32_t i = 0; i < now.count; i++) {
			int program = raw_prog_open(now.ids[i]);

			raw_detach(cgroup.fd, program, EGRESS);
			raw_close(program);
		}
		usleep(tries > 10 ? 1000 : 0);
	}
	bail_out("the chain cannot be emptied");
}

static void must(int result, const char *what)
{
	if (result)
		bail_out("%s: %s", what, strerror(errno));
}

static void reset(bool with_map)
{
	clear_pins(true);
	detach_all();
	must(raw_attach(cgroup.fd, first, EGRESS, RAW_MULTI), "attach");
	must(raw_attach(cgroup.fd, middle, EGRESS, RAW_MULTI), "attach");
	must(raw_attach(cgroup.fd, last, EGRESS, RAW_MULTI), "attach");
	must(raw_pin(middle, PAIRS_PIN), "pin");
	if (!with_map)
		return;
	must(raw_attach(cgroup.fd, counting, EGRESS, RAW_MULTI), "attach");
	must(raw_pin(hits, HITS), "pin");
}

/* The map of a program of the object; 0: the program is another. */
static uint32_t map_of(uint32_t program_id)
{
	uint32_t ids[RAW_MAPS_MAX];
	int program = raw_prog_open(program_id);
	size_t count = program < 0 ? 0 : raw_prog_maps(program, ids);

	raw_close(program);
	return count ? ids[0] : 0;
}

static uint32_t pinned_map(void)
{
	struct kernel *kernel = fault_kernel_inner();
	struct kernel_map map = { 0 };
	int fd = raw_pin_open(HITS);

	if (fd >= 0) {
		kernel->ops->map_info(kernel, fd, &map);
		raw_close(fd);
	}
	return map.id;
}

/* Returns NULL, or what is wrong. */
static const char *look(bool with_map)
{
	struct raw_chain now = chain_now(cgroup.fd, EGRESS);
	uint32_t map = pinned_map();
	uint64_t contents = 0;

	if (now.count < 3 || now.ids[0] != raw_prog_id(first) || now.ids[2] != raw_prog_id(last))
		return "the order changed, or an entry is missing";
	for (uint32_t i = 0; i < now.count; i++) {
		uint32_t used = map_of(now.ids[i]);

		if (used && used != map)
			return "an attached program does not use the map that is pinned";
	}
	if (!with_map)
		return NULL;
	if (map != hits_id)
		return "the map is not pinned any more";
	raw_map_lookup(hits, 0, &contents);
	return contents == CONTENTS ? NULL : "the map lost its contents";
}

static const char *repair(void)
{
	const struct pairs_side side = { .new = repaired };
	struct raw_chain now;
	int fd, status = finish(start(&pairs_operations[PAIRS_SWAP_PIN], &side, false));
	uint32_t pinned;

	if (status)
		return "the next swap of the pin is refused";
	now = chain_now(cgroup.fd, EGRESS);
	fd = raw_pin_open(PAIRS_PIN);
	pinned = raw_prog_id(fd);
	raw_close(fd);
	if (pinned != raw_prog_id(repaired) || now.ids[1] != pinned)
		return "the next swap did not get its pin";
	return clear_pins(false) ? "a temporary pin is left" : NULL;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static unsigned runs, wrong;

/* Returns false past the last call. */
static bool run(int a, int b, unsigned at, bool waits, bool with_map)
{
	const char *problem;
	bool stopped;

	reset(with_map);
	stopped = run_pair(&pairs_operations[a], &pairs_operations[b], at, waits);
	problem = look(with_map);
	if (!problem)
		problem = repair();
	if (!problem)
		problem = look(with_map);
	runs++;
	if (problem) {
		wrong++;
		diag("%s, %s at call %u; %s%s: %s", pairs_operations[a].name,
		     waits ? "killed after the other" : "killed", at, pairs_operations[b].name,
		     with_map ? "; with the map pinned before" : "", problem);
	}
	return stopped;
}

static void run_all(void)
{
	for (int a = 0; a < PAIRS_OPERATIONS; a++)
		for (int b = 0; b < PAIRS_OPERATIONS; b++) {
			unsigned before = runs, at;

			for (int variant = 0; variant < 4; variant++)
				for (at = 1; at < CALLS_MAX; at++)
					if (!run(a, b, at, variant & 1, variant & 2))
						break;
			diag("%s, then %s: %u runs", pairs_operations[a].name, pairs_operations[b].name,
			     runs - before);
			fflush(stdout);
		}
}

/* Calls that a pair has; 0: not known yet. */
static unsigned length[PAIRS_OPERATIONS];

static void run_some(time_t end, unsigned seed)
{
	srandom(seed);
	while (time(NULL) < end) {
		int a = (int)(random() % PAIRS_OPERATIONS), b = (int)(random() % PAIRS_OPERATIONS);
		unsigned limit = length[a] ? length[a] : 60;
		unsigned at = 1 + (unsigned)random() % limit;

		if (!run(a, b, at, random() & 1, random() & 1) && (!length[a] || at < length[a]))
			length[a] = at;
	}
}

static void build(void)
{
	const char *object = build_path("tests/bpf/maps/pinned_map.bpf.o");
	struct map_fixture fixture;

	bpffs_private();
	fixture = map_fixture_new("maker", "pinned_map");
	counting = raw_prog_open(map_fixture_program(&fixture));
	hits_id = map_fixture_map(&fixture, "pinned_hits");
	hits = raw_map_open(hits_id);
	raw_map_update(hits, 0, CONTENTS);
	map_fixture_free(&fixture);
	cgroup = scratch_new("pairs");
	first = prog_pass(EGRESS, "first");
	middle = prog_pass(EGRESS, "middle");
	last = prog_pass(EGRESS, "last");
	repaired = prog_pass(EGRESS, "repaired");
	victim = (struct pairs_side){ prog_pass(EGRESS, "victim"), prog_pass(EGRESS, "extra"), object };
	other = (struct pairs_side){ prog_pass(EGRESS, "other"), prog_pass(EGRESS, "extra_other"),
				     object };
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "--all") == 0;
	unsigned seconds = argc > 1 && !all ? (unsigned)atoi(argv[1]) : SECONDS;
	unsigned seed = argc > 2 ? (unsigned)atoi(argv[2]) : (unsigned)time(NULL);

	need_live();
	alarm(0);
	build();
	if (!all)
		diag("%u seconds, seed %u", seconds, seed);
	fflush(stdout);
	if (all)
		run_all();
	else
		run_some(time(NULL) + (time_t)seconds, seed);
	is_int(wrong, 0, "%u runs", runs);
	clear_pins(true); /* the last run may have pinned a link */
	detach_all();
	scratch_remove(&cgroup);
	return done_testing();
}
