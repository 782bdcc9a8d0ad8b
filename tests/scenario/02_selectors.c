/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 2: every selector finds its entry. A selector that matches none or several entries, or that
 * cannot be parsed, fails with its cause.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TWINS = 2, COUNTS = 2, TWIN_A = 3, TWIN_B = 4, LINKED = 5 };

static struct fixture fixture; /* p0 p1 counts twin twin linked */
static int counts, twin[TWINS], linked, link_fd, array;

static void finds(const char *selector, size_t wanted)
{
	size_t position = 99;

	if (expect_ok(cgswap_chain_find(fixture.chain, selector, &position), "'%s'", selector))
		is_int(position, wanted, "'%s' is entry %zu", selector, wanted);
}

static enum cgswap_status find(const char *selector)
{
	size_t position;

	return cgswap_chain_find(fixture.chain, selector, &position);
}

static void build(void)
{
	fixture = fixture_new("selectors", 2);
	array = raw_array_create(1);
	counts = prog_add(array, 1, "counts");
	linked = prog_pass(EGRESS, "linked");
	raw_attach(fixture.cgroup.fd, counts, EGRESS, RAW_MULTI);
	for (int i = 0; i < TWINS; i++) {
		twin[i] = prog_pass(EGRESS, "twin");
		raw_attach(fixture.cgroup.fd, twin[i], EGRESS, RAW_MULTI);
	}
	link_fd = raw_link_create(fixture.cgroup.fd, linked, EGRESS, 0);
	if (link_fd < 0)
		bail_out("cannot create a link: %s", strerror(errno));
	expect_ok(cgswap_chain_read(fixture.chain), "the chain is read");
	is_int(cgswap_chain_get_length(fixture.chain), LINKED + 1, "six entries");
}

static void found(void)
{
	char tag[17], selector[128];

	finds(by_id(fixture.progs[1]), 1);
	finds(by_id(fixture.progs[1]) + strlen("id:"), 1);
	finds("name:p0", 0);
	finds("p1", 1);
	finds("pos:2", COUNTS);
	finds(by_fd(twin[1]), TWIN_B);
	snprintf(selector, sizeof(selector), "tag:%s", raw_prog_tag(counts, tag));
	finds(selector, COUNTS);
	snprintf(selector, sizeof(selector), "link:%u", raw_link_id(link_fd));
	finds(selector, LINKED);
	snprintf(selector, sizeof(selector), "pin:%s", bpffs_pin(twin[0], "twin"));
	finds(selector, TWIN_A);
	finds(selector + strlen("pin:"), TWIN_A);
}

static void refused(void)
{
	EXPECT_CAUSE(find("name:twin"), SELECTOR_AMBIGUOUS, "two entries with the same name");
	expect_message(by_id(twin[0]) + strlen("id:"));
	EXPECT_CAUSE(find("name:absent"), NOT_ATTACHED, "a name that is not attached");
	EXPECT_CAUSE(find(by_id(fixture.spare)), NOT_ATTACHED, "a program that is not attached");
	EXPECT_CAUSE(find("pos:6"), NOT_ATTACHED, "a position past the end");
	EXPECT_CAUSE(find("pin:/sys/fs/bpf/nowhere"), PIN_NOT_FOUND, "a missing pin");
	EXPECT_CAUSE(find("link:4294967295"), NOT_A_LINK, "an unknown link id");
	EXPECT_CAUSE(find("fd:-1"), BAD_DESCRIPTOR, "an invalid descriptor");
	EXPECT_CAUSE(find(by_fd(array)), NOT_A_PROGRAM, "a map");
	EXPECT_CAUSE(find("id:twelve"), BAD_ARGUMENT, "not a number");
	EXPECT_CAUSE(find(""), BAD_ARGUMENT, "an empty selector");
}

static void an_empty_chain(void)
{
	cgswap_chain *chain = live_chain(fixture.session, fixture.cgroup.path, "ingress");
	size_t position = 99;

	EXPECT_CAUSE(cgswap_chain_find(chain, "p0", &position), CHAIN_EMPTY, "an empty chain");
	is_int(position, 0, "the position is cleared");
	cgswap_chain_unref(chain);
}

int main(void)
{
	need_live();
	bpffs_private();
	build();
	found();
	refused();
	an_empty_chain();
	close(link_fd);
	fixture_free(&fixture);
	return done_testing();
}
