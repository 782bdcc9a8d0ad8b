/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recover in a process that cannot see a cgroup of the transaction, though it exists, is refused:
 * the entry would be forgotten as one whose cgroup was removed. Where it can be seen, a recover goes
 * on; a cgroup that was removed has no entry to recover, nor has another one at its path.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

enum { CGROUPS = 2 };

static struct scratch cgroups[CGROUPS];
static int old[CGROUPS], new;
static cgswap_session *session;

/* Leaves the journal of a transaction whose first step was done. */
static void leave_one(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	size_t steps = 1;
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit),
						   .progress = killed_after_steps,
						   .user = &steps };
	cgswap_replace *replace;
	pid_t pid = fork();

	if (!pid) {
		if (cgswap_replace_new(&replace, session, &opts))
			_exit(1);
		for (int i = 0; i < CGROUPS; i++)
			if (cgswap_replace_add(replace,
					       live_chain(session, cgroups[i].path, "egress"),
					       "name:old", live_program(session, new), NULL))
				_exit(1);
		cgswap_replace_commit(replace, &commit);
		_exit(2);
	}
	killed_child(pid);
}

static enum cgswap_status recover(enum cgswap_recover action)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = action };

	return cgswap_session_recover(NULL, session, &opts);
}

static void attach(int i)
{
	if (raw_attach(cgroups[i].fd, old[i], EGRESS, RAW_MULTI))
		bail_out("no chain");
}

int main(void)
{
	struct cgswap_session_opts opts = { .sz = sizeof(opts) };

	need_live();
	bpffs_private();
	cgroups[0] = scratch_new("seen0");
	cgroups[1] = scratch_new("seen1");
	new = prog_pass(EGRESS, "new");
	for (int i = 0; i < CGROUPS; i++) {
		old[i] = prog_pass(EGRESS, "old");
		attach(i);
	}
	opts.scratch_cgroup = live_scratch;
	opts.state_dir = state_dir();
	if (cgswap_session_open(&session, &opts))
		bail_out("no session");

	leave_one();
	/* the mount namespace is that of this test */
	if (mount("none", scratch_top(), "tmpfs", 0, NULL))
		bail_out("no tmpfs: %s", strerror(errno));
	EXPECT_CAUSE(recover(CGSWAP_RECOVER_UNDO), CGROUP_UNREACHABLE, "an undo");
	expect_message("seen0");
	EXPECT_CAUSE(recover(CGSWAP_RECOVER_LIST), CGROUP_UNREACHABLE, "a list");
	ok(state_dir_has("journal"), "the journal is still there");
	umount(scratch_top());
	expect_ok(recover(CGSWAP_RECOVER_UNDO), "an undo where they can be seen");
	chain_is(cgroups[0].fd, EGRESS, &old[0], 1, "the old program is back");

	leave_one();
	scratch_remove(&cgroups[0]);
	raw_close(cgroups[0].fd);
	cgroups[0] = scratch_new("seen0");
	attach(0);
	scratch_remove(&cgroups[1]);
	expect_ok(recover(CGSWAP_RECOVER_FINISH), "a cgroup was made again, and another removed");
	chain_is(cgroups[0].fd, EGRESS, &old[0], 1, "another cgroup is left alone");
	ok(!state_dir_has("journal"), "the journal has ended");
	cgswap_session_unref(session);
	raw_close(new);
	for (int i = 0; i < CGROUPS; i++)
		raw_close(old[i]);
	return done_testing();
}
