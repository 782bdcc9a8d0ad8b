/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An undo takes back the pins of maps by their names that the transaction made, or gave to the new
 * map: unless the path names another map by now.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>

static const struct pinned_case {
	const char *old, *new, *map; /* objects; the map that is pinned */
} made = { "count_v1", "pinned_map", "pinned_hits" },
  moved = { "object/filled_v1", "object/filled_v2", "filled_calls" };

static cgswap_session *session;
static struct map_fixture fixture;

static const char *pin_path(const struct pinned_case *test)
{
	static char path[64];

	snprintf(path, sizeof(path), BPFFS "/%s", test->map);
	return path;
}

/* The id of the map at the path; 0: none. */
static uint32_t pinned(const struct pinned_case *test)
{
	return bpffs_map_at(pin_path(test));
}

static void replace(const struct pinned_case *test)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .keep_old = 1 };
	cgswap_replace *replace;
	cgswap_chain *chain;

	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction");
	chain = live_chain(session, fixture.cgroup.path, "egress");
	expect_ok(cgswap_replace_add_source(replace, chain, "pos:0", map_fixture_object(test->new),
					    NULL),
		  "its step");
	expect_ok(cgswap_replace_commit(replace, NULL), "%s for %s", test->new, test->old);
	cgswap_chain_unref(chain);
	cgswap_replace_unref(replace);
	is_int(pinned(test), map_fixture_map(&fixture, test->map), "the new map is pinned");
}

static void undo(const struct pinned_case *test, uint32_t program, uint32_t pin, const char *what)
{
	const struct cgswap_undo_opts opts = { .sz = sizeof(opts), .old_maps = 1 };

	expect_ok(cgswap_session_undo(NULL, session, &opts), "an undo");
	is_int(map_fixture_program(&fixture), program, "the old program is attached");
	is_int(pinned(test), pin, "%s", what);
}

static void begin(const struct pinned_case *test)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .bpffs = BPFFS,
						  .scratch_cgroup = live_scratch,
						  .state_dir = state_dir() };

	fixture = map_fixture_new("mappins", test->old);
	expect_ok(cgswap_session_open(&session, &opts), "a session");
}

static void end(const struct pinned_case *test)
{
	cgswap_session_unref(session);
	map_fixture_free(&fixture);
	raw_unpin(pin_path(test));
}

int main(void)
{
	uint32_t program, pin;
	int other;

	need_live();
	bpffs_private();

	other = raw_array_create(1);
	begin(&made);
	program = map_fixture_program(&fixture);
	replace(&made);
	undo(&made, program, 0, "the pin that was made is gone");
	replace(&made);
	raw_unpin(pin_path(&made));
	raw_pin(other, pin_path(&made));
	pin = raw_map_id(other);
	undo(&made, program, pin, "a pin that names another map stays");
	end(&made);

	begin(&moved);
	program = map_fixture_program(&fixture);
	pin = pinned(&moved);
	ok(pin, "the old map is pinned");
	replace(&moved);
	ok(pinned(&moved) != pin, "the pin is moved to the new one");
	undo(&moved, program, pin, "the old map has its pin again");
	end(&moved);
	return done_testing();
}
