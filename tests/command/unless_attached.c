/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `attach --unless-attached` does nothing if a program of the same name and tag is attached, and
 * attaches it otherwise. --quiet prints nothing.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <unistd.h>

static struct scratch cgroup;

static void attaches(int program, const char *what, const char *said)
{
	struct command command = cgswap_run("attach", cgroup.path, "egress", by_id(program),
					    "--unless-attached", NULL);

	if (!is_int(command.status, 0, "%s: exits with 0", what))
		diag("%s", command.err);
	if (said)
		has_str(command.out, said, "it says so");
	command_free(&command);
}

int main(void)
{
	int progs[3];
	struct command command;

	need_live();
	cgroup = scratch_new("unless");
	progs[0] = prog_pass(EGRESS, "fw");
	progs[1] = prog_egress_only("fw");
	progs[2] = prog_pass(EGRESS, "count");
	attaches(progs[0], "the first time", NULL);
	chain_is(cgroup.fd, EGRESS, progs, 1, "it is attached");
	attaches(progs[0], "the second time", "already attached: nothing was changed");
	attaches(prog_pass(EGRESS, "fw"), "the same program, loaded again", "already attached");
	chain_is(cgroup.fd, EGRESS, progs, 1, "nothing was changed");
	attaches(progs[1], "a program with another tag", NULL);
	attaches(progs[2], "a program with another name", NULL);
	chain_is(cgroup.fd, EGRESS, progs, 3, "all are attached");

	command = cgswap_run("detach", cgroup.path, "egress", "count", "--quiet", NULL);
	is_int(command.status, 0, "detach --quiet");
	is_str(command.out, "", "it prints nothing");
	is_str(command.err, "", "nor on stderr");
	command_free(&command);
	command = cgswap_run("detach", cgroup.path, "egress", "count", "--quiet", NULL);
	is_int(command.status, 1, "detach --quiet fails");
	has_str(command.err, "count", "an error is printed");
	command_free(&command);
	chain_is(cgroup.fd, EGRESS, progs, 2, "it was detached");
	scratch_remove(&cgroup);
	close(cgroup.fd);
	return done_testing();
}
