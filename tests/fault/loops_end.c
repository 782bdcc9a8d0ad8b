/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel that gives the same answer for ever ends no call in an endless loop, a number of retries
 * as large as can be does not overflow, and a step whose preorder could not be found out is refused
 * by the library itself.
 */
#include "fixture.h"

#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/tap.h"
#include "fault_kernel.h"
#include "scenarios.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { MOST_QUERIES = 12 };

static void fail_query(unsigned at, int errnum, bool from_there_on)
{
	fault_kernel_reset();
	fault_kernel.fail_op = FAULT_KERNEL_QUERY;
	fault_kernel.fail_at = at;
	fault_kernel.fail_errno = errnum;
	fault_kernel.fail_on = from_there_on;
}

static void query_never_fits(struct run *run)
{
	fail_query(1, ENOSPC, true);
	ok(cgswap_chain_read(run->chain[0]) != CGSWAP_OK, "a query that never fits is an error");
	ok(cgswap_error_get_errno(cgswap_last_error()) == ENOSPC, "with the kernel's errno");
	fault_kernel_reset();
}

static void most_retries(struct run *run)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .retries = INT32_MAX };
	cgswap_replace *replace;

	ok(!cgswap_replace_new(&replace, run->session, &opts), "a replace with all retries");
	ok(!cgswap_replace_add(replace, run->chain[0], "pos:1", run->program[0], NULL),
	   "a step is added");
	ok(!cgswap_replace_commit(replace, NULL) && !cgswap_replace_rollback(replace),
	   "and committed, and rolled back");
	cgswap_replace_unref(replace);
}

/* Faults at one query of the add and one of the commit: true when the commit succeeded. */
static bool swap_preorder(struct run *run, unsigned at_add, unsigned at_commit)
{
	cgswap_replace *replace;
	bool done = false;

	if (cgswap_replace_new(&replace, run->session, NULL))
		bail_out("no replace");
	fail_query(at_add, EPERM, false);
	if (!cgswap_replace_add(replace, run->chain[0], "pos:0", run->program[0], NULL)) {
		fail_query(at_commit, EPERM, false);
		done = !cgswap_replace_commit(replace, NULL);
	}
	fault_kernel_reset();
	cgswap_replace_unref(replace);
	return done;
}

/* The chain's first entry is preorder, which shows in the order of its child. */
static void unknown_preorder(struct run *run)
{
	unsigned done = 0, lost = 0;

	for (unsigned i = 1; i <= MOST_QUERIES; i++)
		for (unsigned j = 1; j <= MOST_QUERIES; j++) {
			struct fault_fixture_look now;

			if (swap_preorder(run, i, j)) {
				now = fault_fixture_look();
				done++;
				lost += now.chain[0].effective[0] != fixture.new_id[0];
			}
			fault_fixture_reset();
		}
	ok(done > 0, "%u swaps were done", done);
	ok(lost == 0, "none took the preorder away");
}

int main(void)
{
	struct run run;

	alarm(60);
	fault_fixture_build(false);
	memset(&run, 0, sizeof(run));
	if (!run_open(&run))
		bail_out("%s", run_text(&run));
	query_never_fits(&run);
	most_retries(&run);
	unknown_preorder(&run);
	run_end(&run);
	fault_fixture_free();
	return done_testing();
}
