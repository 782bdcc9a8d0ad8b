/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program with other constants has the same name and tag. `attach --unless-attached` with --constant
 * refuses if the attached one has another value, and does not say that there is nothing to do.
 */
#include "../lib/attach_types.h"
#include "../lib/chains.h"
#include "../lib/command.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

static struct map_fixture fixture;

static void runs(const char *constant, int exits, const char *out, const char *err)
{
	struct command command = cgswap_run("attach", fixture.cgroup.path, "egress",
					    constant_fixture_object("gate_v1"), "--unless-attached",
					    constant ? "--constant" : NULL, constant, NULL);

	is_int(command.status, exits, "%s: the exit status", constant ? constant : "nothing given");
	has_str(command.out, out, "the output");
	has_str(command.err, err, "the error");
	command_free(&command);
}

int main(void)
{
	struct raw_chain before;

	need_live();
	fixture = constant_fixture_new("unless_constants", "gate_v1", CHOICES("limit=6"));
	before = chain_now(fixture.cgroup.fd, EGRESS);
	runs("limit=6", 0, "already attached: nothing was changed", "");
	runs("limit=7", 1, "", "is attached with other constants: 'limit' is 6, and 7 was given");
	runs("limit=7", 1, "", "replace it (cgswap replace ");
	runs(NULL, 0, "already attached: nothing was changed", "");
	chain_untouched(fixture.cgroup.fd, EGRESS, &before, "nothing was changed");
	map_fixture_free(&fixture);
	return done_testing();
}
