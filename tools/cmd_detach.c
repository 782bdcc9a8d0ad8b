/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "open.h"
#include "print_chain.h"

static enum exit_status detach_and_print(const struct options *options, cgswap_session *session,
					 cgswap_chain *chain)
{
	const struct cgswap_detach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = options->expected_revision,
		.expected_cgroup_id = options->expected_cgroup_id,
		.dry_run = options_dry_run(options),
	};

	(void)session;
	if (cgswap_chain_detach(chain, options->arguments[2], &opts) != CGSWAP_OK)
		return report_last_error(options);
	return print_changed_chain(options, chain);
}

enum exit_status cmd_detach(const struct options *options)
{
	return open_chain_and_run(options, detach_and_print);
}
