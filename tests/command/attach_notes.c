/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An attach says what its user may not expect: that a new map is not that of another program of the
 * object, that it replaced a program, and that timers end with the command. Where a map is shared or pinned it says nothing, even if
 * the path of a pin has the word.
 */
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/command.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"
#include "../lib/terminal.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char APART[] = "programs that are attached one by one share no maps (cgswap attach CGROUP OBJECT attaches all)";
static const char REPLACED[] = "whose maps and constants the new one does not take over";
static const char END[] = "timers end with this process";

static struct command attached(const struct scratch *cgroup, const char *type, const char *object,
			       const char *option, const char *value)
{
	struct command command = cgswap_run("attach", cgroup->path, type, object, option, value, NULL);

	if (!is_int(command.status, 0, "%s is attached", strrchr(object, '/') + 1))
		diag("%s", command.err);
	return command;
}

/* A note is on stderr beside JSON, and for timers in any case. */
static void notes(struct command command, const char *note, bool expected, const char *what)
{
	bool found = strstr(command.out, note) || strstr(command.err, note);

	if (!is_int(found, expected, "%s: %s note", what, expected ? "a" : "no"))
		diag("%s%s", command.out, command.err);
	command_free(&command);
}

static void maps_apart(void)
{
	struct scratch cgroup = scratch_new("apart");
	const char *object = map_fixture_object("object/product_v1");

	notes(attached(&cgroup, "egress", object, NULL, NULL), APART, false, "the first program");
	notes(attached(&cgroup, "connect4", object, NULL, NULL), APART, true, "the second program");
	notes(attached(&cgroup, "sendmsg4", object, "--json", NULL), APART, true, "the third, with JSON");
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

/* In override and none mode the kernel puts a program in the place of the one that is attached. */
static void overridden(void)
{
	struct scratch cgroup = scratch_new("overridden");
	const char *object = map_fixture_object("constants/gate_v1");
	char expected[64];

	notes(attached(&cgroup, "egress", object, "--mode", "override"), REPLACED, false, "the first program");
	snprintf(expected, sizeof(expected), "it would replace program %u (gate), ",
		 chain_now(cgroup.fd, BPF_CGROUP_INET_EGRESS).ids[0]);
	notes(attached(&cgroup, "egress", object, "--mode=override", "--dry-run"), expected, true, "a dry run");
	snprintf(expected, sizeof(expected), "it replaced program %u (gate), ",
		 chain_now(cgroup.fd, BPF_CGROUP_INET_EGRESS).ids[0]);
	notes(attached(&cgroup, "egress", object, "--mode=override", "--json"), expected, true, "the second program");
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

/* On a terminal the note is wrapped as others are, between words. */
static void on_terminal(void)
{
	struct scratch cgroup = scratch_new("apart-terminal");
	const char *object = map_fixture_object("object/product_v1");
	char *program = build_path("tools/cgswap"), *screen, *note;
	const char *attach[] = { program, "attach", cgroup.path, "connect4", object, NULL };

	notes(attached(&cgroup, "egress", object, NULL, NULL), APART, false, "the first program");
	if (!terminal_exists()) {
		skip("there are no pseudo terminals");
	} else {
		screen = terminal_run(60, attach);
		note = strstr(screen, "\nits map '");
		ok(note && !strchr(note + 1, '\r'), "the note is on the terminal");
		for (char *line = strtok(note, "\n"); line; line = strtok(NULL, "\n"))
			ok(strlen(line) <= 60, "a line of it fits: %s", line);
		free(screen);
	}
	free(program);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

static void timers(void)
{
	static const char pin[] = BPFFS "/clocks", moved[] = BPFFS "/timers";
	struct scratch cgroup = scratch_new("timers"), other = scratch_new("timers-too");
	const char *object = map_fixture_object("maps/timed_pinned");
	char choice[32];
	int map;

	notes(attached(&cgroup, "egress", map_fixture_object("maps/timed"), NULL, NULL), END, true,
	      "a new map with timers");
	notes(attached(&cgroup, "egress", object, NULL, NULL), END, false, "a pinned map with timers");
	if (!is_int(rename(pin, moved), 0, "its owner moves the pin"))
		bail_out("no pin");
	map = raw_pin_open(moved);
	snprintf(choice, sizeof(choice), "clocks=id:%u", raw_map_id(map));
	raw_close(map);
	notes(attached(&other, "egress", object, "--map", choice), "is the map that was chosen", false,
	      "the word in the path of its pin");
	unlink(moved);
	scratch_remove(&cgroup);
	scratch_remove(&other);
	raw_close(cgroup.fd);
	raw_close(other.fd);
}

int main(void)
{
	need_live();
	bpffs_private();
	maps_apart();
	overridden();
	on_terminal();
	timers();
	return done_testing();
}
