/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "refusal.h"
#include "view.h"

enum exit_status cmd_detach(const struct options *options)
{
	const struct cgswap_detach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = options->if_revision,
		.dry_run = options_dry_run(options),
	};
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
	if (cgswap_chain_detach(chain, options->arguments[2], &opts) != CGSWAP_OK)
		status = refuse_last(options);
	else
		status = view_changed(options, chain);
	cgswap_chain_unref(chain);
out_session:
	cgswap_session_unref(session);
	return status;
}
