/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `cgswap replace --keep-old` says how to take the transaction back, `cgswap history` lists it with what
 * is held, `cgswap undo` takes it back and shows its entries, and `cgswap forget` lets one go, each as
 * text and as JSON. A number that is none is wrong usage.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <jansson.h>
#include <stdio.h>

static struct fixture fixture;

/* The command before this one is freed. */
static struct command run(const char *words)
{
	static struct command last;
	char line[1024];

	snprintf(line, sizeof(line), "%s --state-dir %s", words, state_dir());
	command_free(&last);
	last = cgswap_line(line);
	return last;
}

static struct command replace(const char *options)
{
	char words[800];

	snprintf(words, sizeof(words), "replace %s egress %s %s --keep-old %s",
		 fixture.cgroup.path, by_id(fixture.progs[0]), by_id(fixture.spare), options);
	return run(words);
}

/* The number of the newest transaction. */
static long long newest(void)
{
	struct command command = run("history --json");
	json_t *json = command_json(&command), *first;
	long long id;

	first = json_array_get(json_object_get(json, "transactions"), 0);
	id = json_integer_value(json_object_get(first, "id"));
	json_decref(json);
	return id;
}

static void is_attached(int program, const char *name)
{
	chain_is(fixture.cgroup.fd, EGRESS, &program, 1, name);
}

int main(void)
{
	struct command command;
	char words[64];
	need_live();
	bpffs_private();
	fixture = fixture_new("undo", 1);

	command = run("history");
	is_int(command.status, 0, "an empty history");
	is_str(command.out, "The history has no transactions.\n", "it says so");
	command = run("history --json");
	is_str(command.out, "{\"transactions\": []}\n", "and in JSON");
	command = run("undo");
	is_int(command.status, 1, "nothing is held");
	has_str(command.err, "is held for an undo", "it says so");

	command = replace("");
	is_int(command.status, 0, "a replace that keeps the old program");
	command = run("history");
	has_str(command.out, "p0", "the history has the old program");
	has_str(command.out, "spare", "and the new one");
	has_str(command.out, "KiB", "and what is held");
	command = run("history --json");
	has_str(command.out, "\"held\": true", "in JSON too");
	has_str(command.out, "\"old_name\": \"p0\"", "with the change");

	command = run("undo");
	is_int(command.status, 0, "it is taken back");
	has_str(command.out, "has the old program", "the entry");
	has_str(command.out, "1 of 1 entries have the old program again.", "how many");
	is_attached(fixture.progs[0], "the old program is attached");
	command = run("history");
	has_str(command.out, "taken back by", "the history has it");
	has_str(command.out, "took back", "and the undo");

	command = replace("--json");
	has_str(command.out, "\"transaction_id\": ", "JSON has the number");
	snprintf(words, sizeof(words), "undo %lld --json", newest());
	command = run(words);
	is_int(command.status, 0, "an undo by its number");
	has_str(command.out, "\"state\": \"old\"", "JSON has the entry");
	is_attached(fixture.progs[0], "the old program is attached");

	command = replace("--keep 1");
	has_str(command.out, "`cgswap undo ", "the report says how to take it back");
	snprintf(words, sizeof(words), "forget %lld", newest());
	command = run(words);
	is_int(command.status, 0, "it is let go");
	has_str(command.out, "are held no longer", "it says so");
	command = run(words);
	is_int(command.status, 1, "again");
	command = run("undo first");
	is_int(command.status, 2, "a number that is none");
	has_str(command.err, "'first' is not the ", "it says so");
	is_int(run("forget").status, 2, "forget needs a number");
	is_int(run("history 7").status, 2, "history takes no argument");
	is_attached(fixture.spare, "the new program stays");
	fixture_free(&fixture);
	return done_testing();
}
