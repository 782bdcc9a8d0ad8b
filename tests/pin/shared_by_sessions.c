/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program whose map is pinned by its name is in use in two sessions of one process. The session that
 * has loaded it takes back its own swap: the pin stays, since the other session has attached the program
 * to another cgroup. Without the other session the pin goes.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdio.h>

static const char PIN[] = BPFFS "/pinned_hits";

static bool is_pinned(cgswap_session *session)
{
	cgswap_program *program = NULL;
	bool pinned = cgswap_program_open(&program, session, "pin:" BPFFS "/pinned_hits", NULL) &&
		      cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_NOT_A_PROGRAM;

	cgswap_program_unref(program);
	return pinned;
}

static cgswap_program *load(cgswap_session *session)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_program *program;

	if (cgswap_program_open(&program, session, map_fixture_object("pinned_map"), &opts))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	return program;
}

/* Opens the program in the other session, and attaches it; returns its handle. */
static cgswap_program *attach_in(const struct map_fixture *other, uint32_t id)
{
	cgswap_program *program;
	char source[32];

	snprintf(source, sizeof(source), "id:%u", id);
	expect_ok(cgswap_program_open(&program, other->session, source, NULL),
		  "the other session opens the program by its id");
	expect_ok(cgswap_chain_attach(other->chain, program, NULL), "and attaches it");
	return program;
}

static void swap_and_back(const struct map_fixture *fixture, const struct map_fixture *other)
{
	cgswap_program *program = load(fixture->session), *same = NULL;
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, fixture->session, NULL))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	expect_ok(cgswap_replace_add(replace, fixture->chain, "pos:0", program, NULL),
		  "a swap is planned");
	expect_ok(cgswap_replace_commit(replace, NULL), "and committed");
	ok(is_pinned(fixture->session), "the map is pinned");
	if (other)
		same = attach_in(other, cgswap_program_get_id(program));
	expect_ok(cgswap_replace_rollback(replace), "the swap is taken back");
	ok(is_pinned(fixture->session) == !!other, "the pin %s", other ? "stays" : "is gone");
	cgswap_program_unref(same);
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	raw_unpin(PIN);
}

int main(void)
{
	struct map_fixture fixture, other;

	need_live();
	bpffs_private();
	fixture = map_fixture_new("first", "count_less");
	other = map_fixture_new("second", "count_less");
	raw_unpin(PIN);
	swap_and_back(&fixture, NULL);
	swap_and_back(&fixture, &other);
	map_fixture_free(&other);
	map_fixture_free(&fixture);
	return done_testing();
}
