/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Adds steps that attach or detach. No public function adds a single one: those of objects add one
 * for each program.
 */
#include "base/error.h"
#include "base/opts.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "replace/replace_pin.h"

static enum cgswap_status check_added_attach(struct cgswap_replace *replace,
					     const struct cgswap_chain *chain,
					     const struct cgswap_attach_opts *opts)
{
	struct cgswap_session *session = replace->session;
	enum cgswap_status status = opts_check_preorder(opts->preorder);

	if (status)
		return status;
	if (opts->link && !opts->pin)
		return error_bad_argument(
			"a link without a pin would be detached when the transaction is closed");
	status = replace_check_addable(replace, chain, opts->pin);
	if (!status)
		status = chain_check_cgroup(chain, opts->expected_cgroup_id);
	if (!status && opts->link)
		status = session_check_feature(session, CGSWAP_FEATURE_LINK);
	if (!status && opts->expected_revision)
		status = chain_check_revisions(chain);
	if (!status && opts->preorder == CGSWAP_PREORDER_YES)
		status = session_check_feature(session, CGSWAP_FEATURE_PREORDER);
	return status;
}

enum cgswap_status replace_add_attach(struct cgswap_replace *replace, struct cgswap_chain *chain,
				      struct program *program,
				      const struct cgswap_attach_opts *opts)
{
	enum cgswap_status status = check_added_attach(replace, chain, opts);
	struct cgswap_step *step;

	if (!status)
		status = replace_make_step(&step, replace, chain, STEP_ATTACHES, NULL, opts->pin);
	if (status)
		return status;
	step->asked.expected_revision = opts->expected_revision;
	step->asked.preorder = opts->preorder;
	step->target.method = opts->link ? STEP_LINK : STEP_PLAIN;
	/* a link is always multi, and the kernel rejects the flag */
	step->target.flags_new = opts->link ? 0 : KERNEL_MULTI;
	if (opts->preorder == CGSWAP_PREORDER_YES)
		step->target.flags_new |= KERNEL_PREORDER;
	status = replace_bind_attach(replace, step);
	if (!status)
		status = replace_forecast_pin(replace, step);
	if (status)
		return replace_refuse_step(step, status);
	return replace_complete_step(replace, step, program);
}

static enum cgswap_status check_detach_opts(struct cgswap_replace *replace,
					    const struct cgswap_chain *chain,
					    const struct cgswap_detach_opts *opts)
{
	enum cgswap_status status = replace_check_addable(replace, chain, NULL);

	if (!status)
		status = chain_check_cgroup(chain, opts->expected_cgroup_id);
	if (!status && opts->expected_revision)
		status = chain_check_revisions(chain);
	return status;
}

enum cgswap_status replace_add_detach(struct cgswap_replace *replace, struct cgswap_chain *chain,
				      const char *selector, const struct cgswap_detach_opts *opts)
{
	enum cgswap_status status = check_detach_opts(replace, chain, opts);
	struct cgswap_step *step;

	if (!status)
		status = replace_make_step(&step, replace, chain, STEP_DETACHES, selector, NULL);
	if (status)
		return status;
	step->asked.expected_revision = opts->expected_revision;
	status = replace_bind(replace, step, NULL);
	if (!status)
		status = replace_bind_way_back(replace, step);
	if (status)
		return replace_refuse_step(step, status);
	return replace_complete_step(replace, step, NULL);
}
