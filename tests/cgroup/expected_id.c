/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An expected cgroup id prevents a change of another cgroup that was made under the same path. The
 * revision alone does not, as it starts again.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static cgswap_session *session;
static cgswap_program *program;
static int first, spare;

static enum cgswap_status attach(cgswap_chain *chain, uint64_t id)
{
	const struct cgswap_attach_opts opts = { .sz = sizeof(opts), .expected_cgroup_id = id };

	return cgswap_chain_attach(chain, program, &opts);
}

static enum cgswap_status detach(cgswap_chain *chain, uint64_t id)
{
	const struct cgswap_detach_opts opts = { .sz = sizeof(opts), .expected_cgroup_id = id };

	return cgswap_chain_detach(chain, by_id(spare), &opts);
}

static enum cgswap_status replace(cgswap_chain *chain, uint64_t id)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .expected_cgroup_id = id };
	cgswap_replace *replace;
	enum cgswap_status status = cgswap_replace_new(&replace, session, NULL);

	if (!status)
		status = cgswap_replace_add(replace, chain, "pos:0", program, &opts);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	return status;
}

/* Makes a cgroup with one program, always at the same path. */
static uint64_t make(struct scratch *cgroup, cgswap_chain **chain)
{
	*cgroup = scratch_new("again");
	if (raw_attach(cgroup->fd, first, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
	*chain = live_chain(session, cgroup->path, "egress");
	return cgswap_chain_get_cgroup_id(*chain);
}

int main(void)
{
	uint64_t gone, there;
	struct scratch cgroup;
	cgswap_chain *chain;

	need_live();
	session = live_session();
	first = prog_pass(EGRESS, "first");
	spare = prog_pass(EGRESS, "spare");
	program = live_program(session, spare);
	gone = make(&cgroup, &chain);
	cgswap_chain_unref(chain);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
	there = make(&cgroup, &chain);
	ok(gone != there, "the cgroup made again has another id");

	EXPECT_CAUSE(attach(chain, gone), CGROUP_GONE, "attach with the id of the old cgroup");
	expect_message("expected the id");
	EXPECT_CAUSE(replace(chain, gone), CGROUP_GONE, "replace with the id of the old cgroup");
	chain_is(cgroup.fd, EGRESS, &first, 1, "the chain is unchanged");
	expect_ok(attach(chain, there), "attach with the id of the new cgroup");
	EXPECT_CAUSE(detach(chain, gone), CGROUP_GONE, "detach with the id of the old cgroup");
	expect_ok(detach(chain, there), "detach with the id of the new cgroup");
	expect_ok(replace(chain, there), "replace with the id of the new cgroup");
	chain_is(cgroup.fd, EGRESS, &spare, 1, "the program is replaced");

	cgswap_chain_unref(chain);
	cgswap_program_unref(program);
	cgswap_session_unref(session);
	raw_close(first);
	raw_close(spare);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
	return done_testing();
}
