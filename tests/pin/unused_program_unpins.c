/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that pins a map by its name does so when it is attached or handed out, not when it is
 * loaded: one that is let go of before, or whose attach is refused, leaves no pin. Programs that are
 * loaded before share the map.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>

static const char PIN[] = BPFFS "/pinned_hits";

static cgswap_session *session;

static cgswap_program *load(void)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_program *program;

	if (cgswap_program_open(&program, session, map_fixture_object("pinned_map"), &opts))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	return program;
}

static bool is_pinned(void)
{
	cgswap_program *program;
	bool pinned;

	/* opening a pinned map as a program gives another cause than a missing pin */
	pinned = cgswap_program_open(&program, session, "pin:" BPFFS "/pinned_hits", NULL) &&
		 cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_NOT_A_PROGRAM;
	cgswap_program_unref(program);
	return pinned;
}

static void pin_is_gone(const char *when)
{
	ok(!is_pinned(), "%s: the pin is gone", when);
}

static void pin_stays(const char *when)
{
	ok(is_pinned(), "%s: the pin stays", when);
	raw_unpin(PIN);
}

static void failed_attach(cgswap_chain *chain, const struct cgswap_attach_opts *opts,
			  const char *why)
{
	cgswap_program *program = load();

	ok(!is_pinned(), "loaded, its map is not pinned");
	ok(cgswap_chain_attach(chain, program, opts) != CGSWAP_OK, "%s: refused", why);
	cgswap_program_unref(program);
	pin_is_gone(why);
}

static void never_used(cgswap_chain *chain)
{
	struct cgswap_attach_opts opts = { .sz = sizeof(opts), .dry_run = 1 };
	cgswap_program *program = load(), *second;
	uint32_t map;

	cgswap_program_unref(program);
	pin_is_gone("loaded and released");
	program = load();
	expect_ok(cgswap_chain_attach(chain, program, &opts), "a dry run");
	ok(cgswap_program_get_id(program) && cgswap_program_get_map_id(program, 0),
	   "its ids are read");
	cgswap_program_unref(program);
	pin_is_gone("a dry run");
	opts = (struct cgswap_attach_opts){ .sz = sizeof(opts), .expected_revision = 1000000 };
	failed_attach(chain, &opts, "another revision");
	opts = (struct cgswap_attach_opts){ .sz = sizeof(opts), .pin = "/proc/nowhere" };
	failed_attach(chain, &opts, "a pin outside of bpffs");
	opts = (struct cgswap_attach_opts){ .sz = sizeof(opts), .before = "id:4000000" };
	failed_attach(chain, &opts, "a missing anchor");
	opts = (struct cgswap_attach_opts){ .sz = sizeof(opts), .mode = CGSWAP_MODE_NONE };
	failed_attach(chain, &opts, "another mode");

	program = load();
	second = load();
	map = cgswap_program_get_map_id(program, 0);
	cgswap_program_unref(program);
	ok(!is_pinned(), "two are loaded, and nothing is pinned");
	is_int(cgswap_program_get_map_id(second, 0), map, "they have one map");
	cgswap_program_unref(second);
	pin_is_gone("after the release of the last program");
}

static void used(cgswap_chain *chain)
{
	cgswap_program *program = load(), *second;
	uint32_t map = cgswap_program_get_map_id(program, 0);

	expect_ok(cgswap_chain_attach(chain, program, NULL), "the program is attached");
	cgswap_program_unref(program);
	ok(is_pinned(), "attached and released: the pin stays");
	program = load();
	is_int(cgswap_program_get_map_id(program, 0), map, "the next program uses the pinned map");
	cgswap_program_unref(program);
	ok(is_pinned(), "released, but the pin was there before: the pin stays");
	expect_ok(cgswap_chain_detach(chain, "name:counting", NULL), "detached");
	pin_stays("detached");

	program = load();
	ok(cgswap_program_get_fd(program) >= 0, "the descriptor is given out");
	cgswap_program_unref(program);
	pin_stays("descriptor given out");

	program = load();
	second = load();
	expect_ok(cgswap_chain_attach(chain, second, NULL), "the second is attached");
	cgswap_program_unref(second);
	cgswap_program_unref(program);
	pin_stays("another program with the map is attached");
	expect_ok(cgswap_chain_detach(chain, "name:counting", NULL), "it is detached again");
}

/* Another handle with the id of the program counts as a use. */
static void used_by_others(cgswap_chain *chain)
{
	cgswap_program *program = load(), *same;
	char source[32];

	snprintf(source, sizeof(source), "id:%u", cgswap_program_get_id(program));
	expect_ok(cgswap_program_open(&same, session, source, NULL),
		  "the program is opened by its id");
	expect_ok(cgswap_chain_attach(chain, same, NULL), "it is attached through that handle");
	cgswap_program_unref(same);
	cgswap_program_unref(program);
	pin_stays("attached through another handle");
}

int main(void)
{
	struct map_fixture fixture;

	need_live();
	bpffs_private();
	fixture = map_fixture_new("unused", "count_less");
	session = fixture.session;
	raw_unpin(PIN);
	never_used(fixture.chain);
	expect_ok(cgswap_chain_detach(fixture.chain, "pos:0", NULL), "the chain is emptied");
	used(fixture.chain);
	used_by_others(fixture.chain);
	map_fixture_free(&fixture);
	return done_testing();
}
