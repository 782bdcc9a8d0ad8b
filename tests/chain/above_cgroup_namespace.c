/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In a cgroup namespace, a program of a cgroup above it that forbids others is named as the reason,
 * and the dry run knows it too; one that runs from there is attached at an ancestor. The mode of the
 * chain itself is a reason of its own.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static struct scratch host, box, inner;
static int above, own, new;
static char inner_path[600];

/* The scratch cgroup of other tests cannot be seen. */
static cgswap_session *open_session(void)
{
	cgswap_session *session;

	expect_ok(cgswap_session_open(&session, NULL), "a session");
	return session;
}

/* The paths inside the namespace, whose root is box. */
static const char *path_of_inner(void)
{
	snprintf(inner_path, sizeof(inner_path), "%s/inner", scratch_mount());
	return inner_path;
}

static void attach_refused(cgswap_session *session, const char *path, bool by_link,
			   const char *name)
{
	cgswap_chain *chain = live_chain(session, path, "egress");
	cgswap_program *program = live_program(session, new);
	int link_fd = -1;
	struct cgswap_attach_opts opts = {
		.sz = sizeof(opts),
		.link_fd = by_link ? &link_fd : NULL,
		.dry_run = true,
	};
	char dry[800];

	EXPECT_CAUSE(cgswap_chain_attach(chain, program, &opts), ANCESTOR_EXCLUSIVE, "%s: dry run",
		     name);
	snprintf(dry, sizeof(dry), "%s", cgswap_error_get_message(cgswap_last_error()));
	opts.dry_run = false;
	EXPECT_CAUSE(cgswap_chain_attach(chain, program, &opts), ANCESTOR_EXCLUSIVE, "%s: call", name);
	is_str(cgswap_error_get_message(cgswap_last_error()), dry, "%s: the same message", name);
	expect_message("above this cgroup namespace");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
}

static void replace_refused(cgswap_session *session)
{
	cgswap_chain *chain = live_chain(session, path_of_inner(), "egress");
	cgswap_program *program = live_program(session, new);
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, by_fd(own), program, NULL), "a step");
	EXPECT_CAUSE(cgswap_replace_check(replace), ANCESTOR_EXCLUSIVE, "replace: check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ANCESTOR_EXCLUSIVE, "replace: commit");
	expect_message("above this cgroup namespace");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
}

static void forbidden(void)
{
	cgswap_session *session = open_session();

	attach_refused(session, path_of_inner(), false, "an attach");
	attach_refused(session, path_of_inner(), true, "an attach by link");
	attach_refused(session, scratch_mount(), false, "an attach at the root of the namespace");
	cgswap_session_unref(session);
}

static void forbidden_later(void)
{
	cgswap_session *session = open_session();

	attach_refused(session, path_of_inner(), false, "an attach beside another program");
	replace_refused(session);
	cgswap_session_unref(session);
}

/* No other reason is looked for above the namespace. */
static void own_mode(void)
{
	cgswap_session *session = open_session();
	cgswap_chain *chain = live_chain(session, path_of_inner(), "egress");
	cgswap_program *program = live_program(session, new);
	struct cgswap_attach_opts opts = { .sz = sizeof(opts), .dry_run = true };

	EXPECT_CAUSE(cgswap_chain_attach(chain, program, &opts), OWN_MODE_CONFLICT,
		     "a chain in none mode: dry run");
	opts.dry_run = false;
	EXPECT_CAUSE(cgswap_chain_attach(chain, program, &opts), OWN_MODE_CONFLICT,
		     "a chain in none mode: call");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static void attached_above(void)
{
	const char *const selectors[] = { "name:above", by_id(above), by_fd(above) };
	cgswap_session *session = open_session();
	cgswap_chain *chain = live_chain(session, path_of_inner(), "egress");
	cgswap_program *program = live_program(session, new);

	for (size_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
		EXPECT_CAUSE(cgswap_chain_detach(chain, selectors[i], NULL), ATTACHED_AT_ANCESTOR,
			     "detach %s", selectors[i]);
		expect_message("above this cgroup namespace");
		EXPECT_CAUSE(swap(session, chain, selectors[i], program), ATTACHED_AT_ANCESTOR,
			     "replace %s", selectors[i]);
	}
	expect_ok(cgswap_chain_attach(chain, program, NULL), "a multi mode above allows an attach");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

int main(void)
{
	need_live();
	host = scratch_new("host");
	box = scratch_child(&host, "box");
	inner = scratch_child(&box, "inner");
	above = prog_pass(EGRESS, "above");
	own = prog_pass(EGRESS, "own");
	new = prog_pass(EGRESS, "new");

	raw_attach(host.fd, above, EGRESS, RAW_NONE);
	in_cgroup_namespace(&box, forbidden);
	raw_detach(host.fd, above, EGRESS);

	raw_attach(inner.fd, own, EGRESS, RAW_MULTI);
	raw_attach(host.fd, above, EGRESS, RAW_NONE);
	in_cgroup_namespace(&box, forbidden_later);
	chain_is(inner.fd, EGRESS, &own, 1, "the chain is unchanged");
	raw_detach(inner.fd, own, EGRESS);
	raw_detach(host.fd, above, EGRESS);

	raw_attach(inner.fd, own, EGRESS, RAW_NONE);
	in_cgroup_namespace(&box, own_mode);
	raw_detach(inner.fd, own, EGRESS);

	raw_attach(host.fd, above, EGRESS, RAW_MULTI);
	in_cgroup_namespace(&box, attached_above);
	chain_is(inner.fd, EGRESS, &new, 1, "the program is attached");
	return done_testing();
}
