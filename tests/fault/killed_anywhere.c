/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill -9 at every call of a commit, and of a roll-back: what stands then is what the steps up to
 * some point make of the chains, each chain whole, in its order, and with its preorder. A pin is
 * one step behind at most, or at a path that was free one step ahead. The next transaction with the
 * same pins is done, and clears up the temporary pin that was left.
 */
#include "../lib/bpffs.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"
#include "scenarios.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILED = 3 };

static bool mixed; /* steps of all kinds, two of them with pins */
static bool entries; /* steps that attach and detach too */

/* The chains after 0, 1 ... FAULT_FIXTURE_NEW steps. */
static struct fault_fixture_look prefix[FAULT_FIXTURE_NEW + 1];

static bool prepare(struct run *run)
{
	memset(run, 0, sizeof(*run));
	if (entries)
		return run_plan_entries(run);
	return mixed ? run_plan_mixed(run) : run_plan(run, NULL);
}

/* from 0 appends to, and to 0 takes from out. */
static void replace_id(uint32_t *ids, size_t *count, uint32_t from, uint32_t to)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++)
		if (ids[i] != from || to)
			ids[kept++] = ids[i] == from ? to : ids[i];
	if (!from)
		ids[kept++] = to;
	for (size_t i = kept; i < *count; i++)
		ids[i] = 0;
	*count = kept;
}

/* Derives the chains after each step from the description of the step. */
static void predict_prefixes(void)
{
	struct run run;

	if (!prepare(&run))
		bail_out("%s", run_text(&run));
	prefix[0] = fixture.start;
	for (size_t i = 0; i < FAULT_FIXTURE_NEW; i++) {
		const cgswap_step *step = cgswap_replace_get_step(run.replace, i);
		uint32_t from = cgswap_step_get_old_id(step), to = cgswap_step_get_new_id(step);

		prefix[i + 1] = prefix[i];
		for (int c = 0; c < FAULT_FIXTURE_CHAINS; c++) {
			struct fault_fixture_chain *chain = &prefix[i + 1].chain[c];

			/* entries are attached to the second chain only */
			if (!from && c != 1)
				continue;
			replace_id(chain->ids, &chain->count, from, to);
			replace_id(chain->effective, &chain->effective_count, from, to);
		}
		if (mixed && i == 0)
			prefix[i + 1].pinned[0] = to;
		if (mixed && i == 2)
			prefix[i + 1].pinned[1] = to;
	}
	run_end(&run);
}

/*
 * Each pin is as after that many steps, or as before the last step that was done or undone. The
 * second pin, whose path was free, exists before its program runs and is removed after it.
 */
static bool fits(const struct fault_fixture_look *now, int steps, bool rolls_back)
{
	int next = steps + (steps < FAULT_FIXTURE_NEW), last = steps - (steps > 0);
	const struct fault_fixture_look *here = &prefix[steps];
	const uint32_t other[] = { prefix[rolls_back ? next : last].pinned[0],
				   prefix[next].pinned[1] };

	if (memcmp(now->chain, here->chain, sizeof(now->chain)))
		return false;
	for (int i = 0; i < 2; i++)
		if (now->pinned[i] != here->pinned[i] && now->pinned[i] != other[i])
			return false;
	return true;
}

static int which_prefix(bool rolls_back)
{
	struct fault_fixture_look now = fault_fixture_look();

	for (int i = 0; i <= FAULT_FIXTURE_NEW; i++)
		if (fits(&now, i, rolls_back))
			return entries || fault_fixture_whole(&now) ? i : -1;
	fault_fixture_print(&now, &fixture.start);
	return -1;
}

static unsigned kill_at;

static void die(enum fault_kernel_op op, void *user)
{
	(void)op;
	(void)user;
	if (fault_kernel.total == kill_at)
		kill(getpid(), SIGKILL);
}

static void child(bool rolls_back)
{
	struct run run;

	if (!prepare(&run))
		_exit(FAILED);
	if (rolls_back && cgswap_replace_commit(run.replace, NULL))
		_exit(FAILED);
	fault_kernel_reset();
	fault_kernel.before = die;
	if (rolls_back ? cgswap_replace_rollback(run.replace)
		       : cgswap_replace_commit(run.replace, NULL))
		_exit(FAILED);
	_exit(0);
}

/* Returns true if the child was killed. */
static bool run_child(unsigned at, bool rolls_back)
{
	int status;
	pid_t pid;

	kill_at = at;
	pid = fork();
	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid)
		child(rolls_back);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			bail_out("waitpid: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status))
		bail_out("the child failed");
	return WIFSIGNALED(status);
}

/* Counts the temporary pins that are left and removes them. */
static unsigned sweep(void)
{
	DIR *directory = opendir(BPFFS);
	struct dirent *entry;
	unsigned found = 0;

	while (directory && (entry = readdir(directory))) {
		char path[512];

		if (strncmp(entry->d_name, "cgswap", 6))
			continue;
		found++;
		snprintf(path, sizeof(path), BPFFS "/%.255s", entry->d_name);
		unlink(path);
	}
	if (directory)
		closedir(directory);
	return found;
}

static bool stands(uint32_t id)
{
	struct fault_fixture_look now = fault_fixture_look();
	const struct fault_fixture_chain *chain = &now.chain[FAULT_FIXTURE_CGROUPS];

	for (size_t i = 0; i < chain->count; i++)
		if (chain->ids[i] == id)
			return true;
	return false;
}

/* Replaces the one that is attached, old or new, with the pin of its step, by a third program. */
static bool follow(struct run *run, uint32_t old, uint32_t new, int third, const char *pin)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = pin };

	return run_did(run, cgswap_replace_add(run->replace, run->chain[FAULT_FIXTURE_CGROUPS],
					       fault_fixture_by_id(stands(old) ? old : new),
					       run->program[third], &opts));
}

/* The next transaction with the same pins is done, and leaves nothing of the one that was killed. */
static bool next_is_done(void)
{
	struct fault_fixture_look now;
	struct run run;
	bool done;

	memset(&run, 0, sizeof(run));
	done = run_open(&run) &&
	       run_did(&run, cgswap_chain_open(&run.chain[FAULT_FIXTURE_CGROUPS], run.session,
					       fixture.path[0], "ingress")) &&
	       run_did(&run, cgswap_replace_new(&run.replace, run.session, NULL)) &&
	       follow(&run, fixture.side_id[SIDE_HELD], fixture.new_id[0], 3, fixture.pin_held) &&
	       follow(&run, fixture.side_id[SIDE_PREORDER], fixture.new_id[2], 1,
		      fixture.pin_free) &&
	       run_did(&run, cgswap_replace_check(run.replace)) &&
	       run_did(&run, cgswap_replace_commit(run.replace, NULL));
	if (!done)
		diag("the next one is refused: %s", run_text(&run));
	now = fault_fixture_look();
	if (done && (now.pinned[0] != fixture.new_id[3] || now.pinned[1] != fixture.new_id[1])) {
		diag("the next one did not get its pins");
		done = false;
	}
	run_end(&run);
	return done;
}

/* Each call later leaves at least as much done as the one before; at the end all is. */
static void kill_everywhere(bool rolls_back, const char *name)
{
	int last = rolls_back ? FAULT_FIXTURE_NEW : 0, end = rolls_back ? 0 : FAULT_FIXTURE_NEW;
	unsigned at, wrong = 0, seen = 0, left = 0;
	bool killed = true;

	for (at = 1; killed; at++) {
		int now;

		killed = run_child(at, rolls_back);
		now = which_prefix(rolls_back);
		if (now < 0 || (rolls_back ? now > last : now < last) || (!killed && now != end)) {
			diag("killed at call %u: %d steps are done, and %d before", at, now, last);
			wrong++;
		}
		if (now >= 0) {
			seen |= 1u << now;
			last = now;
		}
		if (mixed && !next_is_done()) {
			diag("killed at call %u: the next transaction is not done", at);
			wrong++;
		}
		left = sweep();
		if (left) {
			diag("killed at call %u: %u pins are left", at, left);
			wrong++;
		}
		fault_fixture_reset();
	}
	ok(!wrong, "%s: after a kill at each of %u calls, the first N steps are done", name,
	   at - 2);
	ok(seen == (1u << (FAULT_FIXTURE_NEW + 1)) - 1, "every N occurred");
}

int main(void)
{
	fault_fixture_build(true);
	predict_prefixes();
	kill_everywhere(false, "commit");
	kill_everywhere(true, "roll-back");
	/* without an order of entries, one that is put back in between may come last for a moment */
	if (kernel_knows_flags(RAW_BEFORE)) {
		entries = true;
		predict_prefixes();
		kill_everywhere(false, "commit of attaches and detaches");
		kill_everywhere(true, "roll-back of attaches and detaches");
		entries = false;
	}
	if (kernel_knows_flags(RAW_PREORDER) && kernel_has_revision()) {
		mixed = true;
		predict_prefixes();
		kill_everywhere(false, "commit of links, override mode and preorder");
		kill_everywhere(true, "rollback of links, override mode and preorder");
	}
	fault_fixture_free();
	return done_testing();
}
