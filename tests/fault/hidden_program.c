/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy hides one program of a chain: its row says why it has no name, and a name that another
 * program has is not taken for unique, since the hidden one may have it too. Other selectors work.
 */
#include "../lib/tap.h"
#include "scenarios.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HIDDEN = 1, POSITIONS = 3 };

static const struct cgswap_detach_opts dry = { .sz = sizeof(dry), .dry_run = 1 };

/* The programs of a chain are opened one after another. */
static void hide(int errnum)
{
	fault_kernel_reset();
	fault_kernel.fail_op = FAULT_KERNEL_PROGRAM_BY_ID;
	fault_kernel.fail_at = HIDDEN + 1;
	fault_kernel.fail_errno = errnum;
}

static enum cgswap_cause detach(cgswap_chain *chain, const char *selector)
{
	hide(EACCES);
	cgswap_chain_detach(chain, selector, &dry);
	return cgswap_error_get_cause(cgswap_last_error());
}

static void check_rows(cgswap_chain *chain, int errnum)
{
	const char *name = cgswap_errno_get_name(errnum);
	const cgswap_entry *entry;

	cgswap_chain_read(chain);
	hide(errnum);
	ok(!cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS), "%s: described", name);
	for (size_t i = 0; i < POSITIONS; i++) {
		entry = cgswap_chain_get_entry(chain, i);
		ok(!*cgswap_entry_get_name(entry) == (i == HIDDEN), "%s: row %zu has a name or not",
		   name, i);
		ok(!*cgswap_entry_get_reason(entry) == (i != HIDDEN), "%s: and no reason, or one",
		   name);
	}
	entry = cgswap_chain_get_entry(chain, HIDDEN);
	ok(!strncmp(cgswap_entry_get_reason(entry), name, strlen(name)), "%s: the reason", name);
}

int main(void)
{
	struct run run;

	fault_fixture_build(false);
	memset(&run, 0, sizeof(run));
	if (!run_open(&run))
		bail_out("%s", run_text(&run));
	check_rows(run.chain[0], EACCES);
	check_rows(run.chain[0], EPERM);
	ok(detach(run.chain[0], "name:old00") == CGSWAP_CAUSE_DENIED_BY_POLICY,
	   "the name of a visible program");
	diag("%s", cgswap_error_get_message(cgswap_last_error()));
	ok(detach(run.chain[0], "name:old01") == CGSWAP_CAUSE_DENIED_BY_POLICY,
	   "the name of the hidden one");
	ok(detach(run.chain[0], "name:other") == CGSWAP_CAUSE_DENIED_BY_POLICY, "no such name");
	ok(detach(run.chain[0], fault_fixture_by_id(fixture.old_id[0][0])) == CGSWAP_CAUSE_NONE,
	   "an id");
	fault_kernel_reset();
	ok(!cgswap_chain_detach(run.chain[0], "name:old00", &dry), "the name, with nothing hidden");
	run_end(&run);
	ok(fault_kernel.open == 0, "no descriptor is left open");
	fault_fixture_free();
	return done_testing();
}
