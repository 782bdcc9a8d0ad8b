/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A replace in many cgroups is one transaction: --recursive, --cgroup and --cgroups-from find the
 * cgroups, groups and refusals are printed instead of a row for each, a health check or a signal puts
 * all back, and --events prints a JSON object on each line.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/command.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CGROUPS = 6 };

static struct scratch top, cgroup[CGROUPS];
static int old, new, other;
static char list[64], marker[64];

static void attach(int where, int program)
{
	if (raw_attach(cgroup[where].fd, program, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
}

static void build(void)
{
	char name[8];
	FILE *file;

	top = scratch_new("many");
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	other = prog_egress_only("old");
	for (int i = 0; i < CGROUPS; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		cgroup[i] = scratch_child(&top, name);
		attach(i, old);
	}
	snprintf(list, sizeof(list), "/tmp/cgswap-test-list-%d", getpid());
	snprintf(marker, sizeof(marker), "/tmp/cgswap-test-marker-%d", getpid());
	file = fopen(list, "w");
	if (!file)
		bail_out("cannot write a list");
	fprintf(file, "%s\n\n%s\n", cgroup[0].path, cgroup[1].path);
	fclose(file);
}

static size_t holding(int program)
{
	size_t count = 0;

	for (int i = 0; i < CGROUPS; i++)
		count += chain_now(cgroup[i].fd, EGRESS).ids[0] == raw_prog_id(program);
	return count;
}

static void put_back(void)
{
	for (int i = 0; i < CGROUPS; i++) {
		if (chain_now(cgroup[i].fd, EGRESS).ids[0] != raw_prog_id(new))
			continue;
		raw_detach(cgroup[i].fd, new, EGRESS);
		attach(i, old);
	}
}

static struct command recursive(int status, const char *option, const char *value)
{
	struct command command = cgswap_run("replace", top.path, "egress", "old", by_id(new),
					    "--recursive", option, value, NULL);

	if (!is_int(command.status, status, "%s %s: exits with %d", option ? option : "--recursive",
		    value ? value : "", status))
		diag("%s%s", command.out, command.err);
	return command;
}

static json_int_t number_of(const json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(json, "transaction"), key));
}

static void all_below(void)
{
	struct command command = recursive(0, "--dry-run", NULL);
	json_t *json, *group;

	has_str(command.out, "dry run: replace would succeed", "it is a dry run");
	has_str(command.out, "6 to be replaced\n", "it counts the cgroups");
	has_str(command.out, "OLD NAME", "it has a table of groups");
	ok(!strstr(command.out, cgroup[0].path), "without a row for each cgroup");
	is_int(holding(old), CGROUPS, "nothing was changed");
	command_free(&command);
	command = recursive(0, NULL, NULL);
	has_str(command.out, "6 replaced\n", "all are replaced");
	is_int(holding(new), CGROUPS, "all have the new program");
	command_free(&command);
	put_back();
	command = recursive(0, "--match=c[01]", "--json");
	json = command_json(&command);
	is_int(number_of(json, "total"), 2, "a match selects two");
	is_int(number_of(json, "done"), 2, "both are done");
	group = json_array_get(json_object_get(json_object_get(json, "transaction"), "groups"), 0);
	is_int(json_integer_value(json_object_get(group, "length")), 2, "they are a group");
	is_str(json_string_value(json_object_get(group, "name")), "old", "of this name");
	is_int(holding(new), 2, "two have the new program");
	json_decref(json);
	command_free(&command);
	put_back();
}

static void listed(void)
{
	struct command command = cgswap_run("replace", "egress", "old", by_id(new), "--cgroup",
					    cgroup[2].path, "--cgroup", cgroup[3].path,
					    "--cgroups-from", list, NULL);

	is_int(command.status, 0, "cgroups that are listed");
	has_str(command.out, "4 replaced\n", "are replaced");
	is_int(holding(new), 4, "these and no others");
	command_free(&command);
	put_back();
	command = cgswap_run("replace", "egress", "old", by_id(new), "--cgroup", cgroup[2].path,
			     "--cgroup", "/sys/nowhere", "--json", NULL);
	is_int(command.status, 1, "one that does not exist");
	has_str(command.out, "\"cgroup\": \"/sys/nowhere\"", "is named");
	is_int(holding(old), CGROUPS, "nothing is changed");
	command_free(&command);
	command = cgswap_run("replace", "egress", "old", by_id(new), "--cgroup", cgroup[2].path,
			     "--cgroup", "/sys/nowhere", "--ignore-gone", NULL);
	is_int(command.status, 0, "and ignored");
	has_str(command.out, "1 replaced, 1 gone\n", "with --ignore-gone");
	command_free(&command);
	put_back();
}

static void refusals(void)
{
	struct command command;
	json_t *json, *refused;

	raw_detach(cgroup[5].fd, old, EGRESS);
	attach(5, other);
	command = recursive(1, NULL, NULL);
	has_str(command.err, "is not the same program everywhere", "two tags are refused");
	command_free(&command);
	command = recursive(0, "--any-tag", "--dry-run");
	has_str(command.out, "6 to be replaced\n", "any tag");
	command_free(&command);
	raw_detach(cgroup[5].fd, other, EGRESS);
	/* two entries that have the name in two cgroups */
	attach(5, old);
	attach(4, other);
	attach(5, other);
	command = cgswap_run("replace", "egress", "old", by_id(new), "--cgroup", cgroup[0].path,
			     "--cgroup", cgroup[1].path, "--json", NULL);
	is_int(command.status, 0, "the others");
	command_free(&command);
	put_back();
	command = cgswap_run("replace", "egress", "pos:1", by_id(new), "--cgroup", cgroup[0].path,
			     "--cgroup", cgroup[4].path, "--cgroup", cgroup[1].path, "--json", NULL);
	is_int(command.status, 1, "two of three are refused");
	json = command_json(&command);
	refused = json_object_get(json_object_get(json, "transaction"), "refused");
	is_int(json_array_size(refused), 2, "both are listed");
	has_str(json_string_value(json_object_get(json_array_get(refused, 1), "message")), "c1",
		"each with its message");
	is_int(holding(old), CGROUPS, "nothing is changed");
	json_decref(json);
	command_free(&command);
	raw_detach(cgroup[4].fd, other, EGRESS);
	raw_detach(cgroup[5].fd, other, EGRESS);
}

static void health(void)
{
	char check[256];
	struct command command = recursive(1, "--check", "echo first; echo it hurts; exit 3");

	has_str(command.err, "it hurts", "the message has the last line of the check");
	has_str(command.err, "after 1 of 6 steps", "the first wave is one cgroup");
	has_str(command.err, "done 1 of 6; wave 1: health check\n", "a line says what it waits for");
	has_str(command.err, "wave 1: the health check says no\n", "and how that ended");
	has_str(command.out, "5 not begun, 1 put back", "the others were not begun");
	has_str(command.out, "1 put back", "and is put back");
	is_int(holding(old), CGROUPS, "all have the old program");
	command_free(&command);
	command = cgswap_run("replace", "egress", "old", by_id(new), "--cgroup", cgroup[0].path,
			     "--check=false", NULL);
	has_str(command.err, "the health check failed after the only step", "one cgroup");
	command_free(&command);
	command = recursive(1, "--check=sleep 60", "--check-timeout=100ms");
	has_str(command.err, "no answer within 100 ms", "a check that takes too long is a no");
	command_free(&command);
	snprintf(check, sizeof(check),
		 "--check=read x; echo $CGSWAP_DONE/$CGSWAP_TOTAL >>%s; test $CGSWAP_TRANSACTION",
		 marker);
	command = recursive(0, check, "--canary=50%");
	command_free(&command);
	snprintf(check, sizeof(check), "test \"$(tr '\\n' ' ' <%s)\" = '3/6 6/6 '", marker);
	is_int(system(check), 0, "the check knows how far it is");
	is_int(holding(new), CGROUPS, "all have the new program");
	put_back();
}

/* The check sees the journal, which is gone at the end, and the ID in it. */
static void journal(void)
{
	char check[512];
	struct command command;

	snprintf(check, sizeof(check), "--check=grep -q \" id=$CGSWAP_TRANSACTION \" %s",
		 state_dir_file("journal"));
	command = recursive(0, check, NULL);
	command_free(&command);
	is_int(holding(new), CGROUPS, "all have the new program");
	command = cgswap_run("recover", "--state-dir", state_dir(), NULL);
	has_str(command.out, "No transaction in '", "the journal is gone");
	command_free(&command);
	put_back();
	state_dir_clear();
	snprintf(check, sizeof(check),
		 "--check=test ! -e %s && test \"$CGSWAP_TRANSACTION\" -gt 1000000",
		 state_dir_file("lock"));
	command = recursive(0, check, "--no-journal");
	command_free(&command);
	put_back();
}

/* Leaves the journal of a transaction that is killed after its first wave. */
static void leave_unfinished(void)
{
	struct command command = recursive(-1, "--check=kill -9 $PPID; sleep 1", NULL);

	command_free(&command);
	is_int(holding(new), 1, "one has the new program");
	ok(state_dir_has("journal"), "and the journal says so");
}

/* Another transaction in the way, or no place for a journal, comes before all other refusals. */
static void in_the_way(void)
{
	struct command command;

	leave_unfinished();
	raw_detach(cgroup[5].fd, old, EGRESS);
	attach(5, other);
	command = recursive(1, NULL, NULL);
	has_str(command.err, "did not finish it", "it comes before the tags that differ");
	has_str(command.err, "recover", "and says what to do");
	command_free(&command);
	command = recursive(1, "--dry-run", NULL);
	has_str(command.err, "did not finish it", "also in a dry run");
	command_free(&command);
	command = recursive(1, "--no-journal", NULL);
	has_str(command.err, "is not the same program everywhere", "without a journal it goes on");
	command_free(&command);
	command = cgswap_run("recover", "--undo", "--state-dir", state_dir(), NULL);
	is_int(command.status, 0, "it is undone");
	command_free(&command);
	command = recursive(1, "--state-dir", "/nowhere/below");
	has_str(command.err, "the journal in '/nowhere/below' cannot be written",
		"a directory that cannot be made");
	has_str(command.err, "--no-journal", "and what to do");
	has_str(command.err, "--state-dir", "or else");
	command_free(&command);
	raw_detach(cgroup[5].fd, other, EGRESS);
	attach(5, old);
	is_int(holding(old), CGROUPS, "nothing is changed");
}

static void events(void)
{
	struct command command = recursive(0, "--events", "--canary=2");
	json_int_t time = 0, earlier = 0;
	size_t lines = 0, waves = 0, later = 0;
	char *rest = command.out, *line;
	json_t *json = NULL, *kind, *event;

	while ((line = strsep(&rest, "\n")) && *line) {
		json_decref(json);
		json = json_loads(line, 0, NULL);
		if (!json)
			break;
		lines++;
		event = json_object_get(json, "event");
		time = json_integer_value(json_object_get(event, "time_ms"));
		later += event && json_object_get(event, "time_ms") && time >= earlier;
		earlier = time;
		kind = json_object_get(event, "kind");
		waves += kind && !strcmp(json_string_value(kind), "wave");
	}
	is_int(lines, 6 + 12 + 3 + 1, "a line for each event, and a last one");
	is_int(waves, 3, "three waves");
	is_int(later, 6 + 12 + 3, "each event has its time");
	is_int(number_of(json, "done"), CGROUPS, "the last one has the outcome");
	json_decref(json);
	command_free(&command);
	put_back();
}

/* waits: the option that makes it wait after the first three steps. */
static pid_t start_waiting(const char *err, const char *waits, const char *format)
{
	char *path = build_path("tools/cgswap");
	pid_t child = fork();

	if (child == 0) {
		int fd = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		execl(path, path, "replace", top.path, "egress", "old", by_id(new), "--recursive",
		      "--state-dir", state_dir(), "--canary=3", waits,
		      "--scratch-cgroup", live_scratch ? live_scratch : top.path, format,
		      (char *)NULL);
		_exit(127);
	}
	free(path);
	return child;
}

static void signals(int number, const char *waits, const char *format)
{
	pid_t child = start_waiting(marker, waits, format);
	int status;

	while (holding(new) < 3)
		usleep(10000);
	kill(child, number);
	kill(child, number);
	waitpid(child, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 1, "signal %d, %s: exits with 1", number,
	   waits);
	is_int(holding(old), CGROUPS, "all is put back");
	is_int(system("grep -q 'stopped the commit after 3 of 6 steps' /tmp/cgswap-test-marker-*"), 0,
	       "and the message says so");
	is_int(system("grep -q 'of 6 steps, which were put back' /tmp/cgswap-test-marker-*"), 0,
	       "and what became of them");
	is_int(system("! grep -qE 'cgswap_replace_cancel|health check (failed|says no)' /tmp/cgswap-test-marker-*"),
	       0, "in the words of the command");
}

static void usage(void)
{
	static const char *const lines[] = {
		"replace a egress old id:1 --match x",	    "replace a egress old id:1 --canary 1",
		"replace a egress old id:1 --cgroup b",	    "replace egress old --cgroup b",
		"replace a egress old id:1 --recursive --pin /x",
		"replace a egress old id:1 --recursive --canary 0",
		"replace a egress old id:1 --recursive --canary 5%%",
		"replace a egress old id:1 --recursive --soak 5",
		"replace a egress old id:1 --recursive --check-timeout 5s",
		"replace a x.o --recursive",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct command command = cgswap_line(lines[i]);

		is_int(command.status, 2, "%s: wrong usage", lines[i]);
		command_free(&command);
	}
}

int main(void)
{
	need_live();
	bpffs_private();
	build();
	all_below();
	listed();
	refusals();
	health();
	journal();
	in_the_way();
	events();
	signals(SIGINT, "--soak=1h", NULL);
	signals(SIGTERM, "--soak=1h", NULL);
	signals(SIGHUP, "--soak=1h", NULL);
	signals(SIGTERM, "--soak=1h", "--json");
	signals(SIGTERM, "--check=echo denied; sleep 100", NULL);
	usage();
	unlink(list);
	unlink(marker);
	return done_testing();
}
