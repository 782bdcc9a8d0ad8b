/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `cgswap clean` without a privilege says which one is missing, and does not say that it would succeed,
 * or that nothing is left, where it cannot see. It names the transaction that a killed process has
 * left, and the command for it.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/fixture.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHER_USER = 65534 };

static const uint64_t no_query = 1ULL << CAP_NET_ADMIN | 1ULL << CAP_SYS_ADMIN;
static const uint64_t no_override = 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_DAC_READ_SEARCH;

static struct fixture fixture;

/* A swap of a pin that was interrupted: the attached program is in the temporary pin. */
static void leave_swap(void)
{
	char temp[200];

	snprintf(temp, sizeof(temp), BPFFS "/left/cgswap_p%u_p%u_web", raw_prog_id(fixture.progs[0]),
		 raw_prog_id(fixture.spare));
	if (mkdir(BPFFS "/left", 0700) || raw_pin(fixture.spare, BPFFS "/left/web") ||
	    raw_pin(fixture.progs[0], temp))
		bail_out("cannot pin");
}

static void lacks(const char *capability)
{
	static const char *const lines[] = { "clean --dry-run", "clean" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct command command = cgswap_line(lines[i]);

		is_int(command.status, 1, "%s without %s: something stays", lines[i], capability);
		has_str(command.out, capability, "the reason names the capability");
		ok(!strstr(command.out, "would succeed"), "it does not say that it would succeed");
		ok(i || strstr(command.out, " would stay; nothing was changed\n"), "a dry run counts what stays");
		command_free(&command);
	}
}

static void without_net_admin(void)
{
	drop_bounding_capabilities(no_query);
	lacks("CAP_NET_ADMIN");
}

/* The bpffs is another user's. */
static void without_directory(void)
{
	struct command command;

	drop_bounding_capabilities(no_override);
	command = cgswap_line("clean");
	is_int(command.status, 1, "a bpffs that cannot be read");
	has_str(command.err, "cgswap: clean: not complete: this user may not read the pins in '" BPFFS
			     "': run this as root\n",
		"it says so");
	ok(!strstr(command.out, "no killed process"), "and not that nothing is left");
	command_free(&command);
	command = cgswap_line("clean --json --dry-run");
	has_str(command.out, "\"unread\": [\"this user may not read ", "JSON has it too");
	command_free(&command);
}

/* In the default state directory, which the command has: a private one. */
static void unfinished(void)
{
	const struct cgswap_session_opts session_opts = { .sz = sizeof(session_opts),
							  .scratch_cgroup = live_scratch,
							  .state_dir = "/run/cgswap" };
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	struct command command = cgswap_line("clean");
	size_t steps = 1;
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit),
						   .progress = killed_after_steps,
						   .user = &steps };
	pid_t pid;

	ok(!strstr(command.out, "unfinished"), "no transaction is unfinished");
	command_free(&command);
	pid = fork();
	if (!pid) {
		cgswap_session *session;
		cgswap_replace *replace;
		cgswap_chain *chain;

		if (cgswap_session_open(&session, &session_opts) ||
		    cgswap_replace_new(&replace, session, &opts))
			_exit(1);
		chain = live_chain(session, fixture.cgroup.path, "egress");
		cgswap_replace_add(replace, chain, "name:p0", live_program(session, fixture.spare), NULL);
		cgswap_replace_add(replace, chain, "name:p1", live_program(session, prog_pass(EGRESS, "other")),
				   NULL);
		cgswap_replace_commit(replace, &commit);
		_exit(1);
	}
	killed_child(pid);
	command = cgswap_line("clean");
	is_int(command.status, 0, "clean beside an unfinished transaction");
	has_str(command.out, " of a killed process is unfinished: `cgswap recover` shows it\n",
		"it says so, with the command");
	command_free(&command);
	command = cgswap_line("clean --json");
	has_str(command.err, "`cgswap recover`", "beside JSON it is on stderr");
	command_free(&command);
}

int main(void)
{
	need_live();
	bpffs_private();
	fixture = fixture_new("unprivileged", 2);
	leave_swap();
	without_capabilities(no_query, without_net_admin);
	if (chown(BPFFS, OTHER_USER, OTHER_USER))
		bail_out("cannot give the bpffs away");
	without_capabilities(no_override, without_directory);
	if (chown(BPFFS, 0, 0) || mount("cgswap-test", "/run", "tmpfs", 0, NULL))
		bail_out("no private /run");
	unfinished();
	fixture_free(&fixture);
	return done_testing();
}
