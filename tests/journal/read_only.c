/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state directory is on a file system that was remounted read-only, as a kernel does with a broken
 * disk. The history can be read; whatever would write is refused, and changes nothing. The remedy of an
 * undo, a forget and a recover is to make it writable again: another directory, which a new transaction
 * could use, does not have what they look for.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>

static struct fixture fixture;
static cgswap_session *session;

static enum cgswap_status replace(const char *old, cgswap_program *new)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .keep_old = 1 };
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_replace *transaction;
	enum cgswap_status status = cgswap_replace_new(&transaction, session, &opts);

	if (!status)
		status = cgswap_replace_add(transaction, chain, old, new, NULL);
	if (!status)
		status = cgswap_replace_commit(transaction, NULL);
	cgswap_replace_unref(transaction);
	cgswap_chain_unref(chain);
	return status;
}

/* Only in the namespace of this test. */
static void remount(unsigned long flags)
{
	if (mount(NULL, state_dir(), NULL, MS_BIND | MS_REMOUNT | flags, NULL))
		bail_out("cannot remount: %s", strerror(errno));
}

static void expect_remedy(const char *part)
{
	has_str(cgswap_error_get_remedy(cgswap_last_error()), part, "the remedy says so");
}

static void history_is_read(void)
{
	cgswap_history *history;

	expect_ok(cgswap_history_open(&history, session), "the history is read");
	is_int(cgswap_history_get_length(history), 1, "it has the transaction");
	ok(cgswap_history_is_held(history, 0), "which is held");
	cgswap_history_unref(history);
}

int main(void)
{
	struct cgswap_session_opts opts = { .sz = sizeof(opts) };
	cgswap_program *new;

	need_live();
	bpffs_private();
	fixture = fixture_new("read-only", 1);
	opts.bpffs = BPFFS;
	opts.scratch_cgroup = live_scratch;
	opts.state_dir = state_dir();
	if (cgswap_session_open(&session, &opts) ||
	    mount(state_dir(), state_dir(), NULL, MS_BIND, NULL))
		bail_out("no session or no mount");
	new = live_program(session, fixture.spare);
	expect_ok(replace(by_id(fixture.progs[0]), new), "a transaction that is held");
	remount(MS_RDONLY);

	history_is_read();
	EXPECT_CAUSE(replace(by_id(fixture.spare), new), JOURNAL_UNWRITABLE, "another transaction");
	expect_remedy("--state-dir");
	EXPECT_CAUSE(cgswap_session_undo(NULL, session, NULL), JOURNAL_UNWRITABLE, "its undo");
	expect_remedy("remount,rw");
	EXPECT_CAUSE(cgswap_session_recover(NULL, session, NULL), JOURNAL_UNWRITABLE, "a recover");
	expect_remedy("remount,rw");
	EXPECT_CAUSE(cgswap_session_forget(session, 1), JOURNAL_UNWRITABLE, "a forget");
	expect_remedy("remount,rw");
	chain_is(fixture.cgroup.fd, EGRESS, &fixture.spare, 1, "nothing was changed");

	remount(0);
	expect_ok(cgswap_session_undo(NULL, session, NULL), "the undo when it is writable again");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 1, "the old program is attached");
	ok(state_dir_is_clean(), "nothing is left");
	umount2(state_dir(), MNT_DETACH);
	cgswap_program_unref(new);
	cgswap_session_unref(session);
	fixture_free(&fixture);
	return done_testing();
}
