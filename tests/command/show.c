/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show and tree tell what a program says of itself, who loaded it, how often it ran where the
 * kernel counts that, and the links that hold it; what nothing tells is open, and not guessed.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/traffic.h"
#include "../lib/tap.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct scratch cgroup;

static struct command show(const char *option)
{
	struct command command = cgswap_run("show", cgroup.path, "egress", option, NULL);

	if (!is_int(command.status, 0, "show"))
		diag("%s", command.err);
	is_str(command.err, "", "nothing is missing");
	return command;
}

static json_t *entry_of(json_t *chain, size_t position)
{
	return json_array_get(json_object_get(chain, "programs"), position);
}

static void metadata(void)
{
	char *object = build_path("tests/bpf/object/metadata.bpf.o");
	struct command command = cgswap_run("attach", cgroup.path, "egress", object, NULL);
	json_t *json, *said;

	if (!is_int(command.status, 0, "attach"))
		diag("%s", command.err);
	has_str(command.out, " tell 2.1 ", "the version stands beside the name");
	command_free(&command);
	command = cgswap_run("tree", cgroup.path, NULL);
	has_str(command.out, " tell 2.1", "in the tree too");
	command_free(&command);
	command = cgswap_run("replace", cgroup.path, "egress", "name:tell", object, NULL);
	has_str(command.out, " tell 2.1 ", "and when it is replaced");
	ok(command.out && strstr(strstr(command.out, " tell 2.1 ") + 10, " tell 2.1 "),
	   "of the old program and of the new one");
	command_free(&command);

	command = show("--json");
	json = command_json(&command);
	said = json_object_get(entry_of(json, 0), "metadata");
	is_str(json_string_value(json_object_get(said, "version")), "2.1", "JSON: the version");
	is_str(json_string_value(json_object_get(said, "author")), "an author", "and all else");
	ok(!json_object_get(said, "other_variable"), "but no other variable");
	is_int(json_integer_value(json_object_get(entry_of(json, 0), "uid")), getuid(),
	       "who loaded it");
	json_decref(json);
	command_free(&command);
	command = cgswap_run("detach", cgroup.path, "egress", "name:tell", NULL);
	command_free(&command);
	free(object);
}

static void statistics(void)
{
	struct {
		uint32_t type;
	} attr = { .type = BPF_STATS_RUN_TIME };
	int prog = prog_pass(EGRESS, "runs"),
	    stats = raw_bpf(BPF_ENABLE_STATS, &attr, sizeof(attr));
	struct command command;
	json_t *json;

	raw_attach(cgroup.fd, prog, EGRESS, RAW_MULTI);
	if (traffic_send(&cgroup, 5))
		bail_out("no packets can be sent");
	command = show(NULL);
	has_str(command.out, "RUNS", "runs are shown where they are counted");
	command_free(&command);
	command = show("--json");
	json = command_json(&command);
	ok(json_integer_value(json_object_get(entry_of(json, 0), "run_count")) >= 5,
	   "it ran for each packet");
	ok(json_integer_value(json_object_get(entry_of(json, 0), "run_time_ns")) > 0,
	   "for a while");
	json_decref(json);
	command_free(&command);
	raw_detach(cgroup.fd, prog, EGRESS);
	close(stats);
	close(prog);
}

static void check_links(const char *held, int link)
{
	struct command command = show("--json");
	json_t *json = command_json(&command), *entry;
	size_t index;

	is_int(json_array_size(json_object_get(json, "programs")), 2, "two entries");
	json_array_foreach(json_object_get(json, "programs"), index, entry)
	{
		if (link && index == 1)
			is_int(json_integer_value(json_object_get(entry, "link_id")),
			       raw_link_id(link), "the link's id");
		else
			ok(json_is_null(json_object_get(entry, "link_id")),
			   "no link that is known");
	}
	json_decref(json);
	command_free(&command);
	command = show(NULL);
	has_str(command.out, held, "the table: %s", held);
	command_free(&command);
}

/* A link's own entry, and a program that stands there plainly and by a link. */
static void links(void)
{
	int prog = prog_pass(EGRESS, "twice"), other = prog_pass(EGRESS, "once"), link;
	char held[32];

	raw_attach(cgroup.fd, prog, EGRESS, RAW_MULTI);
	link = raw_link_create(cgroup.fd, other, EGRESS, 0);
	snprintf(held, sizeof(held), " %u  ", raw_link_id(link));
	check_links(held, link);
	chain_close_link(link, cgroup.fd, EGRESS);
	link = raw_link_create(cgroup.fd, prog, EGRESS, 0);
	/* the column would be left out where it said "-" of all */
	check_links(" LINK ", 0);
	chain_close_link(link, cgroup.fd, EGRESS);
	raw_detach(cgroup.fd, prog, EGRESS);
	close(other);
	close(prog);
}

int main(void)
{
	need_live();
	cgroup = scratch_new("says");
	metadata();
	statistics();
	links();
	scratch_remove(&cgroup);
	close(cgroup.fd);
	return done_testing();
}
