/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A failed swap and a failed attach leave no pin at a path that was free. A pin that another process
 * put there meanwhile stays.
 */
#include "../lib/tap.h"
#include "leaks.h"
#include "scenarios.h"

#include <errno.h>
#include <string.h>

static bool taken; /* another process pins at the path first */

/* Fails the first attach, and lets another process take the path before that. */
static void refuse(enum fault_kernel_op op, void *user)
{
	struct kernel *kernel = fixture.kernel;

	(void)user;
	if (op != FAULT_KERNEL_ATTACH || fault_kernel.fail_at)
		return;
	fault_kernel.fail_op = op;
	fault_kernel.fail_at = fault_kernel.calls[op];
	fault_kernel.fail_errno = EBUSY;
	if (taken && (kernel->ops->unpin(kernel, fixture.pin_free) ||
		      kernel->ops->pin(kernel, fixture.new[3], fixture.pin_free)))
		bail_out("cannot put another pin at the path");
}

static void commit(struct run *run)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = fixture.pin_free };

	run_did(run, cgswap_replace_new(&run->replace, run->session, NULL));
	if (!run_did(run, cgswap_replace_add(run->replace, run->chain[1], "pos:0", run->program[0],
					     &opts)))
		bail_out("%s", run_text(run));
	fault_kernel_reset();
	fault_kernel.before = refuse;
	run_did(run, cgswap_replace_commit(run->replace, NULL));
}

static void attach(struct run *run)
{
	const struct cgswap_attach_opts opts = { .sz = sizeof(opts), .pin = fixture.pin_free };

	fault_kernel_reset();
	fault_kernel.before = refuse;
	run_did(run, cgswap_chain_attach(run->chain[1], run->program[0], &opts));
}

static void play(void (*change)(struct run *run), const char *name)
{
	struct fault_fixture_look now;
	struct run run;

	memset(&run, 0, sizeof(run));
	if (!run_open(&run))
		bail_out("%s", run_text(&run));
	change(&run);
	fault_kernel_reset();
	now = fault_fixture_look();
	if (!ok(run.errnum == EBUSY, "%s: the error is the kernel's", name))
		diag("got %s", run_text(&run));
	ok(!memcmp(now.chain, fixture.start.chain, sizeof(now.chain)), "%s: the chains are unchanged", name);
	is_int(now.pinned[1], taken ? fixture.new_id[3] : 0, "%s: the pin is %s", name,
	       taken ? "the other process's" : "gone");
	run_end(&run);
	fault_fixture_reset();
}

static bool was_taken;

/* The swap is done, and another process puts its pin in place of the old program's. */
static void take_old(enum fault_kernel_op op, void *user)
{
	struct kernel *kernel = fixture.kernel;

	(void)user;
	if (op != FAULT_KERNEL_PIN_MOVE || was_taken)
		return;
	was_taken = true;
	if (kernel->ops->unpin(kernel, fixture.pin) ||
	    kernel->ops->pin(kernel, fixture.new[3], fixture.pin))
		bail_out("the path does not change hands");
}

static uint32_t program_at(const char *path)
{
	struct kernel *kernel = fixture.kernel;
	struct kernel_program program = { 0 };
	int fd = kernel->ops->pin_open(kernel, path);

	if (fd < 0)
		return 0;
	kernel->ops->program_info(kernel, fd, &program);
	kernel->ops->close(kernel, fd);
	return program.id;
}

static void old_pin_taken(void)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = fixture.pin };
	struct fault_fixture_look now;
	struct run run;

	memset(&run, 0, sizeof(run));
	if (!run_open(&run) ||
	    !run_did(&run, cgswap_replace_new(&run.replace, run.session, NULL)) ||
	    !run_did(&run, cgswap_replace_add(run.replace, run.chain[0],
					      fault_fixture_by_id(fixture.old_id[0][0]),
					      run.program[0], &opts)))
		bail_out("%s", run_text(&run));
	fault_kernel_reset();
	fault_kernel.before = take_old;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	fault_kernel_reset();
	now = fault_fixture_look();
	ok(was_taken, "another process takes the path between the swap and the pin");
	if (!ok(run.cause == CGSWAP_CAUSE_PIN_EXISTS, "the commit is refused"))
		diag("got %s", run_text(&run));
	ok(!memcmp(now.chain, fixture.start.chain, sizeof(now.chain)), "the chain is as it was");
	is_int(program_at(fixture.pin), fixture.new_id[3], "the pin of the other process stays");
	is_int(leaks_aside(), 0, "no temporary pin is left");
	run_end(&run);
	fixture.kernel->ops->unpin(fixture.kernel, fixture.pin);
	if (fixture.kernel->ops->pin(fixture.kernel, fixture.old[0][0], fixture.pin))
		bail_out("the pin cannot be put back");
	fault_fixture_reset();
}

int main(void)
{
	fault_fixture_build(false);
	play(commit, "a commit");
	play(attach, "an attach");
	taken = true;
	play(commit, "a commit, and the path is taken");
	play(attach, "an attach, and the path is taken");
	old_pin_taken();
	fault_fixture_free();
	return done_testing();
}
