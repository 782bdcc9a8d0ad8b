/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The oracle of the public API: random operations, with others changing the chains before, between
 * and inside the calls. Each answer is one that the rules give, the dry run tells the same as the call
 * if nothing came between, a refusal changed nothing, the chains and orders are as the rules say, and
 * nothing is left open. A list of operations with a wrong answer is reduced to the few that are needed,
 * and printed with the words by which it is played again.
 */
#include "api_session.h"
#include "choose.h"
#include "options.h"

#include "../fault/fault_kernel.h"
#include "../lib/descriptors.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUND = 48, LIMIT_SECONDS = 3600, SESSION_ROUNDS = 40, KINDS_MAX = 300, REPEATS = 3 };

struct options {
	struct oracle_options common;
	bool survey; /* count all kinds of failures, instead of ending at the first */
	const char *replay;
};

static struct {
	char kind[sizeof(api_failure.kind)];
	unsigned long count;
} kinds[KINDS_MAX];
static size_t kind_count;

/* ---- playing --------------------------------------------------------------------------------- */

/* True if the list is played to its end without a failure. */
static bool play_list(const struct api_list *list)
{
	api_world_reset(list->pair);
	for (size_t i = 0; i < list->count; i++)
		if (!api_play(&list->operations[i]))
			return strcmp(api_failure.kind, "end of round") == 0;
	return true;
}

static bool play_round(struct api_list *list, struct dice *dice, unsigned long limit)
{
	list->pair = (uint8_t)roll(dice, API_PAIRS);
	list->count = 0;
	api_world_reset(list->pair);
	while (list->count < limit) {
		struct api_operation *operation = &list->operations[list->count++];

		api_generate(operation, dice);
		if (!api_play(operation))
			return strcmp(api_failure.kind, "end of round") == 0;
	}
	return true;
}

/* ---- reducing -------------------------------------------------------------------------------- */

static bool fails_alike(const struct api_list *list, const char *kind)
{
	for (int i = 0; i < REPEATS; i++)
		if (!play_list(list) && strcmp(api_failure.kind, kind) == 0)
			return true;
	return false;
}

static bool drop_operations(struct api_list *list, const char *kind)
{
	bool dropped = false;

	for (size_t i = list->count; i-- > 0;) {
		struct api_list less = *list;

		memmove(&less.operations[i], &less.operations[i + 1],
			(less.count - i - 1) * sizeof(less.operations[0]));
		less.count--;
		if (!fails_alike(&less, kind))
			continue;
		*list = less;
		dropped = true;
	}
	return dropped;
}

/* Sets single bytes of an operation to 0: fewer steps, no options, smaller trees. */
static bool simplify_operation(struct api_list *list, size_t index, const char *kind)
{
	bool simpler = false;

	for (size_t i = 1; i < sizeof(struct api_operation); i++) {
		uint8_t *byte = (uint8_t *)&list->operations[index] + i, saved = *byte;

		if (!saved || byte == &list->operations[index].foreign.kind)
			continue;
		*byte = 0;
		if (fails_alike(list, kind))
			simpler = true;
		else
			*byte = saved;
	}
	return simpler;
}

static void shrink_list(struct api_list *list, const char *kind)
{
	bool again = fails_alike(list, kind);

	while (again) {
		again = drop_operations(list, kind);
		for (size_t i = 0; i < list->count; i++)
			again |= simplify_operation(list, i, kind);
	}
}

/* ---- printing and reading -------------------------------------------------------------------- */

static void print_trace(const struct api_list *list)
{
	const size_t size = sizeof(struct api_operation);
	char text[API_LIST_MAX * (2 * sizeof(struct api_operation) + 1) + 8];
	size_t length = (size_t)sprintf(text, "%u", list->pair);

	for (size_t i = 0; i < list->count; i++) {
		const uint8_t *bytes = (const uint8_t *)&list->operations[i];
		size_t used = size;

		while (used && !bytes[used - 1])
			used--;
		text[length++] = '.';
		for (size_t j = 0; j < used; j++)
			length += (size_t)sprintf(text + length, "%02x", bytes[j]);
	}
	text[length] = '\0';
	diag("--replay %s", text);
}

static void read_trace(struct api_list *list, const char *text)
{
	char *end;

	memset(list, 0, sizeof(*list));
	list->pair = (uint8_t)strtoul(text, &end, 10);
	while (*end == '.' && list->count < API_LIST_MAX) {
		uint8_t *bytes = (uint8_t *)&list->operations[list->count++];
		unsigned value;

		end++;
		for (size_t i = 0; i < sizeof(struct api_operation) && sscanf(end, "%2x", &value) == 1 &&
				   *end != '.';
		     i++, end += 2)
			bytes[i] = (uint8_t)value;
	}
}

static void print_failure(struct api_list *list, bool shrunk)
{
	char text[600];

	diag("%s", api_failure.kind);
	diag("%s", api_failure.text);
	api_state_print(&world.state);
	for (size_t i = !shrunk && list->count > 5 ? list->count - 5 : 0; i < list->count; i++)
		diag("  %zu  %s", i + 1, api_text(text, sizeof(text), &list->operations[i]));
	print_trace(list);
	for (unsigned i = 0; i < API_VARIED; i++)
		diag("    P%u: %s, id %u, type %u, for %u", i, world.programs[i].name,
		     world.programs[i].rules.id, world.programs[i].rules.type,
		     world.programs[i].rules.attach_type);
}

static void tell_failure(struct api_list *list)
{
	struct api_failure first = api_failure;

	shrink_list(list, first.kind);
	if (!fails_alike(list, first.kind)) {
		diag("it did not happen again");
		api_failure = first;
	}
	print_failure(list, true);
}

/* Counts a failure; the first of its kind is told. */
static void survey_failure(struct api_list *list)
{
	for (size_t i = 0; i < kind_count; i++)
		if (strcmp(kinds[i].kind, api_failure.kind) == 0) {
			kinds[i].count++;
			return;
		}
	if (kind_count == KINDS_MAX)
		return;
	strcpy(kinds[kind_count].kind, api_failure.kind);
	kinds[kind_count++].count = 1;
	tell_failure(list);
}

/* ---- all ------------------------------------------------------------------------------------- */

/* Every run must reach these, or it proves little. */
static void check_reach(unsigned long operations)
{
	static const enum cgswap_cause causes[] = {
		CGSWAP_CAUSE_NONE, CGSWAP_CAUSE_NOT_ATTACHED, CGSWAP_CAUSE_CHAIN_EMPTY,
		CGSWAP_CAUSE_ALREADY_ATTACHED, CGSWAP_CAUSE_SELECTOR_AMBIGUOUS,
		CGSWAP_CAUSE_OWN_MODE_CONFLICT, CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE,
		CGSWAP_CAUSE_REVISION_CHANGED, CGSWAP_CAUSE_LOST_RACE, CGSWAP_CAUSE_CGROUP_GONE,
		CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH,
		CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR, CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN,
		CGSWAP_CAUSE_KERNEL_LACKS_FEATURE,
	};
	unsigned missing = 0;

	for (int i = 0; i < 128; i++)
		if (api_tally[0][i] || api_tally[1][i])
			diag("%8lu dry, %8lu done: %s", api_tally[0][i], api_tally[1][i],
			     i ? cgswap_cause_get_name((enum cgswap_cause)i) : "ok");
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		missing += !api_tally[0][causes[i]] && !api_tally[1][causes[i]];
	ok(!missing, "the %lu operations had each of the usual answers", operations);
}

static void tell_survey(void)
{
	for (size_t i = 0; i < kind_count; i++)
		diag("%6lu  %s", kinds[i].count, kinds[i].kind);
}

/* Returns true without a failure. */
static bool play_all(const struct options *options, unsigned long *done)
{
	struct dice dice = { .state = options->common.seed };
	bool good = true, played = true;
	struct api_list list;
	unsigned rounds = 0;

	while (*done < options->common.operations && (played || options->survey)) {
		unsigned long left = options->common.operations - *done;

		played = play_round(&list, &dice, left < ROUND ? left : ROUND);
		*done += list.count;
		good &= played;
		if (!played && options->survey)
			survey_failure(&list);
		else if (!played)
			tell_failure(&list);
		if (++rounds % SESSION_ROUNDS == 0 && !api_sessions_close())
			good = played = false;
	}
	return good;
}

int main(int argc, char **argv)
{
	struct options options = { .common = { .seed = 1, .operations = 30000 } };
	const struct oracle_option more[] = {
		{ "survey", &options.survey, NULL },
		{ "replay", NULL, &options.replay },
		{ 0 },
	};
	struct descriptors before;
	unsigned long done = 0;
	struct api_list list;
	bool good;
	double began;

	oracle_read_options(&options.common, more, argc, argv);
	need_live();
	alarm(LIMIT_SECONDS);
	api_world_open();
	api_world_reset(0);
	api_sessions_close();
	before = descriptors_now();
	began = oracle_seconds();
	if (options.replay) {
		read_trace(&list, options.replay);
		good = play_list(&list);
		if (!good)
			print_failure(&list, true);
	} else {
		diag("--seed %llu --operations %lu", (unsigned long long)options.common.seed,
		     options.common.operations);
		good = play_all(&options, &done);
		diag("%lu operations in %.1f s", done, oracle_seconds() - began);
	}
	ok(good, "each answer is one that the rules give, and the dry run tells the same");
	if (good && !options.replay)
		check_reach(done);
	tell_survey();
	api_world_reset(0);
	ok(api_sessions_close(), "no call and no session leaves a descriptor open");
	ok(descriptors_same(&before), "the process has the same descriptors as before");
	api_world_close();
	return done_testing();
}
