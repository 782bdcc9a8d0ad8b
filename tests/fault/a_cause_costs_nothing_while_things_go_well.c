/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What goes well makes the calls that it needs and no other: none to be able to explain a refusal
 * that did not come. The door counts.
 */
#include "../tap/tap.h"
#include "scenarios.h"

#include <stdio.h>
#include <string.h>

/* One check: since the last one just these calls were made, "attach=1 query=1". */
static void made(const char *wanted, const char *name)
{
	char got[512] = "";
	size_t used = 0;

	for (int op = 0; op < DOOR_OPS; op++)
		if (door.calls[op])
			used += snprintf(got + used, sizeof(got) - used, "%s%s=%u", used ? " " : "",
					 door_names[op], door.calls[op]);
	is_str(got, wanted, "%s: %s", name, *wanted ? wanted : "no call");
	door_reset();
}

static void need(struct run *run, enum cgswap_status status)
{
	if (!run_did(run, status))
		bail_out("%s", run_tell(run));
}

static void opening(struct run *run)
{
	char object[64];

	need(run, cgswap_session_open(&run->session, NULL));
	made("cgroup_mount=1 bpffs_mount=1", "opening a session");
	need(run, cgswap_chain_open(&run->chain[0], run->session, stage.path[0], "egress"));
	made("query=1 kind=1 cgroup_open=1 cgroup_id=1 cgroup_path=1", "opening a chain");
	need(run, cgswap_chain_open(&run->chain[1], run->session, stage_by_fd(stage.cgroup[1]),
				    "egress"));
	made("query=1 kind=1 dup=1 cgroup_id=1 cgroup_path=1", "opening a chain by a descriptor");
	need(run, cgswap_program_open(&run->program[0], run->session, stage_by_fd(stage.new[0]),
				      NULL));
	made("program_info=1 kind=1 dup=1", "opening a program by a descriptor");
	snprintf(object, sizeof(object), "%s", stage_by_id(stage.new_id[1]));
	need(run, cgswap_program_open(&run->program[1], run->session, object, NULL));
	made("program_by_id=1 program_info=1", "opening a program by its id");
	need(run, cgswap_program_open(&run->program[2], run->session, stage.pin_new, NULL));
	made("program_info=1 pin_open=1 kind=1", "opening a program by its pin");
}

static void looking(struct run *run)
{
	size_t position;

	need(run, cgswap_chain_read(run->chain[1]));
	made("query=1", "reading");
	need(run, cgswap_chain_read_effective(run->chain[1]));
	made("query=1", "reading what is effective");
	need(run, cgswap_chain_find(run->chain[1], stage_by_id(stage.old_id[1][1]), &position));
	made("", "finding by id");
	need(run, cgswap_chain_find(run->chain[1], "pos:2", &position));
	made("", "finding by position");
	need(run, cgswap_chain_find(run->chain[1], stage_by_fd(stage.old[1][1]), &position));
	made("program_info=1 kind=1", "finding by descriptor");
	need(run, cgswap_chain_describe(run->chain[1], CGSWAP_DESCRIBE_PROGRAMS));
	made("program_by_id=3 program_info=3 close=3", "describing three programs");
	need(run, cgswap_chain_find(run->chain[1], "name:old12", &position));
	made("", "finding by a name that is described");
	need(run, cgswap_chain_describe(run->chain[1], CGSWAP_DESCRIBE_PROGRAMS));
	made("", "describing again");
}

static void attaching(struct run *run)
{
	need(run, cgswap_chain_attach(run->chain[1], run->program[0], NULL));
	made("attach=1 query=1", "attaching");
	need(run, cgswap_chain_detach(run->chain[1], stage_by_fd(stage.new[0]), NULL));
	/* found in a new snapshot, a copy of the descriptor held against it, and the chain read anew */
	made("detach=1 query=2 program_info=3 kind=2 dup=1 close=1", "detaching");
}

static void prepare(struct run *run, enum cgswap_verify verify)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = verify };

	need(run, cgswap_replace_new(&run->replace, run->session, &opts));
	need(run, cgswap_replace_add(run->replace, run->chain[1], stage_by_id(stage.old_id[1][0]),
				     run->program[0], NULL));
	need(run, cgswap_replace_add(run->replace, run->chain[1], stage_by_id(stage.old_id[1][2]),
				     run->program[1], NULL));
	door_reset();
}

static void swapping(struct run *run)
{
	prepare(run, CGSWAP_VERIFY_ON);
	for (int i = 0; i < 3; i++) {
		need(run, cgswap_replace_commit(run->replace, NULL));
		made("attach=2 query=2", "committing two steps");
		need(run, cgswap_replace_rollback(run->replace));
		made("attach=2", "rolling two steps back");
	}
	cgswap_replace_unref(run->replace);

	prepare(run, CGSWAP_VERIFY_OFF);
	need(run, cgswap_replace_commit(run->replace, NULL));
	made("attach=2", "committing two steps without verification");
	need(run, cgswap_replace_rollback(run->replace));
	made("attach=2", "rolling them back");
	cgswap_replace_unref(run->replace);
	run->replace = NULL;
}

int main(void)
{
	struct run run;

	memset(&run, 0, sizeof(run));
	stage_set(true);
	opening(&run);
	looking(&run);
	attaching(&run);
	swapping(&run);
	run_end(&run);
	stage_strike();
	return done_testing();
}
