/* SPDX-License-Identifier: BSD-2-Clause */
/* attach CGROUP OBJECT and replace CGROUP OBJECT: all programs of an object, as one transaction. */
#include "commands.h"
#include "json_replace.h"
#include "open.h"
#include "print_steps.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

static struct cgswap_object_opts object_opts(const struct options *options)
{
	return (struct cgswap_object_opts){
		.sz = sizeof(struct cgswap_object_opts),
		.only = options->only,
		.skip = options->skip,
		.map_choices = options->map_choices,
		.old_object = options->old_object,
		.constant_choices = options->constant_choices,
		.pin_dir = options->pin,
		.expected_cgroup_id = options->expected_cgroup_id,
		.preorder = options_preorder(options),
		.constants = options->constants,
	};
}

/* The change was made, or would be. */
static enum exit_status report_steps(const struct options *options, cgswap_session *session,
				     const char *done, const cgswap_replace *replace, bool drained)
{
	bool ok;

	if (options->given & OPTION_JSON)
		ok = json_print(json_steps(options, done, replace));
	else
		ok = print_steps(&(struct steps){
			.options = options,
			.session = session,
			.replace = replace,
			.done = done,
			.source = options->arguments[1],
			.drained = drained,
		});
	return ok ? EXIT_DONE : report_no_memory(options, !options_dry_run(options));
}

static enum exit_status attach_object(const struct options *options, cgswap_session *session,
				      cgswap_object *object)
{
	struct cgswap_object_opts opts = object_opts(options);
	enum exit_status status;
	cgswap_replace *replace;

	opts.link = !!(options->given & OPTION_LINK);
	opts.dry_run = options_dry_run(options);
	if (cgswap_object_attach(&replace, object, options->arguments[0], &opts) != CGSWAP_OK)
		return report_last_error(options);
	status = report_steps(options, session, "attached", replace, false);
	cgswap_replace_unref(replace);
	return status;
}

static enum exit_status commit_and_report(const struct options *options, cgswap_session *session,
					  cgswap_replace *replace)
{
	enum cgswap_status done = options_dry_run(options) ? cgswap_replace_check(replace)
							   : cgswap_replace_commit(replace, NULL);
	bool drain = (options->given & OPTION_DRAIN) && !options_dry_run(options);
	enum exit_status status;
	cgswap_error *error;

	if (done != CGSWAP_OK)
		return report_last_error(options);
	if (!drain || cgswap_replace_drain(replace) == CGSWAP_OK)
		return report_steps(options, session, "replaced", replace, drain);
	error = cgswap_error_dup();
	if (options->given & OPTION_JSON) {
		status = report_error_after_change(options, error,
						   json_steps(options, "replaced", replace));
	} else {
		report_steps(options, session, "replaced", replace, false);
		status = report_error_after_change(options, error, NULL);
	}
	cgswap_error_free(error);
	return status;
}

static enum exit_status replace_object(const struct options *options, cgswap_session *session,
				       cgswap_object *object)
{
	const struct cgswap_replace_opts replace_opts = {
		.sz = sizeof(replace_opts),
		.verify = options->given & OPTION_NO_VERIFY ? CGSWAP_VERIFY_OFF
							    : CGSWAP_VERIFY_DEFAULT,
		.dry_run = options_dry_run(options),
	};
	struct cgswap_object_opts opts = object_opts(options);
	enum exit_status status;
	cgswap_replace *replace;

	opts.maps = options->maps;
	opts.allow_unguarded = !!(options->given & OPTION_ALLOW_UNGUARDED);
	if (cgswap_replace_new(&replace, session, &replace_opts) != CGSWAP_OK)
		return report_last_error(options);
	if (cgswap_replace_add_object(replace, options->arguments[0], object, &opts) != CGSWAP_OK)
		status = report_last_error(options);
	else
		status = commit_and_report(options, session, replace);
	cgswap_replace_unref(replace);
	return status;
}

static enum exit_status open_object_and_run(const struct options *options,
					    enum exit_status (*run)(const struct options *options,
								    cgswap_session *session,
								    cgswap_object *object))
{
	const char *file = options->arguments[1];
	struct options completed = *options;
	enum exit_status status;
	cgswap_session *session;
	cgswap_object *object;
	char *cgroup;

	status = open_session_and_cgroup(options, &session, &cgroup);
	if (status != EXIT_DONE)
		return status;
	completed.arguments[0] = cgroup;
	if (strncmp(file, "obj:", strlen("obj:")) == 0)
		file += strlen("obj:");
	if (cgswap_object_open(&object, session, file) != CGSWAP_OK) {
		status = report_last_error(options);
	} else {
		status = run(&completed, session, object);
		cgswap_object_unref(object);
	}
	free(cgroup);
	cgswap_session_unref(session);
	return status;
}

enum exit_status cmd_attach_object(const struct options *options)
{
	return open_object_and_run(options, attach_object);
}

enum exit_status cmd_replace_object(const struct options *options)
{
	return open_object_and_run(options, replace_object);
}
