/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transaction with a journal needs a directory for it and a bpffs. Without them its commit is
 * refused before anything changes, and the remedy says what to do.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

static struct fixture fixture;

static bool keep_old;

static enum cgswap_status commit(const char *directory)
{
	const struct cgswap_session_opts session_opts = { .sz = sizeof(session_opts),
							  .scratch_cgroup = live_scratch,
							  .state_dir = directory };
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts),
						  .journal = 1,
						  .keep_old = keep_old };
	enum cgswap_status status;
	cgswap_session *session;
	cgswap_replace *replace;
	cgswap_program *program;
	cgswap_chain *chain;

	status = cgswap_session_open(&session, &session_opts);
	if (status)
		return status;
	status = cgswap_replace_new(&replace, session, &opts);
	if (!status) {
		chain = live_chain(session, fixture.cgroup.path, "egress");
		program = live_program(session, fixture.spare);
		status = cgswap_replace_add(replace, chain, "name:p0", program, NULL);
		if (!status)
			status = cgswap_replace_commit(replace, NULL);
		cgswap_program_unref(program);
		cgswap_chain_unref(chain);
	}
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	return status;
}

static void expect_remedy(const char *part)
{
	has_str(cgswap_error_get_remedy(cgswap_last_error()), part, "its remedy");
}

int main(void)
{
	const struct cgswap_replace_opts backwards = { .sz = sizeof(backwards), .wait_ms = -1 };
	cgswap_replace *replace;
	struct raw_chain before;
	char path[128];
	FILE *file;

	need_live();
	bpffs_private();
	fixture = fixture_new("place", 1);
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(commit(NULL), BAD_ARGUMENT, "no state directory");
	EXPECT_CAUSE(commit("run"), BAD_ARGUMENT, "a relative path");
	EXPECT_CAUSE(cgswap_replace_new(&replace, fixture.session, &backwards), BAD_ARGUMENT,
		     "wait_ms -1");

	EXPECT_CAUSE(commit("/nowhere/below"), JOURNAL_UNWRITABLE, "its parent does not exist");
	expect_message("'/nowhere/below'");
	expect_remedy("create the directory");
	EXPECT_CAUSE(commit("/proc/1"), JOURNAL_UNWRITABLE, "a directory that takes no files");
	snprintf(path, sizeof(path), "%s/file", state_dir());
	file = fopen(path, "w");
	fclose(file);
	EXPECT_CAUSE(commit(path), JOURNAL_UNWRITABLE, "a file");

	file = fopen(state_dir_file("journal"), "w");
	fputs("transaction version=1 id=1\n", file);
	fclose(file);
	EXPECT_CAUSE(commit(state_dir()), JOURNAL_DAMAGED, "a journal without a checksum");
	expect_message("line 1 of");
	file = fopen(state_dir_file("journal"), "w");
	fclose(file);
	EXPECT_CAUSE(commit(state_dir()), JOURNAL_DAMAGED, "an empty journal");
	state_dir_clear();

	umount2(BPFFS, MNT_DETACH);
	while (umount2(BPFFS, MNT_DETACH) == 0)
		;
	EXPECT_CAUSE(commit(state_dir()), BPFFS_NOT_MOUNTED, "no bpffs");
	expect_remedy("mount -t bpf");
	expect_remedy("or keep no journal (--no-journal)");
	keep_old = true;
	EXPECT_CAUSE(commit(state_dir()), BPFFS_NOT_MOUNTED, "no bpffs, to hold the old programs");
	expect_remedy("leave out --keep-old, and keep no journal (--no-journal)");
	ok(!state_dir_has("journal") && !state_dir_has("journal.new"), "it leaves no journal");
	chain_untouched(fixture.cgroup.fd, EGRESS, &before, "nothing was changed");
	fixture_free(&fixture);
	return done_testing();
}
