/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find lists the entries of a program in all cgroups: cgroup, attach type, position, and the link
 * that holds the entry. A program that a chain has twice has no link that is certain.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <string.h>

static struct fixture fixture;
static cgswap_find *find;

static void look_for(int prog)
{
	cgswap_find_unref(find);
	expect_ok(cgswap_find_open(&find, fixture.session, by_id(prog),
				   CGSWAP_FIND_ENTRIES | CGSWAP_FIND_LINKS),
		  "find");
	is_int(cgswap_find_get_pin_count(find) + cgswap_find_get_process_count(find), 0,
	       "pins and processes were not asked for");
}

static void entry_is(size_t i, const struct scratch *cgroup, const char *type, size_t position, uint32_t link)
{
	is_str(cgswap_find_get_entry_cgroup(find, i), cgroup->path, "entry %zu: the cgroup", i);
	is_str(cgswap_find_get_entry_attach_type(find, i), type, "its attach type");
	is_int(cgswap_find_get_entry_position(find, i), position, "its position");
	is_int(cgswap_find_get_entry_link_id(find, i), link, "its link");
	ok(cgswap_find_get_entry_program_id(find, i) == cgswap_find_get_program_id(find, 0), "its program");
}

static void past_the_end(void)
{
	size_t end = cgswap_find_get_entry_count(find);

	is_str(cgswap_find_get_entry_cgroup(find, end), "", "past the end: no cgroup");
	is_int(cgswap_find_get_entry_position(find, end), 0, "no position");
	is_int(cgswap_find_get_entry_program_id(find, end), 0, "no program");
	is_str(cgswap_find_get_unread_reason(find, cgswap_find_get_unread_count(find)), "", "no reason");
}

int main(void)
{
	struct scratch below, empty;
	int prog, link, again;

	need_live();
	fixture = fixture_new("find-entries", 2);
	prog = fixture.progs[1];
	below = scratch_child(&fixture.cgroup, "below");
	empty = scratch_child(&below, "empty");
	look_for(fixture.spare);
	is_int(cgswap_find_get_entry_count(find), 0, "a program that is attached nowhere");
	is_int(cgswap_find_get_link_count(find), 0, "and has no link");

	look_for(prog);
	is_int(cgswap_find_get_entry_count(find), 1, "attached once");
	entry_is(0, &fixture.cgroup, "cgroup_inet_egress", 1, 0);
	ok(cgswap_find_get_entry_cgroup_id(find, 0) == cgswap_chain_get_cgroup_id(fixture.chain),
	   "the id of the cgroup");

	/* a program of cgroup_skb may have been loaded for egress only, and still fit ingress */
	if (raw_attach(below.fd, prog, INGRESS, RAW_MULTI))
		bail_out("cannot attach");
	link = raw_link_create(empty.fd, prog, EGRESS, 0);
	look_for(prog);
	is_int(cgswap_find_get_entry_count(find), 3, "in three cgroups, parents first");
	entry_is(1, &below, "cgroup_inet_ingress", 0, 0);
	entry_is(2, &empty, "cgroup_inet_egress", 0, raw_link_id(link));
	is_int(cgswap_find_get_link_count(find), 1, "one link");
	is_int(cgswap_find_get_link_id(find, 0), raw_link_id(link), "its id");
	is_str(cgswap_find_get_link_attach_type(find, 0), "cgroup_inet_egress", "its attach type");
	ok(cgswap_find_get_link_cgroup_id(find, 0) == cgswap_find_get_entry_cgroup_id(find, 2), "its cgroup");
	past_the_end();

	again = raw_link_create(fixture.cgroup.fd, prog, EGRESS, 0);
	look_for(prog);
	is_int(cgswap_find_get_entry_count(find), 4, "twice in one chain");
	entry_is(0, &fixture.cgroup, "cgroup_inet_egress", 1, 0);
	entry_is(1, &fixture.cgroup, "cgroup_inet_egress", 2, 0);
	is_int(cgswap_find_get_link_count(find), 2, "both links are listed");
	chain_close_link(again, fixture.cgroup.fd, EGRESS);
	chain_close_link(link, empty.fd, EGRESS);
	cgswap_find_unref(find);
	scratch_remove(&empty);
	scratch_remove(&below);
	fixture_free(&fixture);
	return done_testing();
}
