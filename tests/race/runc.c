/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command lists the device filter that runc attached to a container, and swaps it many times
 * for one that allows only /dev/null. The container opens /dev/null all the time: no open fails,
 * and the chain keeps its length. /dev/zero, which only the filter of runc allows, shows which
 * filter ran.
 */
#include "../lib/container.h"
#include "../lib/chains.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SWAPS = 10, OPENS_BETWEEN = 200 };

static struct container container;
static struct scratch cgroup;
static char *object;

/* Returns the JSON output of the command, which the caller frees; NULL: a check failed. */
static json_t *run(const char *line)
{
	struct command command = container_cgswap(&container, line);
	json_t *json = command_json(&command);

	if (!is_int(command.status, 0, "cgswap %.40s", line))
		diag("%s%s", command.out, command.err);
	command_free(&command);
	return json;
}

static long number(json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json, key));
}

static void list_filter_of_runc(void)
{
	struct raw_chain chain = chain_now(cgroup.fd, DEVICE);
	json_t *json = run("show container device --json");
	json_t *programs = json_object_get(json, "programs"), *entry;

	entry = json_array_get(programs, 0);
	is_int(chain.count, 1, "runc has attached one program");
	is_int(json_array_size(programs), 1, "the command lists one program");
	is_int(number(entry, "id"), chain.ids[0], "it is the attached program");
	is_str(json_string_value(json_object_get(entry, "type")), "cgroup_device", "its type");
	is_str(json_string_value(json_object_get(json, "mode")), "multi", "the chain's mode");
	is_str(json_string_value(json_object_get(json, "cgroup")), "/sys/fs/cgroup/container",
	       "the cgroup is found in the namespace");
	ok(json_is_null(json_object_get(entry, "link_id")), "it is not in a link");
	json_decref(json);
}

static uint32_t swap_once(uint32_t old)
{
	struct raw_chain chain;
	char line[1200];
	json_t *json, *step;
	uint32_t new;

	snprintf(line, sizeof(line), "replace container device id:%u obj:%s --json", old, object);
	json = run(line);
	step = json_array_get(json_object_get(json, "replaced"), 0);
	is_int(number(step, "old_id"), old, "program %u was replaced", old);
	ok(json_is_true(json_object_get(step, "verified")), "verified");
	new = number(step, "new_id");
	chain = chain_now(cgroup.fd, DEVICE);
	is_int(chain.count, 1, "the chain has one program");
	is_int(chain.ids[0], new, "program %u is attached", new);
	json_decref(json);
	return new;
}

static void swap_under_the_container(uint32_t old)
{
	struct opens before = container_wait(&container, OPENS_BETWEEN), after;

	is_int(before.zero_failed, 0, "the filter of runc allows /dev/zero");
	old = swap_once(old);
	for (int i = 1; i < SWAPS; i++) {
		container_wait(&container, OPENS_BETWEEN);
		old = swap_once(old);
	}
	after = container_wait(&container, OPENS_BETWEEN);
	ok(after.null - before.null >= SWAPS * OPENS_BETWEEN,
	   "%lu opens of /dev/null at the same time", after.null - before.null);
	is_int(after.null_failed, 0, "none of them failed");
	ok(after.zero_failed > 0, "the new filter denies /dev/zero: %lu times", after.zero_failed);
	is_int(after.zero_again, 0, "no open of /dev/zero succeeded after that");
}

/* Shows that the test would notice a swap that leaves the container without its device. */
static void refuse_everything(void)
{
	const struct bpf_insn no[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int prog = raw_prog_load(type_info_of(DEVICE)->prog_type, DEVICE, "no", no, 2);
	struct opens opens = { 0 };

	if (prog < 0 || raw_attach(cgroup.fd, prog, DEVICE, RAW_MULTI))
		bail_out("cannot attach");
	while (opens.null_failed < OPENS_BETWEEN)
		opens = container_wait(&container, 1);
	is_int(opens.null_again, 0, "after the first denied open of /dev/null none succeeded");
	raw_detach(cgroup.fd, prog, DEVICE);
}

int main(void)
{
	struct scratch host;
	char *given;

	need_live();
	need_runc();
	given = build_path("tests/bpf/object/only_null.bpf.o");
	object = realpath(given, NULL);
	free(given);
	if (!object)
		bail_out("no object file");
	host = scratch_new("host");
	cgroup = scratch_child(&host, "container");
	container = container_start(&host, "container");
	list_filter_of_runc();
	swap_under_the_container(chain_now(cgroup.fd, DEVICE).ids[0]);
	refuse_everything();
	container_stop(&container);
	free(object);
	return done_testing();
}
