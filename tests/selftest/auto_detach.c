/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Removing a cgroup detaches its programs, plain ones and those of links. A handle of the cgroup then
 * reports that it is gone, and a link that is still open reports that it is detached.
 */
#include "trace.h"

#include "../lib/programs.h"

#include <unistd.h>

enum { PROGRAMS = 4, PATIENCE_MS = 5000 };

static bool gone(uint32_t id)
{
	for (int i = 0; i < PATIENCE_MS; i++) {
		int prog = raw_prog_open(id);

		if (prog < 0)
			return true;
		raw_close(prog);
		usleep(1000);
	}
	return false;
}

static void plain_ones(void)
{
	struct scratch cgroup = scratch_new("plain");
	cgswap_chain *chain = trace_chain(&cgroup);
	uint32_t ids[PROGRAMS];
	int progs[PROGRAMS];

	prog_pass_many(EGRESS, "mortal", progs, PROGRAMS);
	for (int i = 0; i < PROGRAMS; i++) {
		cgswap_program *program = live_program(trace.session, progs[i]);

		ids[i] = raw_prog_id(progs[i]);
		expect_ok(cgswap_chain_attach(chain, program, NULL), "program %d", i);
		cgswap_program_unref(program);
		raw_close(progs[i]);
	}
	is_int(chain_now(cgroup.fd, EGRESS).count, PROGRAMS, "all programs are attached");
	scratch_remove(&cgroup);
	EXPECT_CAUSE(cgswap_chain_read(chain), CGROUP_GONE, "the chain cannot be read");
	EXPECT_CAUSE(trace_attach(chain, 1, NULL), CGROUP_GONE, "nothing can be attached");
	EXPECT_CAUSE(swap(trace.session, chain, "pos:0", trace.program[1]), CGROUP_GONE,
		     "nothing can be replaced");
	cgswap_chain_unref(chain);
	raw_close(cgroup.fd);
	for (int i = 0; i < PROGRAMS; i++)
		ok(gone(ids[i]), "program %d was freed", i);
}

static void of_a_link(void)
{
	struct scratch cgroup = scratch_new("linked");
	cgswap_chain *chain = trace_chain(&cgroup);
	cgswap_replace *replace;
	int link = trace_link(chain, 2, "a link");

	cgswap_replace_new(&replace, trace.session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", trace.program[3], NULL), "a step");
	scratch_remove(&cgroup);
	EXPECT_CAUSE(cgswap_chain_read(chain), CGROUP_GONE, "the chain cannot be read");
	/* until the kernel has cleaned up, the link would still take a program */
	usleep(200 * 1000);
	ok(cgswap_replace_commit(replace, NULL) != CGSWAP_OK, "the link takes no program");
	ok(cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_LINK_DETACHED ||
	   cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_CGROUP_GONE,
	   "the link is detached: %s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_replace_unref(replace);
	raw_close(link);
	cgswap_chain_unref(chain);
	raw_close(cgroup.fd);
}

int main(void)
{
	trace_open();
	plain_ones();
	of_a_link();
	trace_close();
	return done_testing();
}
