/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With fault injection: verification finds a replace that silently appends, and undoes it; an
 * unexpected errno is reported as such, never as a wrong cause; a failed roll-back is reported.
 */
#include "../lib/expect.h"
#include "../lib/faults.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <string.h>

static struct fixture fixture;

static cgswap_replace *planned(enum cgswap_verify verify, size_t steps)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = verify };
	static const char *const positions[] = { "pos:0", "pos:1" };
	cgswap_replace *replace;

	memset(&faults, 0, sizeof(faults));
	cgswap_replace_new(&replace, fixture.session, &opts);
	for (size_t i = 0; i < steps; i++) {
		int prog = prog_pass(EGRESS, "new");
		cgswap_program *program = live_program(fixture.session, prog);

		expect_ok(cgswap_replace_add(replace, fixture.chain, positions[i], program, NULL),
			  "step %zu", i);
		cgswap_program_unref(program);
		raw_close(prog);
	}
	return replace;
}

static void appends(void)
{
	cgswap_replace *replace = planned(CGSWAP_VERIFY_ON, 2);

	faults.append = true;
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), VERIFY_FAILED, "a replace that appends");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "it was undone");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 0)), CGSWAP_STEP_FAILED,
	       "the step failed");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0)),
	       CGSWAP_CAUSE_VERIFY_FAILED, "the step has the cause");
	ok(!cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)),
	   "the step is not verified");
	faults.append = false;
	expect_ok(cgswap_replace_commit(replace, NULL), "commit succeeds without the fault");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	cgswap_replace_unref(replace);
}

static void does_nothing(void)
{
	cgswap_replace *replace = planned(CGSWAP_VERIFY_ON, 1);
	struct raw_chain before = fixture_chain(&fixture);
	enum cgswap_status status;

	/* the revision shows that nothing happened: not a verified success */
	faults.vanish = true;
	status = cgswap_replace_commit(replace, NULL);
	ok(status || !cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)),
	   "a replace that did nothing is not verified");
	faults.vanish = false;
	fixture_untouched(&fixture, &before, "after a replace that did nothing");
	cgswap_replace_unref(replace);
}

/* The second step fails, and so does every attempt to undo the first. */
static void cannot_undo(int errnum)
{
	cgswap_replace *replace = planned(CGSWAP_VERIFY_ON, 2);
	const cgswap_step *first = cgswap_replace_get_step(replace, 0);

	faults.fail_errno = errnum;
	faults.fail_from = 2;
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ROLLBACK_INCOMPLETE,
		     "the commit and its roll-back fail");
	is_int(cgswap_step_get_state(first), CGSWAP_STEP_FAILED,
	       "the first step could not be undone");
	is_int(fixture_chain(&fixture).ids[0], cgswap_step_get_new_id(first),
	       "its new program is still attached");
	EXPECT_CAUSE(cgswap_replace_rollback(replace), ROLLBACK_INCOMPLETE,
		     "a roll-back with the fault");
	memset(&faults, 0, sizeof(faults));
	expect_ok(cgswap_replace_rollback(replace), "a roll-back without the fault");
	is_int(cgswap_step_get_state(first), CGSWAP_STEP_UNDONE, "the first step is undone");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the chain is as before");
	cgswap_replace_unref(replace);
}

static void refuses(int errnum, enum cgswap_cause cause)
{
	cgswap_replace *replace = planned(CGSWAP_VERIFY_ON, 1);
	struct raw_chain before = fixture_chain(&fixture);
	struct descriptors open = descriptors_now();

	faults.fail_errno = errnum;
	faults.fail_from = 1;
	expect_refusal(cgswap_replace_commit(replace, NULL), cause, &open, "%s", strerror(errnum));
	is_int(cgswap_error_get_errno(cgswap_last_error()), errnum, "the error has the errno");
	if (cause == CGSWAP_CAUSE_UNEXPLAINED)
		expect_message(cgswap_errno_get_name(errnum));
	fixture_untouched(&fixture, &before, "after the error");
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	fixture = fixture_new("errs", 3);
	appends();
	does_nothing();
	refuses(EIO, CGSWAP_CAUSE_UNEXPLAINED);
	refuses(ENOMEM, CGSWAP_CAUSE_OUT_OF_MEMORY);
	refuses(EPERM, CGSWAP_CAUSE_DENIED_BY_POLICY);
	refuses(EACCES, CGSWAP_CAUSE_DENIED_BY_POLICY);
	refuses(EINVAL, CGSWAP_CAUSE_UNEXPLAINED);
	cannot_undo(EIO);
	fixture_free(&fixture);
	return done_testing();
}
