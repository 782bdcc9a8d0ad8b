/* SPDX-License-Identifier: BSD-2-Clause */
#include "attached_constants.h"

#include "base/shell_word.h"
#include "report.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_given(const struct options *options, const char *constant)
{
	size_t length = strlen(constant);

	for (size_t i = 0; options->constant_choices[i]; i++)
		if (strncmp(options->constant_choices[i], constant, length) == 0 &&
		    options->constant_choices[i][length] == '=')
			return true;
	return false;
}

static enum exit_status refuse(const struct options *options, const cgswap_step *step, size_t at,
			       const cgswap_program *program, uint32_t attached_id)
{
	const char *old = cgswap_step_get_constant_old_value(step, at);
	const char *cgroup = options->arguments[0], *source = options->arguments[2];
	char words[2][PATH_MAX], message[1024], remedy[2 * PATH_MAX + 256];

	snprintf(message, sizeof(message),
		 "program %" PRIu32 " (%.100s) is attached with other constants: '%.100s' is "
		 "%.200s, and %.200s was given",
		 attached_id, cgswap_program_get_name(program),
		 cgswap_step_get_constant_name(step, at), old ? old : "unknown",
		 cgswap_step_get_constant_value(step, at));
	snprintf(remedy, sizeof(remedy),
		 "replace it (cgswap replace %s %s id:%" PRIu32 " %s --constant ...)",
		 shell_word(words[0], sizeof(words[0]), cgroup) ? words[0] : cgroup,
		 options->arguments[1], attached_id,
		 shell_word(words[1], sizeof(words[1]), source) ? words[1] : source);
	return report_refusal(options, CGSWAP_CAUSE_CONSTANTS_CHANGED, 0, message, remedy);
}

enum exit_status check_attached_constants(const struct options *options, cgswap_session *session,
					  cgswap_chain *chain, cgswap_program *program,
					  uint32_t attached_id)
{
	enum exit_status status = EXIT_DONE;
	cgswap_replace *replace;
	const cgswap_step *step;
	char selector[16], source[16];

	if (!options->constant_choices[0])
		return EXIT_DONE;
	if (cgswap_replace_new(&replace, session, NULL) != CGSWAP_OK)
		return report_last_error(options);
	/* it reports the constants of a loaded program that differ, and is not committed */
	snprintf(selector, sizeof(selector), "id:%" PRIu32, attached_id);
	snprintf(source, sizeof(source), "fd:%d", cgswap_program_get_fd(program));
	if (cgswap_replace_add_source(replace, chain, selector, source, NULL) != CGSWAP_OK) {
		status = report_last_error(options);
		cgswap_replace_unref(replace);
		return status;
	}
	step = cgswap_replace_get_step(replace, 0);
	for (size_t i = 0; i < cgswap_step_get_constant_count(step) && status == EXIT_DONE; i++)
		if (is_given(options, cgswap_step_get_constant_name(step, i)))
			status = refuse(options, step, i, program, attached_id);
	cgswap_replace_unref(replace);
	return status;
}
