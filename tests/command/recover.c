/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `cgswap recover` shows the transaction of a process that was killed, as text and as JSON, and ends
 * it. Without one it says so and succeeds.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct fixture fixture;
static bool keeps_old;

/* The command before this one is freed. */
static struct command recover(const char *options)
{
	static struct command last;
	char line[256];

	snprintf(line, sizeof(line), "recover --state-dir %s %s", state_dir(), options);
	command_free(&last);
	last = cgswap_line(line);
	return last;
}

static void run_and_die(void)
{
	const struct cgswap_session_opts session_opts = { .sz = sizeof(session_opts),
							  .scratch_cgroup = live_scratch,
							  .state_dir = state_dir() };
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1, .keep_old = keeps_old };
	size_t steps = 1;
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit),
						   .progress = killed_after_steps,
						   .user = &steps };
	cgswap_program *program;
	cgswap_session *session;
	cgswap_replace *replace;
	cgswap_chain *chain;

	if (cgswap_session_open(&session, &session_opts) ||
	    cgswap_replace_new(&replace, session, &opts))
		_exit(1);
	chain = live_chain(session, fixture.cgroup.path, "egress");
	program = live_program(session, fixture.spare);
	cgswap_replace_add(replace, chain, "name:p0", program, NULL);
	program = live_program(session, fixture.progs[3]);
	cgswap_replace_add(replace, chain, "name:p1", program, NULL);
	cgswap_replace_commit(replace, &commit);
	_exit(1);
}

/* Another process's command line may have any character; a terminal must not get it. */
static char *program_name;

static void leave_one(void)
{
	pid_t pid = fork();

	if (!pid) {
		*program_name = '\033';
		run_and_die();
	}
	killed_child(pid);
}

/* The history has it too, and refusals name the command with its directory. */
static void others_tell(void)
{
	struct command command = cgswap_run("history", "--state-dir", state_dir(), NULL);
	char text[160];

	is_int(command.status, 0, "a history");
	has_str(command.out, "not ended", "it shows that one has not ended");
	command_free(&command);
	command = cgswap_run("history", "--json", "--state-dir", state_dir(), NULL);
	has_str(command.out, "\"ended\": null", "JSON says so");
	has_str(command.out, "\"of_this_boot\": true", "and that the machine was not shut down");
	command_free(&command);
	command = cgswap_run("undo", "--state-dir", state_dir(), NULL);
	is_int(command.status, 1, "an undo is refused");
	snprintf(text, sizeof(text), "`cgswap recover --state-dir %s`", state_dir());
	has_str(command.err, text, "the hint has the whole command");
	command_free(&command);
}

/* One that was made with --keep-old is held when it is finished, and the undo that is printed works. */
static void finish_and_keep(void)
{
	struct command command;
	unsigned long long id;
	const char *printed;
	char number[24];

	keeps_old = true;
	leave_one();
	command = recover("--finish");
	is_int(command.status, 0, "one that holds the old programs is finished");
	has_str(command.out, "the old programs are held; this takes the transaction back:\n  cgswap undo ",
		"it says how to take it back");
	printed = strstr(command.out, "  cgswap undo ");
	if (!printed || sscanf(printed, "  cgswap undo %llu --state-dir", &id) != 1)
		id = 0;
	snprintf(number, sizeof(number), "%llu", id);
	command = cgswap_run("undo", number, "--state-dir", state_dir(), NULL);
	if (!is_int(command.status, 0, "the command works"))
		diag("%s", command.err);
	command_free(&command);
}

int main(int argc, char **argv)
{
	const int all_new[] = { 4, 3, 2 }, all_old[] = { 0, 1, 2 };
	struct command command;
	char text[160];
	int wanted[3];

	(void)argc;
	program_name = argv[0];
	need_live();
	bpffs_private();
	fixture = fixture_new("recover", 4);
	fixture.progs[4] = fixture.spare;
	raw_detach(fixture.cgroup.fd, fixture.progs[3], EGRESS);

	command = recover("");
	is_int(command.status, 0, "nothing is unfinished");
	snprintf(text, sizeof(text), "No transaction in '%s' is unfinished.\n", state_dir());
	is_str(command.out, text, "it says so, and where it looked");
	command = recover("--json");
	is_str(command.out, "{\"transaction\": null}\n", "and in JSON");

	leave_one();
	command = recover("");
	is_int(command.status, 0, "it is shown");
	has_str(command.out, "Transaction ", "whose it is");
	has_str(command.out, ", which process ", "and its process");
	has_str(command.out, "(\\x1b", "its command line is escaped");
	ok(!strchr(command.out, '\033'), "and not printed as it is");
	has_str(command.out, fixture.cgroup.path, "the cgroup");
	has_str(command.out, "has the new program", "the first step");
	has_str(command.out, "has the old program", "the second step");
	has_str(command.out, "1 of 2 entries have the new program, and 1 the old one.", "how many");
	snprintf(text, sizeof(text), "\n  cgswap recover --finish --state-dir %s\n", state_dir());
	has_str(command.out, text, "the whole command that finishes it, on a line of its own");
	snprintf(text, sizeof(text), "\n  cgswap recover --undo --state-dir %s\n", state_dir());
	has_str(command.out, text, "and the one that takes it back");
	others_tell();
	command = recover("--json --list");
	has_str(command.out, "\"state\": \"new\"", "JSON has the state of the first step");
	has_str(command.out, "\"old_name\": \"p1\"", "and the program of the second");
	has_str(command.out, "\"ended\": null", "and that it has not ended");
	command = recover("--finish --undo");
	is_int(command.status, 2, "both directions");

	command = recover("--finish");
	is_int(command.status, 0, "it is finished");
	has_str(command.out, "2 of 2 entries have the new program.", "all have the new one");
	ok(!strstr(command.out, "undo"), "no undo is offered for programs that are not held");
	for (int i = 0; i < 3; i++)
		wanted[i] = fixture.progs[all_new[i]];
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 3, "the chain has the new programs");
	raw_replace(fixture.cgroup.fd, fixture.progs[0], fixture.progs[4], EGRESS,
		    RAW_MULTI | RAW_REPLACE);
	raw_replace(fixture.cgroup.fd, fixture.progs[1], fixture.progs[3], EGRESS,
		    RAW_MULTI | RAW_REPLACE);

	leave_one();
	command = recover("--undo --json");
	is_int(command.status, 0, "another one is undone");
	has_str(command.out, "\"state\": \"old\"", "all have the old one");
	for (int i = 0; i < 3; i++)
		wanted[i] = fixture.progs[all_old[i]];
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 3, "the chain has the old programs");
	finish_and_keep();
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 3, "the chain has the old programs again");
	fixture_free(&fixture);
	return done_testing();
}
