/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The oracle: random operations on the running kernel and on the model have the same errnos, chains,
 * effective orders and revisions. A list of operations that shows a difference is reduced to the few
 * that are needed, and printed.
 */
#include "generate.h"
#include "options.h"
#include "play.h"

#include "../lib/live.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OFTEN = 50, ROUND = 500, LIMIT_SECONDS = 900 };

static struct fixture fixture;
static struct state state;
static struct tally tally;
static struct list list;

/* Plays the operations of one round. Returns false if they differ; then list has the operations. */
static bool play_round(struct dice *dice, unsigned long count)
{
	struct profile profile = profile_new(dice, &fixture);

	fixture_reset(&fixture);
	state_reset(&state, &fixture);
	for (list.count = 0; list.count < count;) {
		struct operation *operation = &list.operations[list.count++];

		*operation = generate(dice, &profile, &fixture, &state);
		if (!play(&fixture, &state, operation, &tally))
			return false;
		if (list.count % OFTEN == 0 && !compare_all(&state, &fixture, profile.attach_types, 2))
			return false;
	}
	return compare_all(&state, &fixture, fixture.attach_types, fixture.type_info_count);
}

static void print_program(unsigned index)
{
	const struct program_spec *spec = &fixture.specs[index];

	diag("  P%u is of type %u, loaded for attach type %u, and returns %d", index, spec->type,
	     spec->attach_type, spec->returns);
}

static void tell_programs(void)
{
	for (unsigned index = 0; index < fixture.program_count; index++)
		for (size_t i = 0; i < list.count; i++) {
			const struct operation *operation = &list.operations[i];
			const struct ref refs[] = { operation->program, operation->replaced,
						    operation->anchor };
			bool named = false;

			for (size_t j = 0; j < 3; j++)
				named |= refs[j].kind == REF_PROGRAM && refs[j].index == index;
			if (!named)
				continue;
			print_program(index);
			break;
		}
}

static void tell_difference(bool quick)
{
	char text[300];

	if (!quick) {
		diag("the kernels differ after %zu operations: %s", list.count, state.difference);
		shrink(&list, &fixture, &state);
	}
	diag("%zu operations on new cgroups that show the difference:", list.count);
	for (size_t i = quick && list.count > 10 ? list.count - 10 : 0; i < list.count;
	     i++)
		diag("  %zu  %s", i + 1, operation_text(text, sizeof(text), &list.operations[i]));
	diag("Result: %s",
	     *state.difference ? state.difference : "the difference did not occur again: the kernel was late or busy");
	tell_programs();
}

/* Every run must reach all of these, or it proves little. */
static void check_reach(unsigned long operations)
{
	static const int errnos[] = { EPERM, ENOENT, E2BIG, EBADF, EINVAL, ENOSPC, ENOLINK };
	static const char *const names[] = { "attach", "detach", "link create", "link update",
					     "link detach" };
	unsigned missing = 0;

	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++) {
		diag("%8lu failed with %s", tally.refused[errnos[i]],
		     cgswap_errno_get_name(errnos[i]));
		missing += !tally.refused[errnos[i]];
	}
	if (!(fixture.disable_features & (1U << CGSWAP_FEATURE_EXPECTED_REVISION))) {
		diag("%8lu failed with ESTALE", tally.refused[ESTALE]);
		missing += !tally.refused[ESTALE];
	}
	for (int kind = OP_ATTACH; kind <= OP_LINK_DETACH; kind++) {
		diag("%8lu succeeded: %s", tally.done[kind], names[kind]);
		missing += !tally.done[kind];
	}
	ok(!missing, "the %lu operations had every errno, and each kind succeeded at least once",
	   operations);
}

int main(int argc, char **argv)
{
	struct oracle_options options = { .seed = 1, .operations = 100000 };
	bool quick = false; /* print a difference without reducing its list */
	const struct oracle_option more[] = { { "quick", &quick, NULL }, { 0 } };
	unsigned long done = 0;
	struct dice dice;
	bool agree = true;
	double began;

	oracle_read_options(&options, more, argc, argv);
	need_live();
	alarm(LIMIT_SECONDS);
	fixture_open(&fixture);
	diag("--seed %llu --operations %lu", (unsigned long long)options.seed, options.operations);
	dice.state = options.seed;
	began = oracle_seconds();
	while (agree && done < options.operations) {
		unsigned long left = options.operations - done;

		agree = play_round(&dice, left < ROUND ? left : ROUND);
		done += list.count;
	}
	diag("%lu operations in %.1f s", done, oracle_seconds() - began);
	ok(agree, "the model agrees with the kernel in every errno, chain, order and revision");
	if (agree)
		check_reach(done);
	else
		tell_difference(quick);
	fixture_close(&fixture);
	return done_testing();
}
