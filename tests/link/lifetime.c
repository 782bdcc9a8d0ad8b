/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link that was attached lives by its pin, by the descriptor that was handed out, or by both;
 * it is named by either, by its id, or by its program, and swapped and detached all the same.
 * Where it cannot be pinned nothing is attached.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

#define PIN BPFFS "/kept"

static struct fixture fixture;
static struct cgswap_attach_opts opts;

static enum cgswap_status attach(const char *pin, int *link_fd)
{
	opts = (struct cgswap_attach_opts){
		.sz = sizeof(opts),
		.link = 1,
		.pin = pin,
		.link_fd = link_fd,
	};
	return cgswap_chain_attach(fixture.chain, fixture.program, &opts);
}

static bool holds(int first, int second, const char *name)
{
	const int progs[] = { first, second };

	return chain_is(fixture.cgroup.fd, EGRESS, progs, 2, name);
}

static uint32_t link_at(const char *path)
{
	int fd = raw_pin_open(path);
	uint32_t id = fd < 0 ? 0 : raw_link_id(fd);

	if (fd >= 0)
		raw_close(fd);
	return id;
}

static void by_descriptor(void)
{
	char selector[32];
	int link = -1;

	expect_ok(attach(NULL, &link), "a link by a descriptor");
	holds(fixture.progs[0], fixture.spare, "it is there");
	ok(raw_link_id(link) > 0 && raw_ends_on_exec(link), "the descriptor is a link's, and ours");
	is_int(cgswap_chain_get_length(fixture.chain), 2, "the chain was read anew");
	snprintf(selector, sizeof(selector), "fd:%d", link);
	expect_ok(cgswap_chain_detach(fixture.chain, selector, NULL), "detached by its descriptor");
	is_int(fixture_chain(&fixture).count, 1, "it is off");
	raw_close(link);
}

static void by_pin(void)
{
	uint32_t id;

	expect_ok(attach(PIN, NULL), "a link by a pin");
	holds(fixture.progs[0], fixture.spare, "it stays, with nobody holding a descriptor");
	id = link_at(PIN);
	ok(id > 0, "a link is pinned there");
	expect_ok(cgswap_chain_detach(fixture.chain, "pin:" PIN, NULL), "detached by its pin");
	is_int(fixture_chain(&fixture).count, 1, "it is off");
	is_int(link_at(PIN), id, "the pin stays");
	EXPECT_CAUSE(cgswap_chain_detach(fixture.chain, "pin:" PIN, NULL), LINK_DETACHED,
		     "a second time");
	raw_unpin(PIN);
}

static void by_both(void)
{
	int link = -1;

	expect_ok(attach(PIN, &link), "a link by both");
	is_int(link_at(PIN), raw_link_id(link), "they are of one link");
	raw_close(link);
	holds(fixture.progs[0], fixture.spare, "without the descriptor the pin keeps it");
	link = raw_pin_open(PIN);
	raw_unpin(PIN);
	holds(fixture.progs[0], fixture.spare, "without the pin a descriptor does");
	chain_close_link(link, fixture.cgroup.fd, EGRESS);
	is_int(fixture_chain(&fixture).count, 1, "without both it goes");
}

static void in_every_way(void)
{
	int link = -1, others[2];
	char by_number[32];
	const char *names[] = { NULL, "pin:" PIN, PIN, by_number, "name:other1", "pos:1" };
	cgswap_program *programs[2];

	prog_pass_many(EGRESS, "other", others, 2);
	for (int i = 0; i < 2; i++)
		programs[i] = live_program(fixture.session, others[i]);
	expect_ok(attach(PIN, &link), "a link to be named");
	snprintf(by_number, sizeof(by_number), "link:%u", raw_link_id(link));
	names[0] = by_fd(link);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		/* the fifth name is that of the program which the fourth has put there */
		expect_ok(swap(fixture.session, fixture.chain, names[i], programs[i % 2]), "%s",
			  names[i]);
		holds(fixture.progs[0], others[i % 2], "it is swapped");
	}
	is_int(link_at(PIN), raw_link_id(link), "it is the same link");
	expect_ok(cgswap_chain_detach(fixture.chain, by_number, NULL), "detached by its id");
	raw_unpin(PIN);
	raw_close(link);
	for (int i = 0; i < 2; i++) {
		cgswap_program_unref(programs[i]);
		raw_close(others[i]);
	}
}

static void pins_that_cannot_be(void)
{
	struct raw_chain before = fixture_chain(&fixture);
	const char *taken = bpffs_pin(fixture.progs[0], "taken");
	char long_path[400] = "";
	int dead, link = 7;

	EXPECT_CAUSE(attach(taken, NULL), PIN_EXISTS, "where something is pinned");
	expect_message("is already the pin of program");
	memset(long_path, 'x', sizeof(long_path) - 1);
	memcpy(long_path, BPFFS "/", sizeof(BPFFS));
	EXPECT_CAUSE(attach(long_path, NULL), PIN_FAILED, "a name that is too long");
	dead = raw_link_create(fixture.cgroup.fd, fixture.spare, EGRESS, 0);
	if (raw_pin(dead, PIN) || cgswap_chain_detach(fixture.chain, "pin:" PIN, NULL))
		bail_out("no detached link");
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(attach(PIN, NULL), PIN_EXISTS, "where a dead link is pinned");
	expect_message("which was detached");
	raw_unpin(PIN);
	raw_close(dead);
	EXPECT_CAUSE(attach(BPFFS "/nowhere/kept", NULL), PIN_FAILED, "no such directory");
	EXPECT_CAUSE(attach("/proc/kept", &link), PIN_FAILED, "no bpffs");
	is_int(link, -1, "no descriptor is handed out");
	EXPECT_CAUSE(attach("", NULL), BAD_ARGUMENT, "no path");
	EXPECT_CAUSE(attach(NULL, NULL), BAD_ARGUMENT, "it would be gone at once");
	opts.pin = taken;
	opts.dry_run = 1;
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &opts), PIN_EXISTS,
		     "a dry run says the same");
	opts.mode = CGSWAP_MODE_OVERRIDE;
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &opts), MODE_FLAGS_CONFLICT,
		     "a link in override mode");
	fixture_untouched(&fixture, &before, "after all refusals");
	raw_unpin(taken);
}

static void program_pins(void)
{
	const struct cgswap_attach_opts plain = { .sz = sizeof(plain), .pin = PIN };
	int fd;

	expect_ok(cgswap_chain_attach(fixture.chain, fixture.program, &plain), "a program with a pin");
	fd = raw_pin_open(PIN);
	is_int(raw_prog_id(fd), raw_prog_id(fixture.spare), "the program is pinned");
	raw_close(fd);
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &plain), PIN_EXISTS, "twice");
	raw_unpin(PIN);
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &plain), ALREADY_ATTACHED,
		     "the path is free, and the program is there");
	ok(raw_pin_open(PIN) < 0, "a refused attach leaves no pin");
	expect_ok(cgswap_chain_detach(fixture.chain, by_id(fixture.spare), NULL), "it goes");
}

int main(void)
{
	need_live();
	bpffs_private();
	fixture = fixture_new("kept", 1);
	by_descriptor();
	by_pin();
	by_both();
	in_every_way();
	pins_that_cannot_be();
	program_pins();
	fixture_free(&fixture);
	return done_testing();
}
