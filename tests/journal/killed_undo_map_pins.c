/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An undo that takes back the pin of a map by its name is killed before or after some of its system
 * calls. Then a recover, to either side, ends with the program and the pin both old or both new; where they
 * are new, another undo takes them back.
 *
 * With an argument N it is killed at every Nth of them.
 */
#include "../lib/bpffs.h"
#include "../lib/fixture_maps.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct pinned_case {
	const char *old, *new, *map; /* objects; the map that is pinned */
	unsigned every;              /* the search for other users of a map makes many calls */
} cases[] = {
	{ "count_v1", "pinned_map", "pinned_hits", 17 },
	{ "object/filled_v1", "object/filled_v2", "filled_calls", 17 },
};

static const struct pinned_case *now;
static unsigned less; /* how many times fewer kills */
static struct map_fixture fixture;

static uint32_t pinned(void)
{
	char path[64];

	snprintf(path, sizeof(path), BPFFS "/%s", now->map);
	return bpffs_map_at(path);
}

static void replace(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .keep_old = 1 };
	cgswap_session *session = state_dir_session();
	cgswap_replace *replace;
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");

	if (cgswap_replace_new(&replace, session, &opts) ||
	    cgswap_replace_add_source(replace, chain, "pos:0", map_fixture_object(now->new), NULL) ||
	    cgswap_replace_commit(replace, NULL))
		bail_out("a replace: %s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static bool undo(cgswap_session *session)
{
	const struct cgswap_undo_opts opts = { .sz = sizeof(opts), .old_maps = 1 };
	bool done = cgswap_session_undo(NULL, session, &opts) == CGSWAP_OK;

	if (!done)
		diag("undo: %s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_session_unref(session);
	return done;
}

/* In a child. */
static void run(void *user)
{
	cgswap_session *session = state_dir_session();

	(void)user;
	killed_from_here();
	_exit(undo(session) ? 0 : 3);
}

static bool recover(enum cgswap_recover direction)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = direction };
	cgswap_session *session = state_dir_session();
	bool done = cgswap_session_recover(NULL, session, &opts) == CGSWAP_OK;

	if (!done)
		diag("recover: %s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_session_unref(session);
	return done;
}

static void kill_some(enum cgswap_recover direction)
{
	uint32_t old = map_fixture_program(&fixture), pin = pinned();
	unsigned kills = 0, wrong = 0, news = 0, every = now->every * less;
	unsigned stop = 1 + (unsigned)rand() % every;
	bool killed = true;

	for (; killed && wrong < 5; stop += every) {
		bool good, is_new;
		uint32_t map;

		replace();
		map = map_fixture_map(&fixture, now->map);
		killed = killed_at(stop, run, NULL, NULL);
		kills += killed;
		good = recover(direction);
		is_new = map_fixture_program(&fixture) != old;
		good &= pinned() == (is_new ? map : pin);
		news += is_new;
		if (is_new)
			good &= undo(state_dir_session()) && map_fixture_program(&fixture) == old &&
				pinned() == pin;
		good &= state_dir_is_clean();
		if (!good)
			diag("killed at stop %u: %s program, map %u is pinned", stop,
			     is_new ? "new" : "old", pinned());
		wrong += !good;
	}
	ok(!wrong, "%s, %s: killed at %u points", now->new,
	   direction == CGSWAP_RECOVER_FINISH ? "finish" : "undo", kills);
	ok(news && news <= kills, "in %u the new program was attached", news);
}

int main(int argc, char **argv)
{
	less = killed_every(argc, argv, 1);
	need_live();
	bpffs_private();
	srand((unsigned)time(NULL));
	state_dir(); /* that of the children too */
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		now = &cases[i];
		fixture = map_fixture_new("undopin", now->old);
		kill_some(CGSWAP_RECOVER_FINISH);
		kill_some(CGSWAP_RECOVER_UNDO);
		map_fixture_free(&fixture);
	}
	return done_testing();
}
