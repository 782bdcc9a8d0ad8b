/* SPDX-License-Identifier: BSD-2-Clause */
/* attach CGROUP OBJECT and replace CGROUP OBJECT: all programs of an object, as one transaction. */
#include "commands.h"
#include "commit.h"
#include "open.h"
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
	status = commit_report(&(struct steps){
		.options = options,
		.session = session,
		.replace = replace,
		.done = "attached",
		.source = options->arguments[1],
	});
	cgswap_replace_unref(replace);
	return status;
}

static enum exit_status replace_object(const struct options *options, cgswap_session *session,
				       cgswap_object *object)
{
	const struct cgswap_replace_opts replace_opts = commit_opts(options);
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
		status = commit_and_report(
			&(struct steps){
				.options = options,
				.session = session,
				.replace = replace,
				.done = "replaced",
				.source = options->arguments[1],
			},
			replace);
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
