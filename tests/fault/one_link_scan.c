/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One walk over the machine's links finds the links of a chain, however many entries it has, and
 * adding a step makes one more. The fault kernel counts the walks.
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
		bail_out("cannot create a link: %d", link);
	return link;
}

/* Returns the number of links that the walk visited. */
static unsigned walked(enum cgswap_status status, const char *name)
{
	unsigned steps = fault_kernel.calls[FAULT_KERNEL_NEXT_LINK];

	ok(status == CGSWAP_OK, "%s: %u links visited, %u opened", name, steps,
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

	fault_fixture_build(false);
	session = live_session();
	chain = live_chain(session, fixture.path[1], "egress");
	program = live_program(session, fixture.new[HELD]);
	fault_kernel_reset();
	bare = walked(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_LINKS), "no entry has a link");
	for (int i = 0; i < HELD; i++)
		links[i] = hold(fixture.new[i]);
	if (cgswap_chain_read(chain))
		bail_out("cannot open the chain");
	fault_kernel_reset();
	all = walked(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_LINKS), "some entries have links");
	is_int(cgswap_chain_get_length(chain), FAULT_FIXTURE_ENTRIES + HELD, "the chain has all entries");
	for (int i = 0; i < HELD; i++)
		ok(cgswap_entry_get_link_id(cgswap_chain_get_entry(chain, FAULT_FIXTURE_ENTRIES + i)) > 0,
		   "the link of entry %d is found", i);
	is_int(all, bare + HELD, "one walk, longer by the new links only");
	is_int(walked(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_LINKS), "again"), 0,
	       "known links are not looked up again");

	cgswap_replace_new(&replace, session, NULL);
	is_int(walked(cgswap_replace_add(replace, chain, "pos:3", program, NULL), "adding a step"), all,
	       "one walk");
	is_int(walked(cgswap_replace_commit(replace, NULL), "its commit"), 0, "no walk");
	is_int(walked(cgswap_replace_rollback(replace), "its rollback"), 0, "no walk");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	for (int i = 0; i < HELD; i++)
		fixture.kernel->ops->close(fixture.kernel, links[i]);
	fault_fixture_free();
	return done_testing();
}
