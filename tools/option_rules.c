/* SPDX-License-Identifier: BSD-2-Clause */
#include "option_rules.h"
#include "commands.h"
#include "option_table.h"

#include <stdio.h>
#include <string.h>

static void check_pair(struct options *options, uint64_t one, uint64_t other)
{
	if ((options->given & one) && (options->given & other))
		options_set_problem(options, "%s and %s cannot be given together",
				    option_find(one)->name, option_find(other)->name);
}

/* An option of chains in multi mode. */
static void check_single(struct options *options, uint64_t option)
{
	if ((options->given & option) && options->mode > CGSWAP_MODE_DEFAULT &&
	    options->mode != CGSWAP_MODE_MULTI)
		options_set_problem(options, "--mode %s and %s cannot be given together",
				    cgswap_mode_get_name(options->mode), option_find(option)->name);
}

static void check_needs(struct options *options, uint64_t one, uint64_t others, const char *names)
{
	if ((options->given & one) && !(options->given & others))
		options_set_problem(options, "%s needs %s", option_find(one)->name, names);
}

/* The options of a transaction in many cgroups. */
static void check_many(struct options *options)
{
	static const uint64_t of_one[] = { OPTION_PIN, OPTION_EXPECTED_REVISION,
					   OPTION_EXPECTED_CGROUP_ID };
	static const uint64_t of_many[] = { OPTION_IGNORE_GONE, OPTION_CANARY, OPTION_SOAK,
					    OPTION_CHECK,       OPTION_EVENTS, OPTION_NO_JOURNAL };
	static const uint64_t of_recursive[] = { OPTION_MATCH, OPTION_ANY_TAG, OPTION_FOLLOW };

	check_pair(options, OPTION_KEEP_OLD, OPTION_NO_JOURNAL);
	for (size_t i = 0; i < sizeof(of_many) / sizeof(*of_many); i++)
		check_needs(options, of_many[i], OPTIONS_MANY,
			    "--recursive, --cgroup or --cgroups-from");
	for (size_t i = 0; i < sizeof(of_recursive) / sizeof(*of_recursive); i++)
		check_needs(options, of_recursive[i], OPTION_RECURSIVE, "--recursive");
	check_needs(options, OPTION_CHECK_TIMEOUT, OPTION_CHECK, "--check");
	check_needs(options, OPTION_KEEP, OPTION_KEEP_OLD, "--keep-old");
	if (!(options->given & OPTIONS_MANY))
		return;
	for (size_t i = 0; i < sizeof(of_one) / sizeof(*of_one); i++)
		if (options->given & of_one[i])
			options_set_problem(options, "%s applies to a replace in one cgroup only",
					    option_find(of_one[i])->name);
	/* the lines of events end with what --json prints */
	if (options->given & OPTION_EVENTS)
		options->given |= OPTION_JSON;
	if (!options->check_timeout_ms)
		options->check_timeout_ms = 30 * 1000;
}

/* An entry has one position, and none to choose where the chain holds a single program. */
static void check_position(struct options *options)
{
	static const uint64_t positions[] = { OPTION_FIRST, OPTION_LAST, OPTION_BEFORE,
					      OPTION_AFTER };
	const size_t count = sizeof(positions) / sizeof(*positions);

	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count; j++)
			check_pair(options, positions[i], positions[j]);
		check_single(options, positions[i]);
	}
	check_single(options, OPTION_LINK);
}

/* A second choice for the same NAME= would contradict the first. */
static void check_twice(struct options *options, uint64_t option, const char *const *choices)
{
	for (size_t i = 0; choices[i]; i++) {
		const size_t length = strcspn(choices[i], "=");

		for (size_t j = 0; j < i; j++)
			if (strncmp(choices[i], choices[j], length + 1) == 0)
				options_set_problem(options, "%s is given twice for '%.*s'",
						    option_find(option)->name,
						    (int)(length < 100 ? length : 100), choices[i]);
	}
}

/* Checks the commands about journals, and --keep-old. A transaction in many cgroups needs none. */
static void check_model(struct options *options)
{
	const struct command *command = options->command;
	bool is_about = command && (command->options & OPTION_STATE_DIR) &&
			!(command->options & OPTION_KEEP_OLD);
	bool keeps = options->given & OPTION_KEEP_OLD;

	/* an undo has nothing to take back there in any case */
	if (!options_model(options) || options->state_dir || !(is_about || keeps) ||
	    (is_about && strcmp(command->name, "undo") == 0))
		return;
	if (options_set_problem(options,
				"%s needs --state-dir: a simulated kernel keeps journals only "
				"where it is told to",
				keeps ? "--keep-old with --kernel model" : "--kernel model"))
		snprintf(options->remedy, sizeof(options->remedy), "add --state-dir DIR");
}

void option_rules_check(struct options *options)
{
	check_position(options);
	check_twice(options, OPTION_MAP, options->map_choices);
	check_twice(options, OPTION_CONSTANT, options->constant_choices);
	check_pair(options, OPTION_PREORDER, OPTION_NO_PREORDER);
	check_many(options);
	check_model(options);
	check_pair(options, OPTION_FINISH, OPTION_UNDO);
	check_pair(options, OPTION_LIST, OPTION_FINISH);
	check_pair(options, OPTION_LIST, OPTION_UNDO);
	if (!(options->given & OPTION_LINK) || options->given & OPTION_PIN)
		return;
	if (options_set_problem(
		    options, "--link needs --pin: without a pin the link ends with this command"))
		snprintf(options->remedy, sizeof(options->remedy),
			 "add --pin PATH, a path in a bpffs");
}
