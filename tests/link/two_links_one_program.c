/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two links hold the same program: one transaction swaps the program of each link. Each step is
 * verified by its own link, and reports the position afterwards.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

enum { LINKS = 2 };

static struct fixture fixture;
static int held, link_fd[LINKS], new_fd[LINKS];
static cgswap_program *new[LINKS];

static cgswap_replace *planned(const int *order)
{
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	for (int i = 0; i < LINKS; i++) {
		char link[32];

		snprintf(link, sizeof(link), "link:%u", raw_link_id(link_fd[order[i]]));
		expect_ok(cgswap_replace_add(replace, fixture.chain, link, new[order[i]], NULL),
			  "a step for link %d", order[i]);
	}
	return replace;
}

static void both(const int *order)
{
	const int after[] = { fixture.progs[0], new_fd[0], new_fd[1] };
	const int before[] = { fixture.progs[0], held, held };
	cgswap_replace *replace = planned(order);

	for (int round = 0; round < 2; round++) {
		expect_ok(cgswap_replace_check(replace), "check succeeds");
		expect_ok(cgswap_replace_commit(replace, NULL), "the transaction is committed");
		chain_is(fixture.cgroup.fd, EGRESS, after, 3, "each link has its own new program");
		for (int i = 0; i < LINKS; i++) {
			const cgswap_step *step = cgswap_replace_get_step(replace, i);

			ok(cgswap_step_get_verified(step) || !kernel_has_revision(),
			   "step %d is verified", i);
			if (kernel_has_revision())
				is_int(cgswap_step_get_position(step), 1 + order[i],
				       "step %d has its position", i);
		}
		expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
		chain_is(fixture.cgroup.fd, EGRESS, before, 3, "the chain is as before");
	}
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	fixture = fixture_new("two-links", 1);
	held = prog_pass(EGRESS, "held");
	for (int i = 0; i < LINKS; i++) {
		link_fd[i] = raw_link_create(fixture.cgroup.fd, held, EGRESS, 0);
		if (link_fd[i] < 0)
			bail_out("no link");
		new_fd[i] = prog_pass(EGRESS, i ? "new1" : "new0");
		cgswap_program_open(&new[i], fixture.session, by_fd(new_fd[i]), NULL);
	}
	both((const int[]){ 0, 1 });
	both((const int[]){ 1, 0 });
	for (int i = 0; i < LINKS; i++) {
		cgswap_program_unref(new[i]);
		raw_close(new_fd[i]);
		chain_close_link(link_fd[i], fixture.cgroup.fd, EGRESS);
	}
	raw_close(held);
	fixture_free(&fixture);
	return done_testing();
}
