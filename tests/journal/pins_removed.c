/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If the pins that held the programs of a transaction were removed, and with them the programs, an undo
 * or a recover that needs these is refused and changes nothing. The hint says what can be done: to
 * attach the old version again and let the transaction go, or to end it in the other direction.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CGROUPS = 2 };

static struct scratch cgroups[CGROUPS];
static int old, new;
static cgswap_session *session;

static void attach_old(void)
{
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	for (int i = 0; i < CGROUPS; i++) {
		cgroups[i] = scratch_new(i ? "removed1" : "removed0");
		if (raw_attach(cgroups[i].fd, old, EGRESS, RAW_MULTI))
			bail_out("no chain");
	}
}

static void remove_cgroups(void)
{
	for (int i = 0; i < CGROUPS; i++) {
		scratch_remove(&cgroups[i]);
		raw_close(cgroups[i].fd);
	}
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)status;
	(void)type;
	return at->level ? remove(path) : 0;
}

/* Removes all pins, and waits until the kernel has freed a program that only they held. */
static void remove_pins(uint32_t freed)
{
	int fd;

	nftw(BPFFS, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	while ((fd = raw_prog_open(freed)) >= 0) {
		raw_close(fd);
		usleep(10000);
	}
}

static void hint_has(const char *part, const char *name)
{
	has_str(cgswap_error_get_remedy(cgswap_last_error()), part, "%s", name);
}

static void undo(void)
{
	struct cgswap_undo_opts opts = { .sz = sizeof(opts) };
	struct raw_chain before;
	char command[64];
	uint32_t freed;

	attach_old();
	opts.id = killed_replace(session, cgroups, CGROUPS, new, NULL);
	freed = raw_prog_id(old);
	raw_close(old);
	remove_pins(freed);
	before = chain_now(cgroups[0].fd, EGRESS);
	EXPECT_CAUSE(cgswap_session_undo(NULL, session, &opts), PROGRAM_NOT_FOUND, "an undo");
	expect_message("(old) of transaction ");
	expect_message(" is not loaded any more: its pin '/sys/fs/bpf/");
	hint_has("attach the old version from its object file with a replace", "the old version is needed");
	snprintf(command, sizeof(command), "`cgswap forget %llu --state-dir ", (unsigned long long)opts.id);
	hint_has(command, "and a forget lets the transaction go");
	chain_untouched(cgroups[0].fd, EGRESS, &before, "nothing is changed");
	expect_ok(cgswap_session_forget(session, opts.id), "the forget works");
	ok(state_dir_is_clean(), "nothing is left");
	remove_cgroups();
	raw_close(new);
}

static enum cgswap_status recover(enum cgswap_recover action)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = action };

	return cgswap_session_recover(NULL, session, &opts);
}

/* One of the two programs is still attached where it is to be replaced; the other is freed. */
static void unfinished(enum cgswap_recover action, const char *name, const char *other_name,
		       enum cgswap_recover other)
{
	bool back = action == CGSWAP_RECOVER_UNDO;
	struct raw_chain before;
	uint32_t freed;

	attach_old();
	killed_replace_once(cgroups, CGROUPS, new);
	freed = raw_prog_id(back ? old : new);
	/* without the library: its entry has another program by now */
	if (raw_detach(cgroups[back ? 1 : 0].fd, back ? old : new, EGRESS))
		bail_out("no detach");
	raw_close(back ? old : new);
	remove_pins(freed);
	before = chain_now(cgroups[back ? 0 : 1].fd, EGRESS);
	EXPECT_CAUSE(recover(action), PROGRAM_NOT_FOUND, "%s", name);
	expect_message(" is not loaded any more: its pin '/sys/fs/bpf/");
	hint_has(other_name, "the other direction works");
	chain_untouched(cgroups[back ? 0 : 1].fd, EGRESS, &before, "nothing is changed");
	expect_ok(recover(other), "it does");
	ok(state_dir_is_clean(), "nothing is left");
	raw_close(back ? new : old);
	remove_cgroups();
}

int main(void)
{
	need_live();
	bpffs_private();
	session = state_dir_session();
	undo();
	unfinished(CGSWAP_RECOVER_UNDO, "a recover with --undo", "`cgswap recover --finish --state-dir ",
		   CGSWAP_RECOVER_FINISH);
	unfinished(CGSWAP_RECOVER_FINISH, "a recover with --finish", "`cgswap recover --undo --state-dir ",
		   CGSWAP_RECOVER_UNDO);
	cgswap_session_unref(session);
	return done_testing();
}
