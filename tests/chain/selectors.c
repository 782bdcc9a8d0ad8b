/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every form of a selector finds its entry: id, name, tag, pin, link, position, descriptor and the
 * bare forms. A selector that is malformed, ambiguous or fits no entry gives its cause.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { ENTRIES = 6, TWIN_A = 2, TWIN_B = 3, DIFFERENT = 4, LINKED = 5 };

static cgswap_session *session;
static cgswap_chain *chain;
static struct scratch cgroup;
static int prog[ENTRIES], link_fd, foreign_link, sum_map;

/* Attaches plain programs, two with one name, one with another tag, and one by a link. */
static void build(void)
{
	static const char *const names[] = { "alpha", "12345", "twin", "twin", "other.tag" };
	struct scratch elsewhere;

	cgroup = scratch_new("selectors");
	sum_map = raw_array_create(1);
	for (int i = 0; i < LINKED; i++) {
		prog[i] = i == DIFFERENT ? prog_add(sum_map, 1, names[i]) :
					   prog_pass(EGRESS, names[i]);
		if (raw_attach(cgroup.fd, prog[i], EGRESS, RAW_MULTI))
			bail_out("cannot attach");
	}
	prog[LINKED] = prog_pass(EGRESS, "linked");
	link_fd = raw_link_create(cgroup.fd, prog[LINKED], EGRESS, 0);
	elsewhere = scratch_new("elsewhere");
	foreign_link = raw_link_create(elsewhere.fd, prog[LINKED], EGRESS, 0);
	if (link_fd < 0 || foreign_link < 0)
		bail_out("cannot link");
	session = live_session();
	chain = live_chain(session, cgroup.path, "cgroup_inet_egress");
}

static void finds(const char *selector, size_t wanted)
{
	size_t position = 99;

	if (expect_ok(cgswap_chain_find(chain, selector, &position), "'%s' is found", selector))
		is_int(position, wanted, "'%s' is entry %zu", selector, wanted);
}

static enum cgswap_status find(const char *selector)
{
	size_t position;

	return cgswap_chain_find(chain, selector, &position);
}

static const char *text(const char *format, unsigned number)
{
	static char buffers[8][64];
	static unsigned next;
	char *buffer = buffers[next++ % 8];

	snprintf(buffer, sizeof(*buffers), "%s%u", format, number);
	return buffer;
}

static void by_number(void)
{
	for (int i = 0; i < ENTRIES; i++) {
		finds(by_id(prog[i]), i);
		finds(by_id(prog[i]) + strlen("id:"), i);
		finds(by_fd(prog[i]), i);
		finds(text("pos:", i), i);
	}
	finds(text("link:", raw_link_id(link_fd)), LINKED);
	EXPECT_CAUSE(find(text("pos:", ENTRIES)), NOT_ATTACHED, "a position past the end");
	EXPECT_CAUSE(find("id:4294967295"), NOT_ATTACHED, "an id that no program has");
	EXPECT_CAUSE(find("4294967295"), NOT_ATTACHED, "the same id in bare form");
	EXPECT_CAUSE(find("link:4294967295"), NOT_A_LINK, "a missing link");
	EXPECT_CAUSE(find(text("link:", raw_link_id(foreign_link))), NOT_ATTACHED,
		     "a link of another cgroup");
}

static void by_name_and_tag(void)
{
	char tag[17], selector[32];

	finds("name:alpha", 0);
	finds("alpha", 0);
	finds("name:12345", 1);
	finds("name:other.tag", DIFFERENT);
	finds("other.tag", DIFFERENT);
	EXPECT_CAUSE(find("twin"), SELECTOR_AMBIGUOUS, "two programs with one name");
	expect_message(by_id(prog[TWIN_A]) + strlen("id:"));
	expect_message(by_id(prog[TWIN_B]) + strlen("id:"));
	EXPECT_CAUSE(find("alph"), NOT_ATTACHED, "the beginning of a name");
	EXPECT_CAUSE(find("name:ALPHA"), NOT_ATTACHED, "a name in capitals");

	snprintf(selector, sizeof(selector), "tag:%s", raw_prog_tag(prog[DIFFERENT], tag));
	finds(selector, DIFFERENT);
	for (char *c = selector + strlen("tag:"); *c; c++)
		*c = toupper((unsigned char)*c);
	finds(selector, DIFFERENT);
	snprintf(selector, sizeof(selector), "tag:%s", raw_prog_tag(prog[0], tag));
	EXPECT_CAUSE(find(selector), SELECTOR_AMBIGUOUS, "a tag of several programs");
	EXPECT_CAUSE(find("tag:0123456789abcdef"), NOT_ATTACHED, "a tag of no program");
}

static void by_pin(void)
{
	const char *pin = bpffs_pin(prog[1], "pinned"), *map = bpffs_pin(sum_map, "map");
	const char *elsewhere;
	int other = prog_pass(EGRESS, "elsewhere");
	char selector[128];

	elsewhere = bpffs_pin(other, "elsewhere");
	snprintf(selector, sizeof(selector), "pin:%s", pin);
	finds(selector, 1);
	finds(pin, 1);
	EXPECT_CAUSE(find("/sys/fs/bpf/nothing"), PIN_NOT_FOUND, "a missing pin");
	EXPECT_CAUSE(find(elsewhere), NOT_ATTACHED, "a pinned program that is not attached");
	EXPECT_CAUSE(find(map), NOT_A_PROGRAM, "a pinned map");
	raw_close(other);
}

static void does_not_fit(void)
{
	static const char *const malformed[] = {
		"", "id:", "id:x", "id:1x", "id:-1", "id: 1", "id:4294967296", "name:", "tag:",
		"tag:xyz", "tag:0123", "pin:", "link:", "link:x", "pos:", "pos:-1", "pos:x", "fd:",
		"fd:x", "fd:1.5",
	};
	int null = raw_open("/dev/null"), loose = prog_pass(EGRESS, "loose");

	for (size_t i = 0; i < sizeof(malformed) / sizeof(*malformed); i++)
		EXPECT_CAUSE(find(malformed[i]), BAD_ARGUMENT, "'%s'", malformed[i]);
	EXPECT_CAUSE(find(NULL), BAD_ARGUMENT, "no selector");
	EXPECT_CAUSE(cgswap_chain_find(chain, "alpha", NULL), BAD_ARGUMENT, "no out parameter");
	EXPECT_CAUSE(find("colour:red"), BAD_ARGUMENT, "an unknown prefix");
	EXPECT_CAUSE(find("fd:1000"), BAD_DESCRIPTOR, "a descriptor that is not open");
	EXPECT_CAUSE(find("fd:-1"), BAD_DESCRIPTOR, "descriptor -1");
	EXPECT_CAUSE(find(by_fd(null)), NOT_A_PROGRAM, "a descriptor of a file");
	EXPECT_CAUSE(find(by_fd(sum_map)), NOT_A_PROGRAM, "a descriptor of a map");
	EXPECT_CAUSE(find(by_fd(loose)), NOT_ATTACHED,
		     "a descriptor of a program that is not attached");
	raw_close(null);
	raw_close(loose);
}

/* A selector that fits no entry sets the out parameter to 0. */
static void the_answer_is_cleared(void)
{
	size_t position = 99;

	cgswap_chain_find(chain, "missing", &position);
	is_int(position, 0, "the out parameter is 0 after an error");
}

int main(void)
{
	need_live();
	bpffs_private();
	build();
	is_int(cgswap_chain_get_length(chain), ENTRIES, "the chain has %d entries", ENTRIES);
	by_number();
	by_name_and_tag();
	by_pin();
	does_not_fit();
	the_answer_is_cleared();
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	return done_testing();
}
