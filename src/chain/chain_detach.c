/* SPDX-License-Identifier: BSD-2-Clause */
/* cgswap_chain_detach(): detaches a plain entry by its program, and another through its link. */
#include <errno.h>

#include "chain/chain.h"
#include "chain/change_log.h"
#include "chain/chain_resolve.h"
#include "chain/chain_retry.h"
#include "base/error.h"
#include "base/opts.h"
#include "explain/explain_chain.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"

/*
 * In none and override mode the kernel detaches any program that it finds, so the revision guards
 * the program that the caller named.
 */
static uint64_t detach_revision(const struct cgswap_chain *chain,
				const struct cgswap_detach_opts *opts)
{
	if (opts->expected_revision || (chain->now.mode & KERNEL_MULTI) ||
	    !session_feature(chain->session, CGSWAP_FEATURE_EXPECTED_REVISION))
		return opts->expected_revision;
	return chain->now.revision;
}

static int detach_call(const struct change *change)
{
	struct kernel *kernel = change->session->kernel;
	const struct kernel_attach plain = {
		.target_fd = cgroup_fd(change->cgroup),
		.program_fd = change->program->fd,
		.type = change->type->number,
		.revision = change->revision,
	};

	if (change->kind == CHANGE_LINK_DETACH)
		return kernel->ops->link_detach(kernel, change->link_fd);
	return kernel->ops->detach(kernel, &plain);
}

/*
 * The kernel compares neither program nor revision when it detaches a link. Both are compared here,
 * directly before the call. Sets *moved if the link holds a program other than the named one, or if
 * the chain changed since it was read: the link may then be a new one, and the entry that the
 * caller named a plain one. A change between this comparison and the call goes unnoticed.
 */
static enum cgswap_status check_link_unchanged(const cgswap_chain *chain,
					       const struct resolved *resolved,
					       uint64_t expected_revision, bool *moved)
{
	struct kernel *kernel = chain->session->kernel;
	struct kernel_query query = { .target_fd = (uint32_t)cgroup_fd(chain->cgroup),
				      .type = chain->type->number };
	struct kernel_link link;
	int err;

	if (!resolved->link_named) {
		err = kernel->ops->link_info(kernel, resolved->link_fd, &link);
		if (err)
			return error_from_errno(kernel, CAPABILITY_BY_ID, -err,
						"link %u{link_id} cannot be read",
						resolved->link_id);
		*moved = (link.cgroup_id && link.program_id != resolved->program->info.id) ||
			 chain_has_moved(chain);
	}
	if (!expected_revision)
		return CGSWAP_OK;
	err = kernel->ops->query(kernel, &query);
	if (err)
		return explain_query(chain->session, chain->cgroup, chain->type, -err);
	if (query.revision == expected_revision)
		return CGSWAP_OK;
	return explain_revision(chain->cgroup, chain->type, query.revision, expected_revision, 0);
}

static void detach_done(struct cgswap_chain *chain, const struct program *old)
{
	chain_read_after(chain);
	change_log(chain->session, chain->cgroup, chain->type, old, NULL,
		   chain->read ? chain->now.revision : 0);
}

/* Makes one attempt on a new snapshot. Sets *again if the chain changed before the call. */
static enum cgswap_status detach_once(cgswap_chain *chain, const char *selector,
				      const struct cgswap_detach_opts *opts, bool *again)
{
	struct change change = {
		.kind = CHANGE_DETACH,
		.session = chain->session,
		.cgroup = chain->cgroup,
		.type = chain->type,
		.named = selector,
		.revision = opts->expected_revision,
	};
	enum cgswap_status status;
	struct resolved resolved;
	int err;

	*again = false;
	status = chain_resolve(&resolved, chain, selector, opts->expected_revision, false, NULL);
	if (status)
		return chain_error_absent(&change, status);
	change.program = resolved.program;
	change.seen = &chain->now;
	change.revision = detach_revision(chain, opts);
	if (resolved.link_fd >= 0) {
		change.kind = CHANGE_LINK_DETACH;
		change.link_fd = resolved.link_fd;
		change.link_id = resolved.link_id;
		status = session_check_feature(chain->session, CGSWAP_FEATURE_LINK_DETACH);
		if (!status)
			status = check_link_unchanged(chain, &resolved, opts->expected_revision,
						      again);
	}
	if (!status && opts->dry_run) {
		status = explain_forecast(&change);
	} else if (!status && !*again) {
		err = detach_call(&change);
		*again = err == -ESTALE && !opts->expected_revision;
		if (err)
			status = explain_refusal(&change, -err);
		else
			detach_done(chain, resolved.program);
	}
	resolved_drop(&resolved, chain->session->kernel);
	return status;
}

static enum cgswap_status detach_in(cgswap_chain *chain, const char *selector,
				    const struct cgswap_detach_opts *given)
{
	struct cgswap_detach_opts opts;
	struct retry retry = chain_retry(chain->session);
	enum cgswap_status status;
	bool again;

	status = opts_take(&opts, sizeof(opts), OPTS_FIRST_DETACH, given);
	if (!status)
		status = opts_check_reserved(opts.reserved);
	if (!status)
		status = chain_check_changeable(chain);
	if (!status)
		status = chain_check_cgroup(chain, opts.expected_cgroup_id);
	if (!status && opts.expected_revision)
		status = chain_check_revisions(chain);
	if (status)
		return status;
	do {
		if (retry.failures == 1)
			chain_log_retry(chain->session, chain->cgroup, chain->type, "detach");
		status = detach_once(chain, selector, &opts, &again);
	} while (again && retry_again(&retry));
	if (again)
		return chain_error_kept_changing(chain->cgroup, chain->type, retry.failures);
	return status;
}

enum cgswap_status cgswap_chain_detach(cgswap_chain *chain, const char *selector,
				       const struct cgswap_detach_opts *opts)
{
	enum cgswap_status status = chain_enter(chain, "detach");

	return status ? status : chain_leave(chain, detach_in(chain, selector, opts));
}
