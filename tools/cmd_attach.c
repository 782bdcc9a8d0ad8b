/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "maps_apart.h"
#include "report.h"
#include "open.h"
#include "print_chain.h"

#include <stdio.h>
#include <string.h>

/* A program whose timers would end with this command is told so. */
static void attach_warn_of_timers(const struct options *options, const cgswap_program *program)
{
	size_t i;

	for (i = 0; i < cgswap_program_get_map_count(program); i++) {
		if (!strstr(cgswap_program_get_map_reason(program, i), "timers"))
			continue;
		report_print_prefix(options);
		fprintf(stderr, "map '%s' is %s\n", cgswap_program_get_map_name(program, i),
			cgswap_program_get_map_reason(program, i));
	}
}

static enum exit_status attach(const struct options *options, cgswap_session *session,
			       cgswap_chain *chain, struct maps_apart *apart)
{
	const char *attach_type = options->arguments[1], *source = options->arguments[2];
	const struct cgswap_program_opts program_opts = {
		.sz = sizeof(program_opts),
		.attach_type = attach_type,
		.map_choices = options->map_choices,
	};
	const struct cgswap_attach_opts attach_opts = {
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
	cgswap_program *program;

	if (cgswap_program_open(&program, session, source, &program_opts) != CGSWAP_OK)
		return report_last_error(options);
	if (cgswap_chain_attach(chain, program, &attach_opts) != CGSWAP_OK) {
		status = report_last_error(options);
	} else {
		attach_warn_of_timers(options, program);
		maps_apart_find(apart, session, options->arguments[0], source, program);
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
	if (options->given & OPTION_JSON)
		report_print_prefix(options);
	else
		putchar('\n');
	maps_apart_print(options->given & OPTION_JSON ? stderr : stdout, apart);
}

static enum exit_status attach_and_print(const struct options *options, cgswap_session *session,
					 cgswap_chain *chain)
{
	struct maps_apart apart = { 0 };
	enum exit_status status = attach(options, session, chain, &apart);

	if (status != EXIT_DONE)
		return status;
	status = print_changed_chain(options, chain);
	attach_print_pin(options);
	if (apart.program_id)
		attach_print_apart(options, &apart);
	return status;
}

enum exit_status cmd_attach(const struct options *options)
{
	if (options->of_object)
		return cmd_attach_object(options);
	return open_chain_and_run(options, attach_and_print);
}
