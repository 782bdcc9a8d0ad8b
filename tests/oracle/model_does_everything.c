/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole public API works on the model, without privilege. */
#include "modelled.h"

#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int count_cgroup(const char *cgroup, void *user)
{
	(void)cgroup;
	++*(int *)user;
	return 0;
}

static void looks(cgswap_session *session)
{
	cgswap_chain *chain = model_chain(session, "web.slice", "egress");
	const cgswap_entry *first;
	int cgroups = 0;

	is_str(cgswap_session_get_kernel(session), "model",
	       "the session uses the model");
	is_str(cgswap_session_get_cgroup_root(session), "/sys/fs/cgroup", "it finds the cgroup2 mount");
	is_str(cgswap_session_get_bpffs(session), "/sys/fs/bpf", "it finds the bpffs mount");
	expect_ok(cgswap_session_walk(session, NULL, count_cgroup, &cgroups), "the cgroup tree is walked");
	is_int(cgroups, 12, "the tree has twelve cgroups");
	names_are(chain, "fw count mark", "the chain is listed in order");
	is_str(cgswap_chain_get_cgroup(chain), "/sys/fs/cgroup/web.slice",
	       "the chain has a full path");
	ok(cgswap_chain_get_cgroup_id(chain), "its cgroup has an id");
	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_MULTI, "it has a mode");
	is_int(cgswap_chain_get_revision(chain), 4, "three attaches make its revision 4");
	first = cgswap_chain_get_entry(chain, 0);
	is_str(cgswap_entry_get_type(first), "cgroup_skb", "an entry has a type");
	is_int(strlen(cgswap_entry_get_tag(first)), 16, "an entry has a tag");
	is_int(cgswap_entry_get_map_count(first), 2, "an entry has maps");
	ok(cgswap_entry_get_loaded_at(first) > 0, "an entry has a load time");
	cgswap_chain_unref(chain);

	chain = model_chain(session, "/sys/fs/cgroup/web.slice/app.service", "cgroup_inet_egress");
	effective_names_are(session, chain, "limit fw count mark",
			    "the parent's programs run after the cgroup's own");
	cgswap_chain_unref(chain);
}

static void attaches(cgswap_session *session)
{
	const struct cgswap_attach_opts late = { .sz = sizeof(late), .expected_revision = 4 };
	cgswap_chain *chain = model_chain(session, "web.slice", "egress");
	cgswap_program *program = model_program(session, "pin:/sys/fs/bpf/fw2");

	expect_ok(cgswap_chain_attach(chain, program, NULL), "a pinned program is attached");
	names_are(chain, "fw count mark fw2", "the program is at the end");
	EXPECT_CAUSE(cgswap_chain_attach(chain, program, NULL), ALREADY_ATTACHED,
		     "a second attach of it fails");
	EXPECT_CAUSE(cgswap_chain_attach(chain, program, &late), REVISION_CHANGED,
		     "an old expected revision fails");
	expect_ok(cgswap_chain_detach(chain, "name:fw2", NULL), "the program is detached");
	names_are(chain, "fw count mark", "the chain is as before");
	is_int(cgswap_chain_get_revision(chain), 6, "attach and detach each counted as a revision");
	EXPECT_CAUSE(cgswap_chain_detach(chain, "name:fw2", NULL), NOT_ATTACHED,
		     "a second detach fails");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
}

static void swaps(cgswap_session *session)
{
	cgswap_chain *chain = model_chain(session, "web.slice", "egress");
	cgswap_replace *replace;
	const cgswap_step *step;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction is created");
	expect_ok(cgswap_replace_add_source(replace, chain, "name:fw", "pin:/sys/fs/bpf/fw2", NULL),
		  "a swap is added");
	expect_ok(cgswap_replace_check(replace), "the check succeeds");
	expect_ok(cgswap_replace_commit(replace, NULL), "the commit succeeds");
	step = cgswap_replace_get_step(replace, 0);
	ok(cgswap_step_get_verified(step), "the step is verified");
	is_int(cgswap_step_get_map_count(step), 2, "the step lists the new program's maps");
	ok(cgswap_step_get_map_kept(step, 0), "they are reused from the old program");
	names_are(chain, "fw2 count mark", "the new program is at the old one's position");
	expect_ok(cgswap_replace_rollback(replace), "the rollback succeeds");
	names_are(chain, "fw count mark", "the old program is back at its position");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
}

static void keeps_preorder(cgswap_session *session)
{
	cgswap_chain *chain = model_chain(session, "system.slice", "ingress");
	cgswap_chain *below = model_chain(session, "system.slice/sshd.service", "ingress");
	cgswap_chain *egress = model_chain(session, "web.slice", "egress");
	cgswap_replace *replace;

	expect_ok(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PREORDER), "preorder is described");
	is_int(cgswap_entry_get_preorder(cgswap_chain_get_entry(chain, 1)), CGSWAP_PREORDER_YES,
	       "guard is preorder");
	effective_names_are(session, below, "guard audit", "guard runs first");
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction is created");
	/* no detached program was loaded for ingress, but any program of cgroup_skb fits */
	expect_ok(cgswap_replace_add_source(replace, chain, "guard", "pin:/sys/fs/bpf/fw2", NULL),
		  "a swap of the preorder entry is added");
	expect_ok(cgswap_replace_commit(replace, NULL), "the commit succeeds");
	names_are(chain, "audit fw2", "the list is in order");
	effective_names_are(session, below, "fw2 audit", "the new program runs first as well");
	expect_ok(cgswap_replace_rollback(replace), "the rollback succeeds");
	effective_names_are(session, below, "guard audit", "the old program runs first again");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(egress);
	cgswap_chain_unref(below);
	cgswap_chain_unref(chain);
}

/* Replaces the only entry of a chain. */
static void swaps_alone(cgswap_session *session, cgswap_chain *chain, bool by_link, const char *name)
{
	uint32_t id = cgswap_entry_get_id(cgswap_chain_get_entry(chain, 0));
	cgswap_replace *replace;
	const cgswap_step *step;
	char source[32];

	snprintf(source, sizeof(source), "id:%u", id);
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction is created");
	expect_ok(cgswap_replace_add_source(replace, chain, "pos:0", source, NULL), "%s: added", name);
	expect_ok(cgswap_replace_check(replace), "%s: the check succeeds", name);
	expect_ok(cgswap_replace_commit(replace, NULL), "%s: the commit succeeds", name);
	step = cgswap_replace_get_step(replace, 0);
	ok(cgswap_step_get_verified(step), "%s: the step is verified", name);
	is_int(cgswap_step_get_link_id(step) != 0, by_link, "%s: the step has the link's id, if any", name);
	is_int(cgswap_step_get_guard(step), by_link ? CGSWAP_GUARD_PROGRAM : CGSWAP_GUARD_REVISION,
	       "%s: the step has the guard", name);
	cgswap_replace_unref(replace);
}

static void goes_by_links(cgswap_session *session)
{
	const struct cgswap_attach_opts linked = { .sz = sizeof(linked),
						   .link = 1,
						   .pin = "/sys/fs/bpf/web_link" };
	const struct cgswap_attach_opts beside = { .sz = sizeof(beside),
						   .link = 1,
						   .pin = "/sys/fs/bpf/web_link2",
						   .before = "/sys/fs/bpf/web_link" };
	cgswap_chain *held = model_chain(session, "system.slice/resolver.service", "connect4");
	cgswap_chain *web = model_chain(session, "web.slice", "egress");
	cgswap_program *program = model_program(session, "pin:/sys/fs/bpf/fw2");

	expect_ok(cgswap_chain_describe(held, CGSWAP_DESCRIBE_LINKS), "links are described");
	ok(cgswap_entry_get_link_id(cgswap_chain_get_entry(held, 0)), "resolve has a link");
	swaps_alone(session, held, true, "an entry with a link");
	expect_ok(cgswap_chain_detach(held, "resolve", NULL), "an entry with a link is detached");
	is_int(cgswap_chain_get_length(held), 0, "the chain is empty");
	EXPECT_CAUSE(cgswap_chain_detach(held, "pin:/sys/fs/bpf/resolve_link", NULL), LINK_DETACHED,
		     "the link is still pinned, and not attached");

	expect_ok(cgswap_chain_attach(web, program, &linked), "a program is attached by a link");
	names_are(web, "fw count mark fw2", "the program is at the end");
	EXPECT_CAUSE(cgswap_chain_attach(web, program, &linked), PIN_EXISTS, "the pin exists already");
	expect_ok(cgswap_chain_attach(web, program, &beside), "another link is attached beside it");
	EXPECT_CAUSE(cgswap_chain_detach(web, "fw2", NULL), SELECTOR_AMBIGUOUS,
		     "a program attached twice is ambiguous");
	expect_ok(cgswap_chain_detach(web, "pin:/sys/fs/bpf/web_link2", NULL), "the link's pin selects the entry");
	expect_ok(cgswap_chain_detach(web, "fw2", NULL), "then the name is unique");
	names_are(web, "fw count mark", "the chain is as before");
	cgswap_program_unref(program);
	cgswap_chain_unref(web);
	cgswap_chain_unref(held);
}

static void goes_by_modes(cgswap_session *session)
{
	cgswap_chain *box = model_chain(session, "services/box", "device");

	swaps_alone(session, box, false, "an entry in none mode");
	is_int(cgswap_chain_get_mode(box), CGSWAP_MODE_NONE, "the chain's mode is as before");
	cgswap_chain_unref(box);
}

static void refuses(cgswap_session *session)
{
	const struct cgswap_attach_opts override = { .sz = sizeof(override),
						     .mode = CGSWAP_MODE_OVERRIDE };
	cgswap_chain *web = model_chain(session, "web.slice", "egress");
	cgswap_chain *connect = model_chain(session, "web.slice", "connect4");
	cgswap_chain *none = model_chain(session, "services/box/worker", "device");
	cgswap_chain *box = model_chain(session, "services/box", "device");
	cgswap_program *program = model_program(session, "pin:/sys/fs/bpf/fw2");
	char source[32];
	cgswap_program *devices;

	EXPECT_CAUSE(cgswap_chain_attach(web, program, &override), OWN_MODE_CONFLICT,
		     "a second mode fails");
	EXPECT_CAUSE(cgswap_chain_attach(connect, program, NULL), PROGRAM_TYPE_MISMATCH,
		     "a program of another type fails");
	snprintf(source, sizeof(source), "id:%u",
		 cgswap_entry_get_id(cgswap_chain_get_entry(box, 0)));
	devices = model_program(session, source);
	EXPECT_CAUSE(cgswap_chain_attach(none, devices, NULL), ANCESTOR_EXCLUSIVE,
		     "an attach below a chain in none mode fails");
	cgswap_program_unref(devices);
	cgswap_program_unref(program);
	cgswap_chain_unref(box);
	cgswap_chain_unref(none);
	cgswap_chain_unref(connect);
	cgswap_chain_unref(web);
}

/* A program is chosen from the object, loaded and given maps; only the verifier is missing. */
static void loads_objects(void)
{
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };
	char *object = build_path("tests/bpf/object/one_program.bpf.o");
	char *several = build_path("tests/bpf/object/several_programs.bpf.o");
	cgswap_session *session = model_session(NULL);
	cgswap_chain *chain = model_chain(session, "web.slice", "egress");
	cgswap_program *program = NULL;
	cgswap_replace *replace;

	if (access(object, R_OK)) {
		skip("no %s: BPF programs are not built here", object);
		goto out;
	}
	expect_ok(cgswap_program_open(&program, session, object, NULL), "an object is loaded");
	is_str(cgswap_program_get_name(program), "count_all", "its program has its name");
	is_str(cgswap_program_get_type(program), "cgroup_skb", "its program has its type");
	expect_ok(cgswap_chain_attach(chain, program, NULL), "the program is attached");
	names_are(chain, "fw count mark count_all", "the program is at the end");
	is_int(cgswap_entry_get_map_count(cgswap_chain_get_entry(chain, 3)), 1, "the program has a map");
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction is created");
	expect_ok(cgswap_replace_add_source(replace, chain, "count", object, NULL),
		  "a swap by an object is added");
	expect_ok(cgswap_replace_commit(replace, NULL), "the commit succeeds");
	names_are(chain, "fw count_all mark count_all", "both are different programs");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	EXPECT_CAUSE(cgswap_program_open(&program, session, several, &egress), SOURCE_AMBIGUOUS,
		     "an object with two programs for the attach type");
out:
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	free(several);
	free(object);
}

static void tells_bad_sources(cgswap_session *session)
{
	cgswap_program *program;
	cgswap_chain *chain;

	EXPECT_CAUSE(cgswap_program_open(&program, session, "id:9999", NULL), PROGRAM_NOT_FOUND,
		     "an id without a program");
	EXPECT_CAUSE(cgswap_program_open(&program, session, "pin:/sys/fs/bpf/none", NULL),
		     PIN_NOT_FOUND, "a path without a pin");
	EXPECT_CAUSE(cgswap_program_open(&program, session, "/sys/fs/bpf/resolve_link", NULL),
		     NOT_A_PROGRAM, "the pin of a link");
	EXPECT_CAUSE(cgswap_program_open(&program, session, "fd:0", NULL), NOT_A_PROGRAM,
		     "a descriptor of a file");
	EXPECT_CAUSE(cgswap_program_open(&program, session, "fd:77", NULL), BAD_DESCRIPTOR,
		     "a descriptor that is not open");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, "nowhere", "egress"), CGROUP_NOT_FOUND,
		     "a missing cgroup");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, "/tmp", "egress"), NOT_A_CGROUP,
		     "an ordinary directory");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, "web.slice/cgroup.procs", "egress"),
		     NOT_A_CGROUP, "a file of a cgroup");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, "web.slice/cgroup.procs/x", "egress"),
		     CGROUP_NOT_FOUND, "a path below a file");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, "/run/cgroup-v1/cpu", "egress"), CGROUP_V1,
		     "a cgroup v1 hierarchy");
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, "../../x", "egress"), CGROUP_UNREACHABLE,
		     "a path that leaves the mount");
}

int main(void)
{
	cgswap_session *session, *other;
	cgswap_chain *chain;

	loads_objects(); /* the build directory may not be readable without privilege */
	drop_privileges();
	session = model_session(NULL);
	looks(session);
	attaches(session);
	swaps(session);
	keeps_preorder(session);
	goes_by_links(session);
	goes_by_modes(session);
	refuses(session);
	tells_bad_sources(session);

	chain = model_chain(session, "web.slice", "egress");
	expect_ok(cgswap_chain_detach(chain, "fw", NULL), "a session changes its own model");
	other = model_session(NULL);
	cgswap_chain_unref(chain);
	chain = model_chain(other, "web.slice", "egress");
	names_are(chain, "fw count mark", "another session has its own model");
	expect_ok(cgswap_session_close(session), "a session is closed");
	expect_ok(cgswap_chain_read(chain), "the other session still works");
	expect_ok(cgswap_session_close(other), "a session is closed before its chain");
	cgswap_chain_unref(chain);
	cgswap_session_unref(other);
	cgswap_session_unref(session);
	return done_testing();
}
