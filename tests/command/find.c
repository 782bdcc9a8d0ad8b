/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find prints where a program is, in tables and as JSON. If something could not be looked at, it says
 * so on standard error and in the JSON, prints the rest, and exits with 1.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static struct fixture fixture;
static char number[32];

/*
 * The test may not see all processes, which makes each result incomplete; but nothing else may.
 * True if the exit status and standard error agree with the result.
 */
static bool only_processes_lack(const struct command *command, const json_t *json)
{
	const json_t *unread = json_object_get(json, "unread"), *one;
	bool complete = json_array_size(unread) == 0, only = true;
	size_t i;

	json_array_foreach(unread, i, one)
		only &= !strcmp(json_string_value(json_object_get(one, "list")), "processes");
	return only && command->status == (complete ? 0 : 1) && !*command->err == complete &&
	       json_is_true(json_object_get(json, "complete")) == complete;
}

static json_t *list(const json_t *json, const char *name, size_t wanted)
{
	json_t *found = json_object_get(json, name);

	is_int(json_array_size(found), wanted, "%s: %zu", name, wanted);
	return json_array_get(found, 0);
}

static void json_of(int link, const char *pin)
{
	struct command command = cgswap_run("find", "--json", number, NULL);
	json_t *json = command_json(&command), *one;

	one = list(json, "programs", 1);
	is_str(json_string_value(json_object_get(one, "name")), "spare", "the name of the program");
	one = list(json, "entries", 1);
	is_str(json_string_value(json_object_get(one, "cgroup")), fixture.cgroup.path, "the cgroup");
	is_str(json_string_value(json_object_get(one, "attach_type")), "cgroup_inet_egress", "the attach type");
	is_int(json_integer_value(json_object_get(one, "position")), 1, "the position");
	is_int(json_integer_value(json_object_get(one, "link_id")), raw_link_id(link), "the link");
	list(json, "links", 1);
	one = list(json, "pins", 1);
	is_str(json_string_value(json_object_get(one, "path")), pin, "the pin");
	one = list(json, "processes", 2);
	is_int(json_integer_value(json_object_get(one, "id")), getpid(), "this process");
	ok(only_processes_lack(&command, json), "all but processes is complete");
	json_decref(json);
	command_free(&command);
}

static void text_of(const char *pin)
{
	struct command command = cgswap_run("find", number, NULL);
	char pid[16];

	sprintf(pid, "%d", (int)getpid());
	has_str(command.out, "spare", "the name");
	has_str(command.out, fixture.cgroup.path, "the cgroup");
	has_str(command.out, "egress", "the attach type");
	has_str(command.out, pin, "the pin");
	has_str(command.out, pid, "the process");
	command_free(&command);
}

static void nowhere(void)
{
	int prog = prog_pass(EGRESS, "nowhere");
	struct command command;

	snprintf(number, sizeof(number), "%u", raw_prog_id(prog));
	command = cgswap_run("find", number, NULL);
	has_str(command.out, "no chain has it", "no entry");
	has_str(command.out, "no pin names it", "no pin");
	command_free(&command);
	command = cgswap_run("find", "name:no_program_has_it", NULL);
	is_int(command.status, 1, "no such program");
	has_str(command.err, "no loaded program matches 'name:no_program_has_it'", "the message");
	command_free(&command);
	command = cgswap_run("find", "pos:1", NULL);
	is_int(command.status, 2, "a position is wrong usage");
	command_free(&command);
	close(prog);
}

static void incomplete(void)
{
	struct command command;
	json_t *json;

	/* exec() gives root all capabilities of the bounding set */
	if (prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0))
		bail_out("cannot drop CAP_SYS_ADMIN");
	command = cgswap_run("find", number, NULL);
	is_int(command.status, 1, "an incomplete result");
	has_str(command.err, "cgswap: find: not complete: ", "standard error says so");
	has_str(command.err, "CAP_SYS_ADMIN", "and why");
	has_str(command.out, fixture.cgroup.path, "the rest is printed");
	command_free(&command);
	command = cgswap_run("find", "-j", number, NULL);
	is_int(command.status, 1, "also with --json");
	json = command_json(&command);
	ok(json_is_false(json_object_get(json, "complete")), "it is marked");
	ok(json_array_size(json_object_get(json, "unread")) > 0, "with the reasons");
	json_decref(json);
	command_free(&command);
}

int main(void)
{
	const char *pin;
	int link;

	need_live();
	bpffs_private();
	fixture = fixture_new("find-command", 1);
	link = raw_link_create(fixture.cgroup.fd, fixture.spare, EGRESS, 0);
	pin = bpffs_pin(link, "its_link");
	snprintf(number, sizeof(number), "%u", raw_prog_id(fixture.spare));
	json_of(link, pin);
	text_of(pin);
	nowhere();
	snprintf(number, sizeof(number), "%u", raw_prog_id(fixture.spare));
	incomplete();
	raw_unpin(pin);
	chain_close_link(link, fixture.cgroup.fd, EGRESS);
	fixture_free(&fixture);
	return done_testing();
}
