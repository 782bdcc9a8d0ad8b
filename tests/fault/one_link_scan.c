/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One walk over the machine's links is enough for a session, however many chains and entries it has.
 * After it only new links are visited, and the links of a chain are opened to see what they hold now.
 * The fault kernel counts the links that were visited.
 */
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"
#include "fixture.h"

/* links of the test, and those that the fixture has */
enum { HELD = 3, HELD_BEFORE = 1 };

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

/* Returns the number of links that were visited, and the end of the list. */
static unsigned walked(enum cgswap_status status, const char *name)
{
	unsigned steps = fault_kernel.calls[FAULT_KERNEL_NEXT_LINK];

	ok(status == CGSWAP_OK, "%s: %u links visited, %u opened", name, steps,
	   fault_kernel.calls[FAULT_KERNEL_LINK_BY_ID]);
	fault_kernel_reset();
	return steps;
}

static uint32_t link_of_last(cgswap_chain *chain, size_t entries)
{
	if (cgswap_chain_read(chain) || cgswap_chain_describe(chain, CGSWAP_DESCRIBE_LINKS))
		bail_out("cannot describe the chain");
	is_int(cgswap_chain_get_length(chain), entries, "the chain has %zu entries", entries);
	return cgswap_entry_get_link_id(cgswap_chain_get_entry(chain, entries - 1));
}

/* Links that were read before are detached, and updated to hold another program. */
static void links_change(cgswap_session *session, cgswap_chain *chain, int *links)
{
	struct kernel *kernel = fixture.kernel;
	const struct kernel_link_update update = { .link_fd = (uint32_t)links[1],
						   .new_fd = (uint32_t)fixture.new[HELD] };
	uint32_t before = link_of_last(chain, FAULT_FIXTURE_ENTRIES + HELD);
	cgswap_chain *other = live_chain(session, fixture.path[1], "egress");

	kernel->ops->link_detach(kernel, links[2]);
	if (kernel->ops->link_update(kernel, &update))
		bail_out("cannot update a link");
	ok(link_of_last(other, FAULT_FIXTURE_ENTRIES + HELD - 1) == before - 1,
	   "a link that holds another program is found, and one that was detached is not");
	cgswap_chain_unref(other);
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
	is_int(bare, HELD_BEFORE + 1, "the first walk visits all links");
	is_int(all, HELD + 1, "the second visits the new links only");
	is_int(walked(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_LINKS), "again"), 0,
	       "known links are not looked up again");

	cgswap_replace_new(&replace, session, NULL);
	is_int(walked(cgswap_replace_add(replace, chain, "pos:3", program, NULL), "adding a step"), 1,
	       "no walk");
	is_int(walked(cgswap_replace_commit(replace, NULL), "its commit"), 0, "no walk");
	is_int(walked(cgswap_replace_rollback(replace), "its rollback"), 0, "no walk");
	cgswap_replace_unref(replace);
	links_change(session, chain, links);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	for (int i = 0; i < HELD; i++)
		fixture.kernel->ops->close(fixture.kernel, links[i]);
	fault_fixture_free();
	return done_testing();
}
