/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transaction with a journal, its rollback, a recover in each direction, the same with more programs
 * than may be open, and a transaction that is held with its undo and its forget, with each call of the
 * backend, each file operation of the journal and each allocation failing in turn, alone or with all
 * after it: the chains and pins are all old or all new, the error has a cause that fits, and no
 * descriptor, memory or lock is left; what could not be removed, the next call removes.
 *
 * Usage: journal_every_fault [--all | less | SEED]; without --all some of the faults, by a seed.
 */
#include "../lib/live.h"
#include "../lib/tap.h"
#include "fault_kernel.h"
#include "files.h"
#include "journal_faults.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLE = 6, FEW = 2, FEWER = 12 };

static const int errnos[] = { ENOMEM, ENOSPC, EIO, EINTR, EMFILE, EROFS, FILES_SHORT };

static bool all;
static int gap = FEW; /* between two operations that fail, at most */

/* A call that was interrupted may be repeated, and only a write can be short. */
static bool is_sensible(const struct fault *fault)
{
	bool writes = fault->source == FAULT_FILE && fault->op == FILES_WRITE;

	if (fault->source == FAULT_MEMORY)
		return fault->errnum == ENOMEM;
	if (fault->errnum == FILES_SHORT)
		return writes;
	return !fault->on || fault->errnum != EINTR;
}

/* Fails operation `at` with each errno, or only with some. Returns false if there is none. */
static bool fail_at(enum journal_act act, struct fault *fault, unsigned *faults, unsigned *wrong)
{
	size_t count = sizeof(errnos) / sizeof(*errnos);
	bool there = true, any = false;

	for (size_t i = 0; there && i < 2 * count; i++) {
		fault->errnum = errnos[i / 2];
		fault->on = i % 2;
		/* the first tells that the operation exists */
		if (!is_sensible(fault) || (!all && any && rand() % SAMPLE) ||
		    (!all && !any && rand() % (int)count && i < 8))
			continue;
		any = true;
		there = journal_faults_run(act, fault, wrong);
		*faults += there;
	}
	return there;
}

static void fail_op(enum journal_act act, enum fault_source source, unsigned op, const char *name)
{
	struct fault fault = { .source = source, .op = op, .at = 1 };
	unsigned faults = 0, wrong = 0;

	while (wrong < 100 && fail_at(act, &fault, &faults, &wrong))
		fault.at += all ? 1 : 1 + (unsigned)(rand() % gap);
	if (faults)
		ok(!wrong, "%s: %u faults of %s", journal_act_names[act], faults, name);
}

/* Programs that are held by pins are opened again. */
static void shelves_are_used(void)
{
	for (int act = 0; act < JOURNAL_ACTS; act++) {
		enum journal_act plainly = journal_act_plainly((enum journal_act)act);

		if (act != (int)plainly)
			ok(journal_faults_calls((enum journal_act)act, FAULT_KERNEL_PIN_OPEN) >
				   journal_faults_calls(plainly, FAULT_KERNEL_PIN_OPEN),
			   "%s: programs are held by pins", journal_act_names[act]);
	}
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	unsigned seed = *how && strcmp(how, "less") != 0 ? (unsigned)atoi(how) : (unsigned)time(NULL);

	all = strcmp(how, "--all") == 0;
	if (strcmp(how, "less") == 0)
		gap = FEWER;
	srand(seed);
	if (!all)
		diag("seed %u", seed);
	need_live();
	if (!kernel_has_revision())
		skip_all("this kernel has no revisions");
	journal_faults_build();
	/* all of them take longer than a test may */
	if (all)
		alarm(0);
	shelves_are_used();
	for (int act = 0; act < JOURNAL_ACTS; act++) {
		for (unsigned op = 0; op < FAULT_KERNEL_OPS; op++)
			if (fault_kernel_can_fail((enum fault_kernel_op)op) &&
			    journal_faults_calls((enum journal_act)act, op))
				fail_op((enum journal_act)act, FAULT_CALL, op, fault_kernel_names[op]);
		for (unsigned op = 0; op < FILES_OPS; op++)
			fail_op((enum journal_act)act, FAULT_FILE, op, files_names[op]);
		fail_op((enum journal_act)act, FAULT_MEMORY, 0, "allocations");
	}
	journal_faults_free();
	return done_testing();
}
