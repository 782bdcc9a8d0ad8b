/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find names another process that has a program open, and by which object. A process that it may
 * not look into makes the result incomplete.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fixture fixture;

/* A child that has the program open; the caller closes its own descriptor. */
static pid_t keeper(const char *name)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		bail_out("no pipe");
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ready[0]);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		bail_out("no child");
	close(ready[0]);
	return pid;
}

static void without_ptrace(void)
{
	cgswap_session *session = live_session();
	cgswap_find *find;
	bool said = false;

	expect_ok(cgswap_find_open(&find, session, "name:kept_by_child", CGSWAP_FIND_PROCESSES), "find");
	for (size_t i = 0; i < cgswap_find_get_unread_count(find); i++)
		said |= !strcmp(cgswap_find_get_unread_list(find, i), "processes") &&
			strstr(cgswap_find_get_unread_reason(find, i), "the descriptors of process");
	ok(said, "processes that cannot be looked into are told");
	cgswap_find_unref(find);
	cgswap_session_unref(session);
}

int main(void)
{
	cgswap_find *find;
	pid_t child;
	uint32_t id;
	int prog;

	need_live();
	fixture = fixture_new("find-other", 1);
	prog = prog_pass(EGRESS, "kept_by_child");
	id = raw_prog_id(prog);
	child = keeper("the keeper");
	close(prog);
	expect_ok(cgswap_find_open(&find, fixture.session, "name:kept_by_child", CGSWAP_FIND_PROCESSES),
		  "find");
	is_int(cgswap_find_get_process_count(find), 1, "one process");
	is_int(cgswap_find_get_process_id(find, 0), child, "the child");
	is_str(cgswap_find_get_process_command(find, 0), "the keeper", "its name");
	is_int(cgswap_find_get_process_program_id(find, 0), id, "the program");
	cgswap_find_unref(find);
	/* the child has more capabilities than this part of the test */
	without_capabilities(1ULL << CAP_SYS_PTRACE, without_ptrace);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	fixture_free(&fixture);
	return done_testing();
}
