/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In a cgroup namespace, on a kernel that cannot be asked what is above it, a dry run that finds
 * nothing is not certain, and a refusal of the call has the detail certain: false. Where the kernel
 * can be asked, or nothing is hidden, the dry run is certain.
 */
#include "../lib/attach_types.h"
#include "../lib/command.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel is asked by an attach next to the program itself, or at a revision. */
static const char cannot_ask[] = "ordering,expected_revision,revision";

static struct scratch host, box, inner;
static int above, own, new;

static cgswap_session *open_session(const char *disabled)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .disable_features = disabled };
	cgswap_session *session;

	expect_ok(cgswap_session_open(&session, &opts), "a session");
	return session;
}

static const char *path_of_inner(void)
{
	static char path[600];

	snprintf(path, sizeof(path), "%s/inner", scratch_mount());
	return path;
}

static const char *detail(const char *name)
{
	const cgswap_error *error = cgswap_last_error();

	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++)
		if (strcmp(cgswap_error_get_detail_name(error, i), name) == 0)
			return cgswap_error_get_detail_text(error, i);
	return "";
}

static void attach_is(const char *disabled, bool certain, const char *name)
{
	const struct cgswap_attach_opts dry = { .sz = sizeof(dry), .dry_run = true };
	cgswap_session *session = open_session(disabled);
	cgswap_chain *chain = live_chain(session, path_of_inner(), "egress");
	cgswap_program *program = live_program(session, new);

	expect_ok(cgswap_chain_attach(chain, program, &dry), "%s: dry run", name);
	ok(cgswap_chain_get_certain(chain) == certain, "%s: it is %scertain", name,
	   certain ? "" : "not ");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static void nothing_above(void)
{
	attach_is(NULL, true, "asked");
	attach_is(cannot_ask, false, "not asked");
}

static void replace_is_uncertain(cgswap_session *session, cgswap_chain *chain,
				 cgswap_program *program)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .preorder = CGSWAP_PREORDER_NO };
	cgswap_replace *replace;
	const cgswap_step *step;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, by_fd(own), program, &opts), "a step");
	step = cgswap_replace_get_step(replace, 0);
	ok(cgswap_step_get_certain(step), "nothing is uncertain before a check");
	expect_ok(cgswap_replace_check(replace), "the check finds nothing");
	ok(!cgswap_step_get_certain(step), "the step is not certain");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ANCESTOR_EXCLUSIVE, "commit");
	is_str(detail("certain"), "false", "the detail certain");
	cgswap_replace_unref(replace);
}

static void command_says_so(void)
{
	const char *path = path_of_inner();
	struct command command;
	json_t *json;

	setenv("CGSWAP_DISABLE_FEATURES", cannot_ask, 1);
	command = cgswap_run("--json", "attach", path, "egress", by_id(new), "--dry-run", NULL);
	is_int(command.status, 0, "the command: exit status of the dry run");
	json = command_json(&command);
	ok(json_is_false(json_object_get(json, "certain")), "the command: certain is false");
	ok(strstr(command.err, "above this cgroup namespace may forbid") != NULL,
	   "the command: a line on standard error");
	json_decref(json);
	command_free(&command);
	unsetenv("CGSWAP_DISABLE_FEATURES");
}

static void forbidden_above(void)
{
	cgswap_session *session = open_session(cannot_ask);
	cgswap_chain *chain = live_chain(session, path_of_inner(), "egress");
	cgswap_program *program = live_program(session, new);

	attach_is(cannot_ask, false, "forbidden, but not asked");
	EXPECT_CAUSE(cgswap_chain_attach(chain, program, NULL), ANCESTOR_EXCLUSIVE, "attach");
	is_str(detail("certain"), "false", "the detail certain");
	replace_is_uncertain(session, chain, program);
	command_says_so();
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

int main(void)
{
	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	host = scratch_new("host");
	box = scratch_child(&host, "box");
	inner = scratch_child(&box, "inner");
	above = prog_pass(EGRESS, "above");
	own = prog_pass(EGRESS, "own");
	new = prog_pass(EGRESS, "new");

	raw_attach(inner.fd, own, EGRESS, RAW_MULTI);
	in_cgroup_namespace(&box, nothing_above);
	raw_attach(host.fd, above, EGRESS, RAW_NONE);
	in_cgroup_namespace(&box, forbidden_above);
	chain_is(inner.fd, EGRESS, &own, 1, "the chain is unchanged");
	return done_testing();
}
