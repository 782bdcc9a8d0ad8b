/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each option struct, as large as it is in this version, is taken by the function it is for.
 * opts_grow.sh runs this program again with a library whose structs have one field more.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static int go_on(size_t done, size_t total, void *user)
{
	(void)done;
	(void)total;
	(*(int *)user)++;
	return 0;
}

int main(void)
{
	const struct cgswap_session_opts session_opts = { .sz = sizeof(session_opts),
							  .kernel = "live",
							  .retry_time_ms = 500 };
	const struct cgswap_program_opts program_opts = { .sz = sizeof(program_opts),
							  .attach_type = "egress" };
	const struct cgswap_attach_opts attach_opts = { .sz = sizeof(attach_opts),
							.mode = CGSWAP_MODE_MULTI };
	const struct cgswap_detach_opts detach_opts = { .sz = sizeof(detach_opts) };
	const struct cgswap_replace_opts replace_opts = { .sz = sizeof(replace_opts),
							  .verify = CGSWAP_VERIFY_ON };
	const struct cgswap_step_opts step_opts = { .sz = sizeof(step_opts),
						    .preorder = CGSWAP_PREORDER_NO };
	struct cgswap_commit_opts commit_opts = { .sz = sizeof(commit_opts),
						  .progress = go_on,
						  .retry_time_ms = -1 };
	struct fixture fixture;
	cgswap_session *session;
	cgswap_program *program;
	cgswap_replace *replace;
	int calls = 0;

	need_live();
	fixture = fixture_new("grow", 2);
	expect_ok(cgswap_session_open(&session, &session_opts), "session");
	cgswap_session_unref(session);
	expect_ok(cgswap_program_open(&program, fixture.session, by_fd(fixture.spare), &program_opts),
		  "program");
	expect_ok(cgswap_chain_attach(fixture.chain, program, &attach_opts), "attach");
	expect_ok(cgswap_chain_detach(fixture.chain, by_id(fixture.spare), &detach_opts), "detach");
	expect_ok(cgswap_replace_new(&replace, fixture.session, &replace_opts), "replace");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", program, &step_opts), "step");
	commit_opts.user = &calls;
	expect_ok(cgswap_replace_commit(replace, &commit_opts), "commit");
	is_int(calls, 1, "its callback was called");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	fixture_free(&fixture);
	return done_testing();
}
