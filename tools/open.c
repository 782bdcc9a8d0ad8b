/* SPDX-License-Identifier: BSD-2-Clause */
#include "open.h"
#include "report.h"
#include "report_line.h"
#include "cgroup_argument.h"
#include "feature_mask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A simulated kernel keeps journals only where it is told to. */
const char *open_state_dir(const struct options *options)
{
	if (options->state_dir)
		return options->state_dir;
	return options_model(options) ? NULL : "/run/cgswap";
}

/*
 * Tells of what a transaction meets in the state directory: one that is let go, an entry of one
 * that is not finished, damage.
 */
static void print_warning(int level, const char *line, void *user)
{
	if (level > CGSWAP_LOG_WARNING)
		return;
	report_line(user, "%s", line);
}

/* The library also warns of what these two options ask for, once for each cgroup. */
static bool wants_warnings(const struct options *options)
{
	if (options->given & (OPTION_NO_VERIFY | OPTION_ALLOW_UNGUARDED))
		return options->given & OPTION_KEEP_OLD;
	return options->command && options_allowed(options) & OPTION_STATE_DIR;
}

const char *open_journals_text(char *text, size_t size, const struct options *options)
{
	snprintf(text, size, "%s%s", open_state_dir(options),
		 options_model(options) ? "/model" : "");
	return text;
}

enum exit_status open_session(const struct options *options, cgswap_session **session)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.kernel = options->kernel,
		.disable_features = feature_mask_names(),
		.scratch_cgroup = options->scratch_cgroup,
		.retry_time_ms = options->retry_time_ms,
		.state_dir = open_state_dir(options),
	};
	enum exit_status status;

	*session = NULL;
	status = feature_mask_check(options);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_session_open(session, &opts) != CGSWAP_OK)
		return report_last_error(options);
	if (wants_warnings(options))
		cgswap_session_set_log(*session, print_warning, (void *)options, NULL);
	return EXIT_DONE;
}

enum exit_status open_session_and_run(const struct options *options, open_session_fn run)
{
	cgswap_session *session;
	enum exit_status status = open_session(options, &session);

	if (status == EXIT_DONE)
		status = run(options, session);
	cgswap_session_unref(session);
	return status;
}

enum exit_status open_session_and_cgroup(const struct options *options, cgswap_session **session,
					 char **cgroup)
{
	enum exit_status status = open_session(options, session);

	*cgroup = NULL;
	if (status == EXIT_DONE && options->length > 0)
		status = cgroup_argument_read(cgroup, options, *session, options->arguments[0]);
	if (status != EXIT_DONE) {
		cgswap_session_unref(*session);
		*session = NULL;
	}
	return status;
}

enum exit_status open_chain_and_run(const struct options *options, open_chain_fn run)
{
	enum exit_status status;
	cgswap_session *session;
	cgswap_chain *chain;
	char *cgroup;

	status = open_session_and_cgroup(options, &session, &cgroup);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_chain_open(&chain, session, cgroup, options->arguments[1])) {
		status = report_last_error(options);
	} else {
		status = run(options, session, chain);
		cgswap_chain_unref(chain);
	}
	free(cgroup);
	cgswap_session_unref(session);
	return status;
}

enum cgswap_status open_chain_ensure_read(cgswap_chain *chain)
{
	/* without revisions an empty chain looks like one that was not read */
	if (cgswap_chain_get_length(chain) > 0 || cgswap_chain_get_revision(chain) > 0)
		return CGSWAP_OK;
	return cgswap_chain_read(chain);
}

enum cgswap_status open_chain_readable(cgswap_chain **chain, cgswap_session *session,
				       const char *cgroup, const char *attach_type)
{
	enum cgswap_status status;

	status = cgswap_chain_open(chain, session, cgroup, attach_type);
	if (status != CGSWAP_OK)
		return status;
	status = open_chain_ensure_read(*chain);
	if (status == CGSWAP_OK)
		return CGSWAP_OK;
	cgswap_chain_unref(*chain);
	*chain = NULL;
	return status;
}

cgswap_object *open_source_object(cgswap_session *session, const char *source)
{
	cgswap_object *object;
	char *file, *hash;

	if (strncmp(source, "obj:", strlen("obj:")) == 0)
		source += strlen("obj:");
	if (cgswap_object_open(&object, session, source) == CGSWAP_OK)
		return object;
	file = strdup(source);
	hash = file ? strrchr(file, '#') : NULL;
	if (hash) {
		*hash = '\0';
		cgswap_object_open(&object, session, file);
	}
	free(file);
	return object;
}
