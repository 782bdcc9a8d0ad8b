/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show and tree print a program's metadata, the user who loaded it, its run count if the kernel
 * counts, and the link that holds it. Unknown values are null or "?".
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
	is_str(command.err, "", "nothing is on stderr");
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
	json_t *json, *values;

	if (!is_int(command.status, 0, "attach"))
		diag("%s", command.err);
	has_str(command.out, " tell 2.1 ", "attach shows the version beside the name");
	command_free(&command);
	command = cgswap_run("tree", cgroup.path, NULL);
	has_str(command.out, " tell 2.1", "tree shows the version");
	command_free(&command);
	command = cgswap_run("replace", cgroup.path, "egress", "name:tell", object, NULL);
	has_str(command.out, " tell 2.1 ", "replace shows the version");
	ok(command.out && strstr(strstr(command.out, " tell 2.1 ") + 10, " tell 2.1 "),
	   "replace shows it for both programs");
	command_free(&command);

	command = show("--json");
	json = command_json(&command);
	values = json_object_get(entry_of(json, 0), "metadata");
	is_str(json_string_value(json_object_get(values, "version")), "2.1", "JSON: the version");
	is_str(json_string_value(json_object_get(values, "author")), "an author", "JSON: other metadata");
	ok(!json_object_get(values, "other_variable"), "other variables are not metadata");
	is_int(json_integer_value(json_object_get(entry_of(json, 0), "uid")), getuid(),
	       "the user who loaded it");
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
		bail_out("cannot send packets");
	command = show(NULL);
	has_str(command.out, "RUNS", "the run count has a column");
	command_free(&command);
	command = show("--json");
	json = command_json(&command);
	ok(json_integer_value(json_object_get(entry_of(json, 0), "run_count")) >= 5,
	   "the program ran for each packet");
	ok(json_integer_value(json_object_get(entry_of(json, 0), "run_time_ns")) > 0,
	   "the run time is counted");
	json_decref(json);
	command_free(&command);
	raw_detach(cgroup.fd, prog, EGRESS);
	close(stats);
	close(prog);
}

static bool kernel_counts_runs(void)
{
	FILE *file = fopen("/proc/sys/kernel/bpf_stats_enabled", "r");
	int value = 0;

	if (!file || fscanf(file, "%d", &value) != 1)
		value = 0;
	if (file)
		fclose(file);
	return value != 0;
}

/* 0 of a kernel that does not count is not known to be 0. */
static void check_no_statistics(void)
{
	int prog = prog_pass(EGRESS, "still");
	struct command command;
	json_t *json, *entry;

	raw_attach(cgroup.fd, prog, EGRESS, RAW_MULTI);
	command = show("--json");
	json = command_json(&command);
	entry = entry_of(json, 0);
	if (kernel_counts_runs()) {
		ok(json_is_integer(json_object_get(entry, "run_count")), "run_count is a number");
	} else {
		ok(json_is_null(json_object_get(entry, "run_count")), "run_count is null");
		ok(json_is_null(json_object_get(entry, "run_time_ns")), "run_time_ns is null");
	}
	json_decref(json);
	command_free(&command);
	raw_detach(cgroup.fd, prog, EGRESS);
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
			   "link_id is null");
	}
	json_decref(json);
	command_free(&command);
	command = show(NULL);
	if (held)
		has_str(command.out, held, "the table has '%s'", held);
	else
		ok(!strstr(command.out, " LINK "), "a column that says ? in every row is omitted");
	command_free(&command);
}

/* An entry that a link holds, and a program that is attached both directly and by a link. */
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
	check_links(NULL, 0);
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
	check_no_statistics();
	statistics();
	links();
	scratch_remove(&cgroup);
	close(cgroup.fd);
	return done_testing();
}
