/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process that has another bpffs, or none, cannot remove the pins of a transaction: a recover, an
 * undo and a forget are refused there, change nothing and keep the record. Where the pins can be
 * seen, each goes on.
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
static int old, new;
static cgswap_session *session;

static enum cgswap_status recover(enum cgswap_recover action)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = action };

	return cgswap_session_recover(NULL, session, &opts);
}

static enum cgswap_status undo(uint64_t id)
{
	const struct cgswap_undo_opts opts = { .sz = sizeof(opts), .id = id };

	return cgswap_session_undo(NULL, session, &opts);
}

/* Another filesystem over the bpffs; the mount namespace is that of this test. */
static void hide_by(const char *type)
{
	if (mount("none", BPFFS, type, 0, NULL))
		bail_out("no %s: %s", type, strerror(errno));
}

static void show_again(void)
{
	if (umount(BPFFS))
		bail_out("umount: %s", strerror(errno));
}

static void held(uint64_t id, const char *type)
{
	struct raw_chain before = chain_now(cgroups[0].fd, EGRESS);

	hide_by(type);
	EXPECT_CAUSE(cgswap_session_forget(session, id), BPFFS_NOT_MOUNTED, "a forget, %s", type);
	EXPECT_CAUSE(undo(id), BPFFS_NOT_MOUNTED, "an undo, %s", type);
	chain_untouched(cgroups[0].fd, EGRESS, &before, "nothing is changed");
	show_again();
}

static void unfinished(const char *type)
{
	struct raw_chain before = chain_now(cgroups[0].fd, EGRESS);

	hide_by(type);
	EXPECT_CAUSE(recover(CGSWAP_RECOVER_UNDO), BPFFS_NOT_MOUNTED, "undo, %s", type);
	EXPECT_CAUSE(recover(CGSWAP_RECOVER_FINISH), BPFFS_NOT_MOUNTED, "finish, %s", type);
	expect_ok(recover(CGSWAP_RECOVER_LIST), "a list, %s", type);
	ok(state_dir_has("journal"), "the journal is still there");
	chain_untouched(cgroups[0].fd, EGRESS, &before, "nothing is changed");
	show_again();
}

int main(void)
{
	uint64_t id;

	need_live();
	bpffs_private();
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	for (int i = 0; i < CGROUPS; i++) {
		cgroups[i] = scratch_new(i ? "other1" : "other0");
		if (raw_attach(cgroups[i].fd, old, EGRESS, RAW_MULTI))
			bail_out("no chain");
	}
	session = state_dir_session();

	id = killed_replace(session, cgroups, CGROUPS, new, NULL);
	held(id, "bpf");
	held(id, "tmpfs");
	ok(state_dir_count_pins(), "the pins are still there");
	expect_ok(undo(id), "an undo where they can be seen");
	chain_is(cgroups[0].fd, EGRESS, &old, 1, "the old program is back");
	ok(state_dir_is_clean(), "no pin is left");

	id = killed_replace(session, cgroups, CGROUPS, new, NULL);
	held(id, "bpf");
	expect_ok(cgswap_session_forget(session, id), "a forget where they can be seen");
	ok(state_dir_is_clean(), "no pin is left");
	chain_is(cgroups[0].fd, EGRESS, &new, 1, "the new program stays");
	for (int i = 0; i < CGROUPS; i++)
		if (raw_replace(cgroups[i].fd, old, new, EGRESS, RAW_MULTI | RAW_REPLACE))
			bail_out("no replace");

	killed_replace_once(cgroups, CGROUPS, new);
	unfinished("bpf");
	unfinished("tmpfs");
	expect_ok(recover(CGSWAP_RECOVER_UNDO), "an undo where they can be seen");
	chain_is(cgroups[0].fd, EGRESS, &old, 1, "the old program is back");
	ok(state_dir_is_clean(), "nothing is left");
	cgswap_session_unref(session);
	raw_close(old);
	raw_close(new);
	return done_testing();
}
