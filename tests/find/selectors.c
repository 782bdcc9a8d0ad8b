/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find takes the selectors that need no chain, and finds the programs that they mean: several for a
 * name or a tag. It refuses a position, and names what is not there.
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
#include <string.h>
#include <unistd.h>

static struct fixture fixture;
static cgswap_find *find;

static size_t programs(const char *selector)
{
	cgswap_find_unref(find);
	/* the selector may have an id, which differs on the model */
	expect_ok(cgswap_find_open(&find, fixture.session, selector, 0), "a selector");
	return cgswap_find_get_program_count(find);
}

static void means(const char *selector, int prog, const char *name)
{
	is_int(programs(selector), 1, "one program");
	is_int(cgswap_find_get_program_id(find, 0), raw_prog_id(prog), "%s is it", name);
}

static void refused(const char *selector, enum cgswap_cause cause)
{
	cgswap_find *none = find;

	expect_refusal(cgswap_find_open(&none, fixture.session, selector, CGSWAP_FIND_ALL), cause, NULL,
		       "'%s' is refused", selector);
	ok(!none, "no find");
}

int main(void)
{
	char text[128], tag[17], twin[32];
	int prog, link, first, second;

	need_live();
	bpffs_private();
	fixture = fixture_new("find-selectors", 1);
	prog = fixture.progs[0];
	means(by_id(prog), prog, "id:N");
	is_str(cgswap_find_get_program_name(find, 0), "p0", "its name");
	is_str(cgswap_find_get_program_type(find, 0), "cgroup_skb", "its type");
	is_str(cgswap_find_get_program_tag(find, 0), raw_prog_tag(prog, tag), "its tag");
	is_int(cgswap_find_get_entry_count(find), 0, "nothing else was asked for");
	snprintf(text, sizeof(text), "%u", raw_prog_id(prog));
	means(text, prog, "a number");
	means(by_fd(prog), prog, "fd:N");
	snprintf(text, sizeof(text), "pin:%s", bpffs_pin(prog, "of_program"));
	means(text, prog, "the pin of a program");
	link = raw_link_create(fixture.cgroup.fd, fixture.spare, EGRESS, 0);
	snprintf(text, sizeof(text), "link:%u", raw_link_id(link));
	means(text, fixture.spare, "link:N");
	means(by_fd(link), fixture.spare, "the descriptor of a link");
	means(bpffs_pin(link, "of_link"), fixture.spare, "the pin of a link");

	snprintf(twin, sizeof(twin), "twin_%d", (int)getpid());
	first = prog_pass(EGRESS, twin);
	second = prog_pass(INGRESS, twin);
	is_int(programs(twin), 2, "a name may mean two");
	is_int(cgswap_find_get_program_id(find, 0), raw_prog_id(first), "the older one is first");
	is_int(cgswap_find_get_program_id(find, 1), raw_prog_id(second), "then the newer");
	snprintf(text, sizeof(text), "tag:%s", raw_prog_tag(first, tag));
	ok(programs(text) >= 2, "so may a tag");

	refused("pos:0", CGSWAP_CAUSE_BAD_ARGUMENT);
	refused("", CGSWAP_CAUSE_BAD_ARGUMENT);
	refused("id:4294967295", CGSWAP_CAUSE_PROGRAM_NOT_FOUND);
	refused("name:no_program_has_it", CGSWAP_CAUSE_PROGRAM_NOT_FOUND);
	refused("pin:" BPFFS "/nothing", CGSWAP_CAUSE_PIN_NOT_FOUND);
	refused("link:4294967295", CGSWAP_CAUSE_NOT_A_LINK);
	EXPECT_CAUSE(cgswap_find_open(&find, fixture.session, "x", 16), BAD_ARGUMENT, "an unknown part");
	raw_close(first);
	raw_close(second);
	raw_close(link);
	cgswap_find_unref(find);
	fixture_free(&fixture);
	return done_testing();
}
