/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While a transaction with a journal runs in another process, a second one is refused with
 * transaction_busy, which names that process, or waits for it. When that process has died in the
 * middle, it is refused with transaction_unfinished until a recover. Both come before anything else
 * that is wrong. A transaction without a journal goes on in both cases, and warns if its entry is one of
 * the unfinished transaction.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fixture fixture;
static cgswap_session *session;
static int told[2], asked[2];
static unsigned warnings;

static enum cgswap_status replace(const char *old, int new, uint32_t journal, int32_t wait_ms,
				  cgswap_progress_fn progress)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = journal,
						  .wait_ms = wait_ms };
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit), .progress = progress };
	cgswap_program *program = live_program(session, new);
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	enum cgswap_status status;
	cgswap_replace *replace;

	status = cgswap_replace_new(&replace, session, &opts);
	if (!status)
		status = cgswap_replace_add(replace, chain, old, program, NULL);
	if (!status && progress)
		status = cgswap_replace_add(replace, chain, "name:p1", program, NULL);
	if (!status)
		status = cgswap_replace_commit(replace, &commit);
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	cgswap_program_unref(program);
	return status;
}

/* In the child: says that it is before its last step, and goes on when the pipe is closed. */
static int pause_at_last(size_t done, size_t total, void *user)
{
	char byte = 0;

	(void)user;
	if (done + 1 < total)
		return 0;
	if (write(told[1], &byte, 1) != 1)
		return 1;
	return read(asked[0], &byte, 1) < 0;
}

static pid_t start(void)
{
	char byte;
	pid_t pid;

	if (pipe(told) || pipe(asked))
		bail_out("pipe");
	pid = fork();
	if (!pid) {
		close(asked[1]);
		/* two steps, of which the second fails: the program is attached already */
		replace("name:p0", fixture.spare, 1, 0, pause_at_last);
		_exit(0);
	}
	if (read(told[0], &byte, 1) != 1)
		bail_out("the child does not begin");
	return pid;
}

static void end(pid_t pid)
{
	close(asked[1]);
	while (waitpid(pid, NULL, 0) < 0)
		;
	close(told[0]);
	close(told[1]);
	close(asked[0]);
}

static void count_warning(int level, const char *line, void *user)
{
	(void)user;
	warnings += level == CGSWAP_LOG_WARNING && strstr(line, "is an entry of transaction") != NULL;
}

static void open_it(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .scratch_cgroup = live_scratch,
						  .state_dir = state_dir() };

	if (cgswap_session_open(&session, &opts) ||
	    cgswap_session_set_log(session, count_warning, NULL, NULL))
		bail_out("no session");
}

int main(void)
{
	const struct cgswap_recover_opts undo = { .sz = sizeof(undo),
						  .action = CGSWAP_RECOVER_UNDO };
	const struct cgswap_recover_opts unknown = { .sz = sizeof(unknown), .action = 3 };
	const struct cgswap_recover_opts backwards = { .sz = sizeof(backwards), .wait_ms = -1 };
	cgswap_journal *journal;
	char text[64];
	pid_t pid;
	int other, third;

	need_live();
	bpffs_private();
	fixture = fixture_new("held", 3);
	other = prog_pass(EGRESS, "other");
	third = prog_pass(EGRESS, "third");
	open_it();

	pid = start();
	EXPECT_CAUSE(replace("name:p2", other, 1, 0, NULL), TRANSACTION_BUSY, "a second transaction");
	EXPECT_CAUSE(replace("name:nothing", other, 1, 0, NULL), TRANSACTION_BUSY,
		     "one whose program is not attached either");
	snprintf(text, sizeof(text), "process %d (held_by_others", pid);
	expect_message(text);
	EXPECT_CAUSE(cgswap_session_recover(NULL, session, NULL), TRANSACTION_BUSY, "a recover");
	expect_ok(replace("name:p2", other, 0, 0, NULL), "one without a journal goes on");
	expect_ok(replace("name:other", fixture.progs[2], 0, 0, NULL), "and back");
	kill(pid, SIGKILL);
	end(pid);

	EXPECT_CAUSE(replace("name:p2", other, 1, 0, NULL), TRANSACTION_UNFINISHED,
		     "the process has died");
	expect_message("did not finish it");
	EXPECT_CAUSE(replace("name:nothing", other, 1, 0, NULL), TRANSACTION_UNFINISHED,
		     "also if the program is not attached");
	expect_ok(replace("name:p2", other, 0, 0, NULL), "one without a journal goes on");
	is_int(warnings, 0, "and says nothing of an entry that the journal does not have");
	expect_ok(replace("name:p1", third, 0, 0, NULL), "so does one of an entry that it has");
	is_int(warnings, 1, "with a warning");
	expect_ok(replace("name:third", fixture.progs[1], 0, 0, NULL), "and back");
	expect_ok(cgswap_session_recover(&journal, session, NULL), "a recover that lists");
	is_int(cgswap_journal_get_pid(journal), pid, "the process");
	is_int(cgswap_journal_get_length(journal), 2, "two steps");
	is_int(cgswap_journal_get_step_state(journal, 0), CGSWAP_ENTRY_NEW, "the first was done");
	is_int(cgswap_journal_get_step_state(journal, 1), CGSWAP_ENTRY_OLD, "the second was not");
	is_str(cgswap_journal_get_step_cgroup(journal, 0), fixture.cgroup.path, "its cgroup");
	is_str(cgswap_journal_get_step_attach_type(journal, 1), "cgroup_inet_egress", "its type");
	is_str(cgswap_journal_get_step_old_name(journal, 0), "p0", "the old program");
	is_str(cgswap_journal_get_step_new_name(journal, 0), "spare", "the new program");
	cgswap_journal_unref(journal);
	EXPECT_CAUSE(cgswap_session_recover(NULL, session, &unknown), BAD_ARGUMENT, "action 3");
	EXPECT_CAUSE(cgswap_session_recover(NULL, session, &backwards), BAD_ARGUMENT, "wait_ms -1");
	expect_ok(cgswap_session_recover(&journal, session, &undo), "a recover that undoes");
	is_int(cgswap_journal_get_step_state(journal, 0), CGSWAP_ENTRY_OLD, "the first is undone");
	cgswap_journal_unref(journal);
	expect_ok(cgswap_session_recover(&journal, session, &undo), "again");
	is_int(cgswap_journal_get_id(journal), 0, "nothing is unfinished");
	cgswap_journal_unref(journal);
	expect_ok(replace("name:other", fixture.progs[2], 1, 0, NULL), "now there may be a journal");

	pid = start();
	close(asked[1]);
	expect_ok(replace("name:p2", other, 1, 60 * 1000, NULL), "a transaction waits for the other");
	asked[1] = -1;
	end(pid);
	cgswap_session_unref(session);
	raw_close(other);
	raw_close(third);
	fixture_free(&fixture);
	return done_testing();
}
