/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A commit pins the maps of its new programs by their names, or gives the new map the pin of the old
 * one (a program array). If it is killed before or after one of its system calls, from its first
 * change on, a recover that undoes takes back what it pinned, and one that finishes leaves the map of the
 * attached program at the path.
 *
 * With an argument N it is killed at every Nth of these points.
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
	bool old_has_pin;
	unsigned every; /* the search for other users of an array makes thousands of calls */
} cases[] = {
	{ "count_v1", "pinned_map", "pinned_hits", false, 1 },
	{ "object/filled_v1", "object/filled_v2", "filled_calls", true, 41 },
};

static const struct pinned_case *now;
static unsigned less; /* how many times fewer kills */
static struct map_fixture fixture;
static enum cgswap_recover direction;

static const char *pin_path(void)
{
	static char path[64];

	snprintf(path, sizeof(path), BPFFS "/%s", now->map);
	return path;
}

static uint32_t pinned(void)
{
	return bpffs_map_at(pin_path());
}

/* ---- in a child ------------------------------------------------------------------------------ */

/* The journal is written, and nothing is pinned yet. */
static int begins(size_t done, size_t total, void *user)
{
	(void)total;
	(void)user;
	if (!done)
		killed_from_here();
	return 0;
}

static void run(void *user)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit), .progress = begins };
	cgswap_session *session = state_dir_session();
	cgswap_replace *replace;
	cgswap_chain *chain;

	(void)user;
	killed_needs(cgswap_replace_new(&replace, session, &opts));
	killed_needs(cgswap_chain_open(&chain, session, fixture.cgroup.path, "egress"));
	killed_needs(cgswap_replace_add_source(replace, chain, "pos:0", map_fixture_object(now->new),
					      NULL));
	killed_needs(cgswap_replace_commit(replace, &commit));
	_exit(0);
}

/* ---- afterwards ------------------------------------------------------------------------------ */

/* Returns true if the new program is attached, and *good if its pin or that from before is there. */
static bool recover(uint32_t old_program, uint32_t old_pin, bool *good)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = direction };
	cgswap_session *session = state_dir_session();
	bool is_new;

	*good = cgswap_session_recover(NULL, session, &opts) == CGSWAP_OK;
	if (!*good)
		diag("recover: %s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_session_unref(session);
	is_new = map_fixture_program(&fixture) != old_program;
	*good &= pinned() == (is_new ? map_fixture_map(&fixture, now->map) : old_pin) && state_dir_is_clean();
	return is_new;
}

static void put_back(void)
{
	if (map_fixture_swap(&fixture, now->old, CGSWAP_MAPS_DEFAULT))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	if (!now->old_has_pin)
		raw_unpin(pin_path());
}

static void kill_everywhere(void)
{
	unsigned kills = 0, wrong = 0, news = 0, every = now->every * less;
	unsigned first = 1 + (unsigned)rand() % every;

	for (direction = CGSWAP_RECOVER_FINISH; direction <= CGSWAP_RECOVER_UNDO; direction++) {
		bool killed = true;

		for (unsigned stop = first; killed; stop += every) {
			uint32_t old = map_fixture_program(&fixture), pin = pinned();
			bool good, is_new;

			killed = killed_at(stop, run, NULL, NULL);
			kills += killed;
			is_new = recover(old, pin, &good);
			if (!good)
				diag("killed at stop %u (%s): %s program, map %u is pinned", stop,
				     direction == CGSWAP_RECOVER_FINISH ? "finish" : "undo",
				     is_new ? "new" : "old", pinned());
			wrong += !good;
			if (wrong > 5)
				bail_out("too many are wrong");
			news += is_new;
			if (is_new)
				put_back();
		}
	}
	ok(!wrong, "%s: killed at %u points", now->new, kills);
	/* a sample may miss the few points before the change */
	ok(news && (less > 1 || news < kills), "in %u the new program was attached", news);
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
		fixture = map_fixture_new("mappin", now->old);
		kill_everywhere();
		map_fixture_free(&fixture);
		raw_unpin(pin_path());
	}
	return done_testing();
}
