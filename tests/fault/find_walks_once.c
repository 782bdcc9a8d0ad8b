/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find walks each part of the machine once: it opens a cgroup once, queries only the attach types of
 * the program, and visits each link once, however many programs, entries and pins there are. A walk of
 * the session opens each cgroup twice. On a model.
 */
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"
#include "fixture.h"

#include <stdio.h>

enum { TOP_OPENS = 3 }; /* the top is opened by its name, checked, and compared with the root */

static int count_one(const char *cgroup, void *user)
{
	(void)cgroup;
	++*(unsigned *)user;
	return 0;
}

static unsigned calls(enum fault_kernel_op op)
{
	return fault_kernel.calls[op];
}

int main(void)
{
	unsigned cgroups = 0, walk_opens, links;
	cgswap_session *session;
	cgswap_find *find;
	char selector[32];

	fault_fixture_build(false);
	session = live_session();
	sprintf(selector, "fd:%d", fixture.new[0]);
	cgswap_session_has(session, CGSWAP_FEATURE_LINK_ID, &(bool){ false });
	fault_kernel_reset();
	if (cgswap_session_walk(session, NULL, count_one, &cgroups))
		bail_out("no walk");
	walk_opens = calls(FAULT_KERNEL_CGROUP_OPEN);
	fault_kernel_reset();
	if (cgswap_find_open(&find, session, selector, CGSWAP_FIND_ALL))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	links = calls(FAULT_KERNEL_NEXT_LINK);
	diag("%u cgroups: %u opened, %u queries, %u links", cgroups, calls(FAULT_KERNEL_CGROUP_OPEN),
	     calls(FAULT_KERNEL_QUERY), links);
	is_int(calls(FAULT_KERNEL_CGROUP_OPEN), cgroups + TOP_OPENS, "each cgroup is opened once");
	ok(walk_opens >= 2 * cgroups, "a walk opens more (%u)", walk_opens);
	is_int(calls(FAULT_KERNEL_QUERY), 2 * cgroups, "two queries for each: egress and ingress");
	ok(calls(FAULT_KERNEL_LINK_BY_ID) <= links, "each link is opened once");
	is_int(calls(FAULT_KERNEL_HOLDER_EACH), 1, "the processes are walked once");
	is_int(calls(FAULT_KERNEL_BPFFS_EACH), 1, "the mounts are listed once");
	is_int(calls(FAULT_KERNEL_NEXT_PROGRAM), 0, "programs are listed for a name only");
	cgswap_find_unref(find);
	cgswap_session_unref(session);
	fault_fixture_free();
	return done_testing();
}
