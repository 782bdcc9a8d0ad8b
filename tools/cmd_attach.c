/* SPDX-License-Identifier: BSD-2-Clause */
#include "attached_constants.h"
#include "commands.h"
#include "base/clock.h"
#include "maps_apart.h"
#include "report.h"
#include "report_line.h"
#include "open.h"
#include "print_chain.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { RETRIES = 3, RETRY_TIME_MS = 100 }; /* the defaults, as in the library */

/* Returns the id of an entry with the name and the tag of the program; 0: there is none. */
static uint32_t find_same_program(const cgswap_chain *chain, const cgswap_program *program)
{
	const cgswap_entry *entry;
	size_t i;

	for (i = 0; i < cgswap_chain_get_length(chain); i++) {
		entry = cgswap_chain_get_entry(chain, i);
		if (strcmp(cgswap_entry_get_name(entry), cgswap_program_get_name(program)) == 0 &&
		    strcmp(cgswap_entry_get_tag(entry), cgswap_program_get_tag(program)) == 0)
			return cgswap_entry_get_id(entry);
	}
	return 0;
}

/* With --unless-attached: finds out if there is nothing to do. */
static enum cgswap_status check_attached(bool *attached, const struct options *options,
					 cgswap_chain *chain, const cgswap_program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	if (options->given & OPTION_UNLESS_ATTACHED) {
		status = cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS);
		*attached = status == CGSWAP_OK && find_same_program(chain, program) != 0;
	}
	return status;
}

/* Older kernels, and entries without others beside them, have no revision to compare. */
static bool attach_guards(const struct options *options, cgswap_session *session)
{
	bool has = false;

	return options->given & OPTION_UNLESS_ATTACHED && !options->expected_revision &&
	       options->mode != CGSWAP_MODE_OVERRIDE && options->mode != CGSWAP_MODE_NONE &&
	       cgswap_session_has(session, CGSWAP_FEATURE_EXPECTED_REVISION, &has) == CGSWAP_OK &&
	       has;
}

/* Attempts on a chain that others change, which end as those of the library do. */
struct attempts {
	int64_t failures;
	int64_t end_ms; /* set at the first failure */
};

/* Counts a failed attempt. Returns true if another may be made. */
static bool attempts_again(struct attempts *attempts, const struct options *options)
{
	int32_t time_ms = options->retry_time_ms ? options->retry_time_ms : RETRY_TIME_MS;

	if (!attempts->failures++)
		attempts->end_ms = clock_now_ms() + time_ms;
	if (options->retries < 0)
		return false;
	return attempts->failures <= (options->retries ? options->retries : RETRIES) ||
	       clock_now_ms() < attempts->end_ms;
}

static enum exit_status report_kept_changing(const struct options *options,
					     const cgswap_chain *chain,
					     const struct attempts *attempts)
{
	const char *type = options->arguments[1];
	char message[PATH_MAX + 128];

	snprintf(message, sizeof(message), "%s of '%s' changed during %s%lld attempt%s", type,
		 cgswap_chain_get_cgroup(chain), attempts->failures == 1 ? "" : "each of ",
		 (long long)attempts->failures, attempts->failures == 1 ? "" : "s");
	return report_refusal(options, CGSWAP_CAUSE_LOST_RACE, ESTALE, message,
			      "run the command again, with a longer --retry-time");
}

/*
 * Attaches the program, unless that is not asked for. Another process may attach the same one after
 * the look at the chain: then it has another revision, and is looked at again.
 */
static enum cgswap_status attach_unless(bool *attached, struct attempts *attempts,
					const struct options *options, cgswap_chain *chain,
					cgswap_program *program, struct cgswap_attach_opts *opts,
					bool guards)
{
	enum cgswap_status status;

	for (;;) {
		status = check_attached(attached, options, chain, program);
		if (status || *attached)
			return status;
		if (guards)
			opts->expected_revision = cgswap_chain_get_revision(chain);
		status = cgswap_chain_attach(chain, program, opts);
		if (!guards || !status ||
		    cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_REVISION_CHANGED ||
		    !attempts_again(attempts, options))
			return status;
		status = cgswap_chain_read(chain);
		if (status)
			return status;
	}
}

/* The program that an attach in override or none mode takes the place of. */
struct displaced {
	uint32_t id; /* 0: none */
	char name[512];
};

/* Reads it before the attach, from the chain as it was opened. Its name is not always readable. */
static void displaced_read(struct displaced *out, const struct options *options,
			   cgswap_chain *chain)
{
	const cgswap_entry *entry;

	*out = (struct displaced){ .id = 0 };
	if (options->mode != CGSWAP_MODE_OVERRIDE && options->mode != CGSWAP_MODE_NONE)
		return;
	entry = cgswap_chain_get_entry(chain, 0);
	if (!entry)
		return;
	out->id = cgswap_entry_get_id(entry);
	if (cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS) == CGSWAP_OK)
		entry = cgswap_chain_get_entry(chain, 0);
	snprintf(out->name, sizeof(out->name), "%s", cgswap_entry_get_name(entry));
}

/* Unlike a replace, an attach does not look at the maps and constants of the program before it. */
static void displaced_warn(const struct displaced *displaced, const struct options *options,
			   const cgswap_program *program)
{
	bool dry = options_dry_run(options), named = *displaced->name;

	if (!displaced->id || displaced->id == cgswap_program_get_id(program))
		return;
	report_line(options,
		    "it %s program %" PRIu32 "%s%s%s, whose maps and constants the new one does "
		    "not take over (cgswap replace %s)",
		    dry ? "would replace" : "replaced", displaced->id, named ? " (" : "",
		    displaced->name, named ? ")" : "", dry ? "would" : "does that");
}

/* Warns if the timers of the program would end with this command. */
static void attach_warn_of_timers(const struct options *options, const cgswap_program *program)
{
	size_t i;

	for (i = 0; i < cgswap_program_get_map_count(program); i++) {
		if (!cgswap_program_get_map_timers_end(program, i))
			continue;
		report_line(options, "map '%s' is %s", cgswap_program_get_map_name(program, i),
			    cgswap_program_get_map_reason(program, i));
	}
}

static enum exit_status attach(const struct options *options, cgswap_session *session,
			       cgswap_chain *chain, struct maps_apart *apart, bool *attached)
{
	const char *attach_type = options->arguments[1], *source = options->arguments[2];
	const struct cgswap_program_opts program_opts = {
		.sz = sizeof(program_opts),
		.attach_type = attach_type,
		.map_choices = options->map_choices,
		.constant_choices = options->constant_choices,
	};
	struct cgswap_attach_opts attach_opts = {
		.sz = sizeof(attach_opts),
		.expected_revision = options->expected_revision,
		.expected_cgroup_id = options->expected_cgroup_id,
		.before = options->before,
		.after = options->after,
		.pin = options->pin,
		.mode = options->mode,
		.preorder = options_preorder(options),
		.position = options_position(options),
		.link = !!(options->given & OPTION_LINK),
		.dry_run = options_dry_run(options),
	};
	enum exit_status status = EXIT_DONE;
	struct attempts attempts = { 0 };
	struct displaced displaced;
	cgswap_program *program;

	displaced_read(&displaced, options, chain);
	if (cgswap_program_open(&program, session, source, &program_opts) != CGSWAP_OK)
		return report_last_error(options);
	if (attach_unless(attached, &attempts, options, chain, program, &attach_opts,
			  attach_guards(options, session)) != CGSWAP_OK) {
		if (attempts.failures &&
		    cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_REVISION_CHANGED)
			status = report_kept_changing(options, chain, &attempts);
		else
			status = report_last_error(options);
	} else if (*attached) {
		status = check_attached_constants(options, session, chain, program,
						  find_same_program(chain, program));
	} else {
		displaced_warn(&displaced, options, program);
		attach_warn_of_timers(options, program);
		maps_apart_find(apart, session, cgswap_chain_get_cgroup(chain), source, program);
	}
	cgswap_program_unref(program);
	return status;
}

static void attach_print_pin(const struct options *options)
{
	if (!options->pin || options_dry_run(options) || options->given & OPTION_JSON)
		return;
	putchar('\n');
	print_pinned(options->given & OPTION_LINK ? "the link" : "the program", options->pin);
}

static void attach_print_apart(const struct options *options, const struct maps_apart *apart)
{
	char text[MAPS_APART_TEXT];

	maps_apart_text(text, apart);
	if (options->given & OPTION_JSON) {
		report_line(options, "%s", text);
		return;
	}
	putchar('\n');
	report_sentence("%s", text);
}

static enum exit_status attach_and_print(const struct options *options, cgswap_session *session,
					 cgswap_chain *chain)
{
	struct maps_apart apart = { 0 };
	bool attached = false;
	enum exit_status status = attach(options, session, chain, &apart, &attached);

	if (status != EXIT_DONE)
		return status;
	if (attached && !(options->given & OPTION_JSON))
		puts("already attached: nothing was changed");
	status = print_changed_chain(options, chain);
	if (!attached)
		attach_print_pin(options);
	if (!attached && apart.program_id)
		attach_print_apart(options, &apart);
	return status;
}

enum exit_status cmd_attach(const struct options *options)
{
	if (options->of_object)
		return cmd_attach_object(options);
	return open_chain_and_run(options, attach_and_print);
}
