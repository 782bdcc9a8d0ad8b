/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What no healthy kernel does: a replace that silently appends is found by verification and taken
 * back; an errno that nobody expects is told as it is, never as a wrong cause; a put-back that
 * fails is told too.
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
	static const char *const places[] = { "pos:0", "pos:1" };
	cgswap_replace *replace;

	memset(&faults, 0, sizeof(faults));
	cgswap_replace_new(&replace, fixture.session, &opts);
	for (size_t i = 0; i < steps; i++) {
		int prog = prog_pass(EGRESS, "new");
		cgswap_program *program = live_program(fixture.session, prog);

		expect_ok(cgswap_replace_add(replace, fixture.chain, places[i], program, NULL),
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
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), VERIFY_FAILED, "a silent append");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "it was taken back");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 0)), CGSWAP_STEP_FAILED,
	       "the step failed");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0)),
	       CGSWAP_CAUSE_VERIFY_FAILED, "for that reason");
	ok(!cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)), "and is not verified");
	faults.append = false;
	expect_ok(cgswap_replace_commit(replace, NULL), "with a healthy kernel it goes through");
	expect_ok(cgswap_replace_rollback(replace), "and back");
	cgswap_replace_unref(replace);
}

static void does_nothing(void)
{
	cgswap_replace *replace = planned(CGSWAP_VERIFY_ON, 1);
	struct raw_chain before = fixture_chain(&fixture);
	enum cgswap_status status;

	/* revisions tell that nothing happened: the answer is not a verified success */
	faults.vanish = true;
	status = cgswap_replace_commit(replace, NULL);
	ok(status || !cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)),
	   "a replace that did nothing is not verified");
	faults.vanish = false;
	fixture_untouched(&fixture, &before, "after a replace that did nothing");
	cgswap_replace_unref(replace);
}

/* The second step is refused, and so is every put-back. */
static void cannot_put_back(int errnum)
{
	cgswap_replace *replace = planned(CGSWAP_VERIFY_ON, 2);
	const cgswap_step *first = cgswap_replace_get_step(replace, 0);

	faults.fail_errno = errnum;
	faults.fail_from = 2;
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ROLLBACK_INCOMPLETE,
		     "neither forwards nor back");
	is_int(cgswap_step_get_state(first), CGSWAP_STEP_FAILED, "the first step is stuck");
	is_int(fixture_chain(&fixture).ids[0], cgswap_step_get_new_id(first), "ours still stands there");
	EXPECT_CAUSE(cgswap_replace_rollback(replace), ROLLBACK_INCOMPLETE, "still stuck");
	memset(&faults, 0, sizeof(faults));
	expect_ok(cgswap_replace_rollback(replace), "later it can be put back");
	is_int(cgswap_step_get_state(first), CGSWAP_STEP_UNDONE, "the first step is undone");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "all is as before");
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
	is_int(cgswap_error_get_errno(cgswap_last_error()), errnum, "the errno is told");
	if (cause == CGSWAP_CAUSE_UNEXPLAINED)
		expect_message(cgswap_errno_get_name(errnum));
	fixture_untouched(&fixture, &before, "after the refusal");
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
	cannot_put_back(EIO);
	fixture_free(&fixture);
	return done_testing();
}
