/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An attached link exists as long as its pin or the returned descriptor. It can be swapped and
 * detached by pin, descriptor, id, position or name of its program. If the pin cannot be made,
 * nothing is attached.
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
	holds(fixture.progs[0], fixture.spare, "the link is attached");
	ok(raw_link_id(link) > 0 && raw_ends_on_exec(link),
	   "the descriptor is that of a link, and close-on-exec");
	is_int(cgswap_chain_get_length(fixture.chain), 2, "the chain handle has the new entry");
	snprintf(selector, sizeof(selector), "fd:%d", link);
	expect_ok(cgswap_chain_detach(fixture.chain, selector, NULL),
		  "the link is detached by its descriptor");
	is_int(fixture_chain(&fixture).count, 1, "the link is detached");
	raw_close(link);
}

static void by_pin(void)
{
	uint32_t id;

	expect_ok(attach(PIN, NULL), "a link by a pin");
	holds(fixture.progs[0], fixture.spare, "it is attached without an open descriptor");
	id = link_at(PIN);
	ok(id > 0, "a link is pinned at the path");
	expect_ok(cgswap_chain_detach(fixture.chain, "pin:" PIN, NULL),
		  "the link is detached by its pin");
	is_int(fixture_chain(&fixture).count, 1, "the link is detached");
	is_int(link_at(PIN), id, "the pin is still there");
	EXPECT_CAUSE(cgswap_chain_detach(fixture.chain, "pin:" PIN, NULL), LINK_DETACHED,
		     "detach by the pin again");
	raw_unpin(PIN);
}

static void by_both(void)
{
	int link = -1;

	expect_ok(attach(PIN, &link), "a link by pin and descriptor");
	is_int(link_at(PIN), raw_link_id(link), "pin and descriptor are of the same link");
	raw_close(link);
	holds(fixture.progs[0], fixture.spare, "it is attached without the descriptor");
	link = raw_pin_open(PIN);
	raw_unpin(PIN);
	holds(fixture.progs[0], fixture.spare, "it is attached without the pin");
	chain_close_link(link, fixture.cgroup.fd, EGRESS);
	is_int(fixture_chain(&fixture).count, 1, "without both it is detached");
}

static void each_selector(void)
{
	int link = -1, others[2];
	char by_number[32];
	const char *names[] = { NULL, "pin:" PIN, PIN, by_number, "name:other1", "pos:1" };
	cgswap_program *programs[2];

	prog_pass_many(EGRESS, "other", others, 2);
	for (int i = 0; i < 2; i++)
		programs[i] = live_program(fixture.session, others[i]);
	expect_ok(attach(PIN, &link), "a link with pin and descriptor");
	snprintf(by_number, sizeof(by_number), "link:%u", raw_link_id(link));
	names[0] = by_fd(link);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		/* the fifth name is that of the program which the fourth swap attached */
		expect_ok(swap(fixture.session, fixture.chain, names[i], programs[i % 2]), "%s",
			  names[i]);
		holds(fixture.progs[0], others[i % 2], "its program is swapped");
	}
	is_int(link_at(PIN), raw_link_id(link), "it is the same link");
	expect_ok(cgswap_chain_detach(fixture.chain, by_number, NULL),
		  "the link is detached by its id");
	raw_unpin(PIN);
	raw_close(link);
	for (int i = 0; i < 2; i++) {
		cgswap_program_unref(programs[i]);
		raw_close(others[i]);
	}
}

static void invalid_pins(void)
{
	struct raw_chain before = fixture_chain(&fixture);
	const char *taken = bpffs_pin(fixture.progs[0], "taken");
	char long_path[400] = "";
	int dead, link = 7;

	EXPECT_CAUSE(attach(taken, NULL), PIN_EXISTS, "a path with a pinned program");
	expect_message("is the pin of program");
	memset(long_path, 'x', sizeof(long_path) - 1);
	memcpy(long_path, BPFFS "/", sizeof(BPFFS));
	EXPECT_CAUSE(attach(long_path, NULL), PIN_FAILED, "a name that is too long");
	dead = raw_link_create(fixture.cgroup.fd, fixture.spare, EGRESS, 0);
	if (raw_pin(dead, PIN) || cgswap_chain_detach(fixture.chain, "pin:" PIN, NULL))
		bail_out("cannot make a detached link");
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(attach(PIN, NULL), PIN_EXISTS, "a path with the pin of a detached link");
	expect_message("which was detached");
	raw_unpin(PIN);
	raw_close(dead);
	EXPECT_CAUSE(attach(BPFFS "/nowhere/kept", NULL), PIN_FAILED, "a missing directory");
	EXPECT_CAUSE(attach("/proc/kept", &link), PIN_FAILED, "a path outside of bpffs");
	is_int(link, -1, "no descriptor is returned");
	EXPECT_CAUSE(attach("", NULL), BAD_ARGUMENT, "an empty path");
	EXPECT_CAUSE(attach(NULL, NULL), BAD_ARGUMENT, "neither pin nor descriptor");
	opts.pin = taken;
	opts.dry_run = 1;
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &opts), PIN_EXISTS,
		     "a dry run with neither");
	opts.mode = CGSWAP_MODE_OVERRIDE;
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &opts), MODE_FLAGS_CONFLICT,
		     "a link in override mode");
	fixture_untouched(&fixture, &before, "after all errors");
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
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &plain), PIN_EXISTS,
		     "the pin exists already");
	raw_unpin(PIN);
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &plain), ALREADY_ATTACHED,
		     "the path is free, but the program is in the chain");
	ok(raw_pin_open(PIN) < 0, "a failed attach leaves no pin");
	expect_ok(cgswap_chain_detach(fixture.chain, by_id(fixture.spare), NULL), "it is detached");
}

int main(void)
{
	need_live();
	bpffs_private();
	fixture = fixture_new("kept", 1);
	by_descriptor();
	by_pin();
	by_both();
	each_selector();
	invalid_pins();
	program_pins();
	fixture_free(&fixture);
	return done_testing();
}
