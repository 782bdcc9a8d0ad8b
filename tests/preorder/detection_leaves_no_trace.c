/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Detecting preorder for a step changes nothing: the chain, its revision, the effective order, the
 * open descriptors and the child cgroups are the same as before. Only where the entry is preorder and
 * the effective order does not show it, the revision is higher by two, and the step says so.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

static cgswap_session *session;
static cgswap_program *spare;

/* mix: one letter for each entry, 'P' preorder, 'n' not. */
static struct scratch build(const char *mix, int *progs)
{
	struct scratch cgroup = scratch_new("trace");

	for (size_t i = 0; mix[i]; i++) {
		progs[i] = prog_pass(EGRESS, "entry");
		if (raw_attach(cgroup.fd, progs[i], EGRESS,
			       RAW_MULTI | (mix[i] == 'P' ? RAW_PREORDER : 0)))
			bail_out("cannot attach");
	}
	return cgroup;
}

static int count_one(const char *cgroup, void *user)
{
	(void)cgroup;
	++*(int *)user;
	return 0;
}

/* Counts the cgroup and those below it. */
static int count_cgroups(const struct scratch *cgroup)
{
	int count = 0;

	expect_ok(cgswap_session_walk(session, cgroup->path, count_one, &count),
		  "a walk over the cgroup");
	return count;
}

/*
 * Adds and drops a step for each entry. mix: 'P' preorder, 'n' not; wrong: the number of preorder
 * entries that the effective order does not show.
 */
static void add_each(const char *mix, unsigned wrong)
{
	unsigned probed = 0;
	struct raw_chain before, effective, now, effective_after;
	int progs[8];
	struct scratch cgroup = build(mix, progs);
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");

	before = chain_now(cgroup.fd, EGRESS);
	effective = effective_now(cgroup.fd, EGRESS);
	for (size_t i = 0; mix[i]; i++) {
		struct descriptors open = descriptors_now();
		cgswap_replace *replace;
		char selector[32];

		snprintf(selector, sizeof(selector), "pos:%zu", i);
		cgswap_replace_new(&replace, session, NULL);
		expect_ok(cgswap_replace_add(replace, chain, selector, spare, NULL),
			  "%s: entry %zu is added", mix, i);
		probed += cgswap_step_get_probe_attached(cgswap_replace_get_step(replace, 0));
		cgswap_replace_unref(replace);
		ok(descriptors_same(&open), "%s: no descriptor is left open", mix);
	}
	now = chain_now(cgroup.fd, EGRESS);
	effective_after = effective_now(cgroup.fd, EGRESS);
	ok(chain_same(&now, &before), "%s: the list is the same", mix);
	ok(chain_same(&effective_after, &effective), "%s: the effective order is the same", mix);
	is_int(now.revision, before.revision + (kernel_has_revision() ? 2 * wrong : 0),
	       "%s: the revision is the same, but for %u probes", mix, wrong);
	is_int(probed, kernel_has_revision() ? wrong : 0, "%s: the steps say so", mix);
	is_int(count_cgroups(&cgroup), 1, "%s: no cgroup is left below", mix);
	cgswap_chain_unref(chain);
	for (size_t i = 0; mix[i]; i++)
		raw_close(progs[i]);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

int main(void)
{
	int fd;

	need_live();
	scratch_bystander(EGRESS);
	session = live_session();
	fd = prog_pass(EGRESS, "spare");
	spare = live_program(session, fd);

	add_each("n", 0);
	add_each("nn", 0);
	add_each("nnnn", 0);
	if (kernel_knows_flags(RAW_PREORDER)) {
		add_each("P", 1);
		add_each("nP", 0);
		add_each("nPn", 0);
		add_each("PP", 2);
		add_each("PnnP", 0);
		add_each("Pn", 1);
	}
	cgswap_program_unref(spare);
	cgswap_session_unref(session);
	raw_close(fd);
	return done_testing();
}
