/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every call on a closed handle gives its cause or an empty value: after close, after closing
 * twice, after the session of the handle is closed. Children may outlive their session, and a
 * callback cannot close the handle that is in use.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static void check_closed_chain(cgswap_chain *chain, cgswap_program *program)
{
	size_t position;

	EXPECT_CAUSE(cgswap_chain_read(chain), HANDLE_CLOSED, "read");
	EXPECT_CAUSE(cgswap_chain_read_effective(chain), HANDLE_CLOSED, "read effective");
	EXPECT_CAUSE(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_ALL), HANDLE_CLOSED, "describe");
	EXPECT_CAUSE(cgswap_chain_find(chain, "pos:0", &position), HANDLE_CLOSED, "find");
	EXPECT_CAUSE(cgswap_chain_attach(chain, program, NULL), HANDLE_CLOSED, "attach");
	EXPECT_CAUSE(cgswap_chain_detach(chain, "pos:0", NULL), HANDLE_CLOSED, "detach");
	is_int(cgswap_chain_get_length(chain), 0, "length");
	is_int(cgswap_chain_get_revision(chain), 0, "revision");
	is_int(cgswap_chain_get_cgroup_id(chain), 0, "cgroup id");
	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_DEFAULT, "mode");
	is_int(cgswap_chain_get_effective_length(chain), 0, "effective length");
	is_int(cgswap_chain_get_effective_id(chain, 0), 0, "effective id");
	is_str(cgswap_chain_get_cgroup(chain), "", "cgroup");
	is_str(cgswap_chain_get_attach_type(chain), "", "attach type");
	ok(!cgswap_chain_get_entry(chain, 0), "entry");
	expect_ok(cgswap_chain_close(chain), "closing it again");
}

static void check_closed_program(cgswap_program *program)
{
	is_int(cgswap_program_get_id(program), 0, "id");
	is_int(cgswap_program_get_fd(program), -1, "descriptor");
	is_str(cgswap_program_get_name(program), "", "name");
	is_str(cgswap_program_get_tag(program), "", "tag");
	is_str(cgswap_program_get_type(program), "", "type");
	expect_ok(cgswap_program_close(program), "closing it again");
}

static void check_closed_replace(cgswap_replace *replace, cgswap_chain *chain,
				 cgswap_program *program)
{
	EXPECT_CAUSE(cgswap_replace_add(replace, chain, "pos:0", program, NULL), HANDLE_CLOSED,
		     "add");
	EXPECT_CAUSE(cgswap_replace_add_source(replace, chain, "pos:0", "id:1", NULL),
		     HANDLE_CLOSED, "add source");
	EXPECT_CAUSE(cgswap_replace_check(replace), HANDLE_CLOSED, "check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), HANDLE_CLOSED, "commit");
	EXPECT_CAUSE(cgswap_replace_rollback(replace), HANDLE_CLOSED, "rollback");
	cgswap_replace_cancel(replace);
	is_int(cgswap_replace_get_length(replace), 0, "length");
	ok(!cgswap_replace_get_step(replace, 0), "step");
	expect_ok(cgswap_replace_close(replace), "closing it again");
}

static void check_closed_session(cgswap_session *session)
{
	bool out = true;
	cgswap_chain *chain;
	cgswap_program *program;
	cgswap_replace *replace;

	EXPECT_CAUSE(cgswap_chain_open(&chain, session, "/", "egress"), HANDLE_CLOSED, "chain");
	EXPECT_CAUSE(cgswap_program_open(&program, session, "id:1", NULL), HANDLE_CLOSED, "program");
	EXPECT_CAUSE(cgswap_replace_new(&replace, session, NULL), HANDLE_CLOSED, "replace");
	ok(!chain && !program && !replace, "the out parameters are NULL");
	EXPECT_CAUSE(cgswap_session_has(session, CGSWAP_FEATURE_MULTI, &out), HANDLE_CLOSED, "has");
	EXPECT_CAUSE(cgswap_session_has_attach_type(session, "egress", &out), HANDLE_CLOSED,
		     "has attach type");
	EXPECT_CAUSE(cgswap_session_walk(session, NULL, NULL, NULL), HANDLE_CLOSED, "walk");
	EXPECT_CAUSE(cgswap_session_set_log(session, NULL, NULL, NULL), HANDLE_CLOSED, "log");
	is_str(cgswap_session_get_kernel(session), "", "kernel");
	is_str(cgswap_session_get_cgroup_root(session), "", "root");
	is_str(cgswap_session_get_bpffs(session), "", "bpffs");
	is_str(cgswap_session_get_probe(session, CGSWAP_FEATURE_MULTI), "", "probe");
	expect_ok(cgswap_session_close(session), "closing it again");
}

/* Each handle is closed alone. */
static void one_by_one(void)
{
	struct fixture fixture = fixture_new("one", 1);
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "a step");
	expect_ok(cgswap_replace_close(replace), "the replace is closed");
	check_closed_replace(replace, fixture.chain, fixture.program);
	cgswap_replace_unref(replace);

	expect_ok(cgswap_program_close(fixture.program), "the program is closed");
	check_closed_program(fixture.program);
	cgswap_replace_new(&replace, fixture.session, NULL);
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, NULL), HANDLE_CLOSED,
		     "attaching a closed program");
	EXPECT_CAUSE(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL),
		     HANDLE_CLOSED, "adding a closed program");

	expect_ok(cgswap_chain_close(fixture.chain), "the chain is closed");
	check_closed_chain(fixture.chain, fixture.program);
	EXPECT_CAUSE(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL),
		     HANDLE_CLOSED, "adding to a closed chain");
	cgswap_replace_unref(replace);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 1,
		 "the attached program stays attached");
	fixture_free(&fixture);
}

/* Closing the session closes all its children, which can be unreferenced in any order. */
static void all_at_once(void)
{
	struct fixture fixture = fixture_new("all", 1);
	cgswap_replace *replace;
	unsigned open = descriptors_count();

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "a step");
	expect_ok(cgswap_session_close(fixture.session), "the session is closed");
	ok(descriptors_count() < open, "its descriptors are closed");
	check_closed_session(fixture.session);
	check_closed_chain(fixture.chain, fixture.program);
	check_closed_program(fixture.program);
	check_closed_replace(replace, fixture.chain, fixture.program);
	cgswap_replace_unref(replace);
	fixture_free(&fixture);
}

/* A child keeps its session alive, and may have the last reference to it. */
static void references(void)
{
	struct fixture fixture = fixture_new("references", 1);

	ok(cgswap_session_ref(fixture.session) == fixture.session,
	   "a second reference to the session");
	cgswap_session_unref(fixture.session);
	expect_ok(cgswap_chain_read(fixture.chain),
		  "a chain is read after one unref of the session");
	ok(cgswap_chain_ref(fixture.chain) == fixture.chain, "a second reference to the chain");
	cgswap_chain_unref(fixture.chain);
	expect_ok(cgswap_chain_read(fixture.chain), "the chain is read after one unref");
	ok(cgswap_program_ref(fixture.program) == fixture.program,
	   "a second reference to the program");
	cgswap_program_unref(fixture.program);
	is_int(cgswap_program_get_id(fixture.program), raw_prog_id(fixture.spare),
	       "the program has its id after one unref");
	cgswap_session_unref(fixture.session);
	expect_ok(cgswap_chain_read(fixture.chain),
		  "a chain outlives the references to its session");
	is_str(cgswap_chain_get_cgroup(fixture.chain), fixture.cgroup.path,
	       "the chain still has its cgroup");
	fixture.session = NULL;
	fixture_free(&fixture);
}

struct closing {
	cgswap_session *session;
	cgswap_replace *replace;
	enum cgswap_cause causes[4];
};

static int close_all(size_t done, size_t total, void *user)
{
	struct closing *closing = user;

	(void)done;
	(void)total;
	cgswap_replace_close(closing->replace);
	closing->causes[0] = cgswap_error_get_cause(cgswap_last_error());
	cgswap_session_close(closing->session);
	closing->causes[1] = cgswap_error_get_cause(cgswap_last_error());
	cgswap_replace_commit(closing->replace, NULL);
	closing->causes[2] = cgswap_error_get_cause(cgswap_last_error());
	cgswap_replace_rollback(closing->replace);
	closing->causes[3] = cgswap_error_get_cause(cgswap_last_error());
	return 0;
}

static void from_a_callback(void)
{
	struct fixture fixture = fixture_new("callback", 1);
	struct closing closing = { .session = fixture.session };
	const struct cgswap_commit_opts opts = {
		.sz = sizeof(opts), .progress = close_all, .user = &closing,
	};

	cgswap_replace_new(&closing.replace, fixture.session, NULL);
	cgswap_replace_add(closing.replace, fixture.chain, "pos:0", fixture.program, NULL);
	expect_ok(cgswap_replace_commit(closing.replace, &opts), "the commit succeeds");
	is_int(closing.causes[0], CGSWAP_CAUSE_HANDLE_IN_USE, "close of the replace");
	is_int(closing.causes[1], CGSWAP_CAUSE_HANDLE_IN_USE, "close of the session");
	is_int(closing.causes[2], CGSWAP_CAUSE_HANDLE_IN_USE, "commit in a commit");
	is_int(closing.causes[3], CGSWAP_CAUSE_HANDLE_IN_USE, "roll-back in a commit");
	chain_is(fixture.cgroup.fd, EGRESS, &fixture.spare, 1, "the swap was done");
	expect_ok(cgswap_replace_close(closing.replace),
		  "the transaction can be closed afterwards");
	cgswap_replace_unref(closing.replace);
	fixture_free(&fixture);
}

int main(void)
{
	need_live();
	one_by_one();
	all_at_once();
	references();
	from_a_callback();
	return done_testing();
}
