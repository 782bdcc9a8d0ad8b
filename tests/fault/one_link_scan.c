/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which links hold the entries of a chain is found by one walk over the machine's links, however
 * many entries there are, and of a step by one more. The fault_kernel counts.
 */
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"
#include "fixture.h"

enum { HELD = 3 };

static int hold(int program)
{
	const struct kernel_link_create request = {
		.target_fd = (uint32_t)fixture.cgroup[1],
		.program_fd = (uint32_t)program,
		.type = 1,
	};
	int link = fixture.kernel->ops->link_create(fixture.kernel, &request);

	if (link < 0)
		bail_out("no link: %d", link);
	return link;
}

/* @return how many links were stepped to. */
static unsigned walked(enum cgswap_status status, const char *name)
{
	unsigned steps = fault_kernel.calls[FAULT_KERNEL_NEXT_LINK];

	ok(status == CGSWAP_OK, "%s: %u links stepped to, %u opened", name, steps,
	   fault_kernel.calls[FAULT_KERNEL_LINK_BY_ID]);
	fault_kernel_reset();
	return steps;
}

int main(void)
{
	cgswap_session *session;
	cgswap_replace *replace;
	cgswap_program *program;
	cgswap_chain *chain;
	int links[HELD];
	unsigned bare, all;

	fault_fixture_set(false);
	session = live_session();
	chain = live_chain(session, fixture.path[1], "egress");
	program = live_program(session, fixture.new[HELD]);
	fault_kernel_reset();
	bare = walked(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_LINKS), "no entry is held");
	for (int i = 0; i < HELD; i++)
		links[i] = hold(fixture.new[i]);
	if (cgswap_chain_read(chain))
		bail_out("no chain");
	fault_kernel_reset();
	all = walked(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_LINKS), "some are");
	is_int(cgswap_chain_get_length(chain), FAULT_FIXTURE_ENTRIES + HELD, "all entries are there");
	for (int i = 0; i < HELD; i++)
		ok(cgswap_entry_get_link_id(cgswap_chain_get_entry(chain, FAULT_FIXTURE_ENTRIES + i)) > 0,
		   "holder %d is found", i);
	is_int(all, bare + HELD, "one walk, which is longer by the new links only");
	is_int(walked(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_LINKS), "again"), 0,
	       "what is known is not asked again");

	cgswap_replace_new(&replace, session, NULL);
	is_int(walked(cgswap_replace_add(replace, chain, "pos:3", program, NULL), "a step"), all,
	       "one walk");
	is_int(walked(cgswap_replace_commit(replace, NULL), "its commit"), 0, "no walk");
	is_int(walked(cgswap_replace_rollback(replace), "its roll-back"), 0, "no walk");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	for (int i = 0; i < HELD; i++)
		fixture.kernel->ops->close(fixture.kernel, links[i]);
	fault_fixture_strike();
	return done_testing();
}
