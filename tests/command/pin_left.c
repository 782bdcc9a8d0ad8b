/* SPDX-License-Identifier: BSD-2-Clause */
/* A replace without --pin names the pins that still name the replaced program. */
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct scratch cgroup;

static struct command replace(int old, int new, const char *option)
{
	struct command command;
	char selector[32];

	snprintf(selector, sizeof(selector), "%s", by_id(old));
	command = cgswap_run("replace", cgroup.path, "egress", selector, by_id(new), option, NULL);
	if (!is_int(command.status, 0, "replace"))
		diag("%s", command.err);
	return command;
}

int main(void)
{
	int one, two;
	struct command command;
	const char *pin;
	char with_pin[600];

	need_live();
	bpffs_private();
	cgroup = scratch_new("pin-left");
	one = prog_pass(EGRESS, "one");
	two = prog_pass(EGRESS, "two");
	raw_attach(cgroup.fd, one, EGRESS, RAW_MULTI);
	pin = bpffs_pin(one, "firewall");
	command = replace(one, two, NULL);
	has_str(command.out, pin, "the pin is named");
	has_str(command.out, "still names the old program", "the sentence");
	command_free(&command);
	command = replace(two, one, NULL);
	ok(!strstr(command.out, "still names"), "no pin names the other program");
	command_free(&command);
	snprintf(with_pin, sizeof(with_pin), "--pin=%s", pin);
	command = replace(one, two, with_pin);
	ok(!strstr(command.out, "still names"), "with --pin the pin names the new program");
	command_free(&command);
	chain_is(cgroup.fd, EGRESS, &two, 1, "the new program is attached");
	scratch_remove(&cgroup);
	close(cgroup.fd);
	return done_testing();
}
