/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "refusal.h"
#include "view.h"

static enum exit_status attach(const struct options *options, cgswap_session *session,
			       cgswap_chain *chain)
{
	const char *attach_type = options->arguments[1], *source = options->arguments[2];
	struct cgswap_program_opts program_opts = {
		.sz = sizeof(program_opts),
		.attach_type = attach_type,
	};
	struct cgswap_attach_opts attach_opts = {
		.sz = sizeof(attach_opts),
		.expected_revision = options->if_revision,
		.mode = options->mode,
		.dry_run = options_dry_run(options),
	};
	enum exit_status status = EXIT_DONE;
	cgswap_program *program;

	if (options->given & OPTION_PREORDER)
		attach_opts.preorder = CGSWAP_PREORDER_YES;
	if (cgswap_program_open(&program, session, source, &program_opts) != CGSWAP_OK)
		return refuse_last(options);
	if (cgswap_chain_attach(chain, program, &attach_opts) != CGSWAP_OK)
		status = refuse_last(options);
	cgswap_program_unref(program);
	return status;
}

enum exit_status cmd_attach(const struct options *options)
{
	enum exit_status status;
	cgswap_session *session;
	cgswap_chain *chain;

	status = view_session_open(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_chain_open(&chain, session, options->arguments[0], options->arguments[1])) {
		status = refuse_last(options);
		goto out_session;
	}
	status = attach(options, session, chain);
	if (status == EXIT_DONE)
		status = view_changed(options, chain);
	cgswap_chain_unref(chain);
out_session:
	cgswap_session_unref(session);
	return status;
}
