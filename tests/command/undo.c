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
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* The candidates for the first argument of a command. */
static struct command complete(const char *name)
{
	static struct command last;

	command_free(&last);
	last = cgswap_run("complete", name, "--state-dir", state_dir(), "", NULL);
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

/* Without the library. */
static void attach_old_again(void)
{
	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	if (raw_attach(fixture.cgroup.fd, fixture.progs[0], EGRESS, RAW_MULTI))
		bail_out("cannot attach");
}

/* A directory that does not exist holds nothing, and no command makes it. */
static void no_directory(void)
{
	static const char *const words[] = { "undo", "undo 7", "forget 7" };
	char line[128], path[64];

	snprintf(path, sizeof(path), "/tmp/cgswap-test-no-state-%d", getpid());
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct command command;

		snprintf(line, sizeof(line), "%s --state-dir %s", words[i], path);
		command = cgswap_line(line);
		is_int(command.status, 1, "%s without a state directory", words[i]);
		has_str(command.err, "held for an undo", "nothing is held");
		ok(access(path, F_OK), "the directory was not made");
		command_free(&command);
	}
}

/* A directory that a command only reads is not called unwritable, and the command has the remedy. */
static void other_user(void)
{
	static const char *const words[] = { "history", "undo", "forget 7", "recover" };
	char *program = build_path("tools/cgswap");
	bool reachable = access(program, X_OK) == 0;

	free(program);
	if (!reachable) {
		skip("the build directory is closed to other users");
		return;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct command command = run(words[i]);

		is_int(command.status, 1, "%s of another user", words[i]);
		has_str(command.err, "cannot be read: EACCES", "it says why");
		ok(!strstr(command.err, "--no-journal"), "without a remedy that it lacks");
	}
}

static void usage(void)
{
	static const char *const wrong[] = {
		"undo 0",       "undo -- -1",      "undo 1 2",
		"undo 7x",      "forget 0",        "forget 99999999999999999999",
		"undo --keep 1", "forget 7 --wait", "history --old-maps",
	};
	struct command command;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		command = cgswap_line(wrong[i]);
		is_int(command.status, 2, "%s: wrong usage", wrong[i]);
		command_free(&command);
	}
	command = replace("--keep 0");
	is_int(command.status, 2, "--keep 0");
	has_str(command.err, "--keep is '0'; expected a number from 1 to 4294967295", "it says so");
	command = replace("--no-journal");
	is_int(command.status, 2, "--keep-old without a journal");
	has_str(command.err, "--keep-old and --no-journal cannot be given together", "it says so");
	is_attached(fixture.progs[0], "nothing was changed");
}

/* The table has the memory that JSON has, in KiB. */
static void is_held_memory(const char *text_of_last)
{
	char *table = strdup(text_of_last); /* the next command frees it */
	struct command command = run("history --json");
	json_t *json = command_json(&command), *first;
	char memory[32];

	first = json_array_get(json_object_get(json, "transactions"), 0);
	snprintf(memory, sizeof(memory), " %lld KiB ",
		 ((long long)json_integer_value(json_object_get(first, "memory")) + 1023) / 1024);
	has_str(table, memory, "the memory in KiB");
	json_decref(json);
	free(table);
}

int main(void)
{
	struct command command;
	char words[800];

	need_live();
	bpffs_private();
	fixture = fixture_new("undo", 1);

	command = run("history");
	is_int(command.status, 0, "an empty history");
	snprintf(words, sizeof(words), "The history in '%s' has no transactions.\n", state_dir());
	is_str(command.out, words, "it says so, and where it looked");
	command = run("history --json");
	is_str(command.out, "{\"transactions\": []}\n", "and in JSON");
	command = run("undo");
	is_int(command.status, 1, "nothing is held");
	has_str(command.err, "is held for an undo", "it says so");
	no_directory();
	as_nobody(other_user);
	usage();

	command = replace("");
	is_int(command.status, 0, "a replace that keeps the old program");
	command = run("history");
	has_str(command.out, "p0", "the history has the old program");
	has_str(command.out, "spare", "and the new one");
	has_str(command.out, "KiB", "and what is held");
	is_held_memory(command.out);
	command = run("history --json");
	has_str(command.out, "\"held\": true", "in JSON too");
	has_str(command.out, "\"old_name\": \"p0\"", "with the change");

	snprintf(words, sizeof(words), "%lld\n", newest());
	is_str(complete("undo").out, words, "the completion of undo");
	is_str(complete("forget").out, words, "and that of forget");

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
	has_str(command.out, "  cgswap undo ", "the report says how to take it back");
	is_int(run("undo 7").status, 1, "an undo of another one");
	is_int(run("forget 7").status, 1, "a forget of another one");
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

	attach_old_again();
	replace("");
	attach_old_again();
	snprintf(words, sizeof(words), "replace %s egress p0 %s", fixture.cgroup.path,
		 by_id(fixture.spare));
	command = run(words);
	is_int(command.status, 0, "a replace of a program that is held");
	ok(!strstr(command.out, "still names"), "its pin in the transaction is not called left");
	fixture_free(&fixture);
	return done_testing();
}
