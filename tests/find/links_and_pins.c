/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find lists the links that hold a program, also one that was detached, and the pins of the program
 * and of these links, in all directories of the bpffs, but not those of other programs.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>

static struct fixture fixture;
static cgswap_find *find;

static void look_for(int prog)
{
	cgswap_find_unref(find);
	expect_ok(cgswap_find_open(&find, fixture.session, by_id(prog), CGSWAP_FIND_LINKS | CGSWAP_FIND_PINS),
		  "find");
}

static void pin_is(size_t i, const char *path, uint32_t link)
{
	is_str(cgswap_find_get_pin_path(find, i), path, "pin %zu", i);
	is_int(cgswap_find_get_pin_link_id(find, i), link, "its link");
	ok(cgswap_find_get_pin_program_id(find, i) == cgswap_find_get_program_id(find, 0), "its program");
}

int main(void)
{
	char detach[32];
	int prog, link;

	need_live();
	bpffs_private();
	fixture = fixture_new("find-links", 1);
	prog = fixture.progs[0];
	look_for(prog);
	is_int(cgswap_find_get_pin_count(find), 0, "no pin");
	link = raw_link_create(fixture.cgroup.fd, fixture.spare, EGRESS, 0);
	bpffs_pin(prog, "p10");
	bpffs_pin(prog, "p9");
	bpffs_pin(link, "the_link");
	bpffs_pin(fixture.spare, "other");
	look_for(prog);
	is_int(cgswap_find_get_pin_count(find), 2, "two pins of the program");
	pin_is(0, BPFFS "/p9", 0);
	pin_is(1, BPFFS "/p10", 0);
	is_int(cgswap_find_get_link_count(find), 0, "no link");
	is_str(cgswap_find_get_pin_path(find, 2), "", "past the end");

	look_for(fixture.spare);
	is_int(cgswap_find_get_pin_count(find), 2, "a pin of the other program, and one of its link");
	pin_is(0, BPFFS "/other", 0);
	pin_is(1, BPFFS "/the_link", raw_link_id(link));
	is_int(cgswap_find_get_entry_count(find), 0, "entries were not asked for");

	sprintf(detach, "link:%u", raw_link_id(link));
	expect_ok(cgswap_chain_detach(fixture.chain, detach, NULL), "the link is detached");
	look_for(fixture.spare);
	is_int(cgswap_find_get_link_count(find), 1, "it still keeps the program");
	is_int(cgswap_find_get_link_cgroup_id(find, 0), 0, "it has no cgroup");
	is_int(cgswap_find_get_pin_count(find), 2, "its pin is there");
	raw_close(link);
	cgswap_find_unref(find);
	fixture_free(&fixture);
	return done_testing();
}
