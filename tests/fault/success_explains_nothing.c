/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A successful call makes only the kernel calls that it needs, and none to explain an error that did
 * not happen. The fault kernel counts them.
 */
#include "../lib/live.h"
#include "../lib/tap.h"
#include "scenarios.h"

#include <stdio.h>
#include <string.h>

/* A walk's length depends on the links of other processes, so a walk counts as one call. */
static void count_walks(void)
{
	if (!fault_kernel.walks)
		return;
	fault_kernel.calls[FAULT_KERNEL_CLOSE] -= fault_kernel.calls[FAULT_KERNEL_LINK_INFO];
	fault_kernel.calls[FAULT_KERNEL_NEXT_LINK] = fault_kernel.calls[FAULT_KERNEL_LINK_BY_ID] = fault_kernel.calls[FAULT_KERNEL_LINK_INFO] = 0;
}

/* Checks that since the last check just these calls ("attach=1 query=1") and walks were made. */
static void made_with_walks(unsigned walks, const char *wanted, const char *name)
{
	char got[512] = "";
	size_t used = 0;

	count_walks();
	for (int op = 0; op < FAULT_KERNEL_OPS; op++)
		if (fault_kernel.calls[op])
			used += snprintf(got + used, sizeof(got) - used, "%s%s=%u", used ? " " : "",
					 fault_kernel_names[op], fault_kernel.calls[op]);
	is_str(got, wanted, "%s: %s", name, *wanted ? wanted : "no call");
	if (fault_kernel.walks != walks)
		is_int(fault_kernel.walks, walks, "%s: walks", name);
	fault_kernel_reset();
}

static void made(const char *wanted, const char *name)
{
	made_with_walks(0, wanted, name);
}

static void need(struct run *run, enum cgswap_status status)
{
	if (!run_did(run, status))
		bail_out("%s", run_text(run));
}

static void opening(struct run *run)
{
	char object[64];

	need(run, cgswap_session_open(&run->session, NULL));
	made("mounts=1", "opening a session");
	need(run, cgswap_chain_open(&run->chain[0], run->session, fixture.path[0], "egress"));
	made("query=1 kind=1 cgroup_open=1 cgroup_id=1 cgroup_path=1", "opening a chain");
	need(run, cgswap_chain_open(&run->chain[1], run->session, fault_fixture_by_fd(fixture.cgroup[1]),
				    "egress"));
	made("query=1 kind=1 dup=1 cgroup_id=1 cgroup_path=1", "opening a chain by a descriptor");
	need(run, cgswap_program_open(&run->program[0], run->session, fault_fixture_by_fd(fixture.new[0]),
				      NULL));
	made("program_info=1 kind=1 dup=1", "opening a program by a descriptor");
	snprintf(object, sizeof(object), "%s", fault_fixture_by_id(fixture.new_id[1]));
	need(run, cgswap_program_open(&run->program[1], run->session, object, NULL));
	made("program_by_id=1 program_info=1", "opening a program by its id");
	need(run, cgswap_program_open(&run->program[2], run->session, fixture.pin_new, NULL));
	made("program_info=1 pin_open=1 kind=1", "opening a program by its pin");
}

static void looking(struct run *run)
{
	size_t position;

	need(run, cgswap_chain_read(run->chain[1]));
	made("query=1", "reading");
	need(run, cgswap_chain_read_effective(run->chain[1]));
	made("query=1", "reading the effective programs");
	need(run, cgswap_chain_find(run->chain[1], fault_fixture_by_id(fixture.old_id[1][1]), &position));
	made("", "finding by id");
	need(run, cgswap_chain_find(run->chain[1], "pos:2", &position));
	made("", "finding by position");
	need(run, cgswap_chain_find(run->chain[1], fault_fixture_by_fd(fixture.old[1][1]), &position));
	made("program_info=1 kind=1", "finding by descriptor");
	need(run, cgswap_chain_describe(run->chain[1], CGSWAP_DESCRIBE_PROGRAMS));
	made("program_by_id=3 program_info=3 close=3", "describing three programs");
	need(run, cgswap_chain_find(run->chain[1], "name:old12", &position));
	made("", "finding by a name that was described");
	need(run, cgswap_chain_describe(run->chain[1], CGSWAP_DESCRIBE_PROGRAMS));
	made("", "describing again");
}

static void attaching(struct run *run)
{
	bool has, ordering;

	/* the feature is probed once, by a call that a walk makes too */
	need(run, cgswap_session_has(run->session, CGSWAP_FEATURE_LINK_ID, &has));
	need(run, cgswap_session_has(run->session, CGSWAP_FEATURE_ORDERING, &ordering));
	fault_kernel_reset();
	need(run, cgswap_chain_attach(run->chain[1], run->program[0], NULL));
	made("attach=1 query=1", "attaching");
	need(run, cgswap_chain_detach(run->chain[1], fault_fixture_by_fd(fixture.new[0]), NULL));
	/* found in a new snapshot, compared with a copy of the descriptor, and the chain read again */
	if (ordering)
		/* two rejected attaches show that the entry is plain */
		made("attach=2 detach=1 query=2 program_info=3 kind=2 dup=1 close=1", "detaching");
	else
		made_with_walks(1, "detach=1 query=2 program_info=3 kind=2 dup=1 close=1",
				"detaching");
}

/* One walk for all entries, unless a call before this one has walked already. */
static void describing(struct run *run)
{
	bool ordering;

	need(run, cgswap_session_has(run->session, CGSWAP_FEATURE_ORDERING, &ordering));
	need(run, cgswap_chain_open(&run->chain[2], run->session, fixture.path[0], "ingress"));
	fault_kernel_reset();
	need(run, cgswap_chain_describe(run->chain[2], CGSWAP_DESCRIBE_LINKS));
	if (ordering)
		made_with_walks(1, "", "describing the links of all entries");
	else
		made("link_by_id=1 next_link=1 link_info=1 close=1",
		     "describing the links of all entries");
	need(run, cgswap_chain_read(run->chain[2]));
	fault_kernel_reset();
	need(run, cgswap_chain_describe(run->chain[2], CGSWAP_DESCRIBE_LINKS));
	/* the end of the list, and the link of the chain */
	made("link_by_id=1 next_link=1 link_info=1 close=1", "describing them again");
}

static void prepare(struct run *run, enum cgswap_verify verify)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = verify };

	need(run, cgswap_replace_new(&run->replace, run->session, &opts));
	need(run, cgswap_replace_add(run->replace, run->chain[1], fault_fixture_by_id(fixture.old_id[1][0]),
				     run->program[0], NULL));
	need(run, cgswap_replace_add(run->replace, run->chain[1], fault_fixture_by_id(fixture.old_id[1][2]),
				     run->program[1], NULL));
	fault_kernel_reset();
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
	made("attach=2", "rolling back both");
	cgswap_replace_unref(run->replace);
	run->replace = NULL;
}

/* A transaction of one step for an entry of a side chain. */
static void swapping_one(struct run *run, int chain, const char *old, const char *calls,
			 const char *name)
{
	need(run, cgswap_replace_new(&run->replace, run->session, NULL));
	need(run, cgswap_replace_add(run->replace, run->chain[chain], old, run->program[0], NULL));
	fault_kernel_reset();
	for (int i = 0; i < 2; i++) {
		char full[64];

		snprintf(full, sizeof(full), "%s query=1", calls);
		if (*calls == 'l')
			snprintf(full, sizeof(full), "query=1 %s", calls);
		need(run, cgswap_replace_commit(run->replace, NULL));
		made(full, name);
		need(run, cgswap_replace_rollback(run->replace));
		made(calls, "rolling it back");
	}
	cgswap_replace_unref(run->replace);
	run->replace = NULL;
}

static void swapping_otherwise(struct run *run)
{
	char link[32];

	snprintf(link, sizeof(link), "link:%u", fixture.link_id);
	swapping_one(run, 2, link, "link_update=1", "committing an entry with a link");
	if (!kernel_has_revision())
		return;
	need(run, cgswap_chain_open(&run->chain[3], run->session, fixture.path[1], "ingress"));
	swapping_one(run, 3, "pos:0", "attach=1", "committing in override mode");
}

int main(void)
{
	struct run run;

	memset(&run, 0, sizeof(run));
	fault_fixture_build(true);
	opening(&run);
	looking(&run);
	attaching(&run);
	describing(&run);
	swapping(&run);
	swapping_otherwise(&run);
	run_end(&run);
	fault_fixture_free();
	return done_testing();
}
