/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the cgroup and the link of a step open while they are used. */
#include <errno.h>
#include <stddef.h>

#include "kernel/link_table.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"
#include "replace/replace_request.h"

static const struct step_target *target_of_link(const struct pooled_fd *link)
{
	return (const struct step_target *)((const char *)link -
					    offsetof(struct step_target, link));
}

/* Ids of links are not used again. */
static int link_reopen(const struct pooled_fd *link)
{
	return link_open_by_id(link->pool->kernel, target_of_link(link)->link_id);
}

static bool link_may_close(const struct pooled_fd *link)
{
	return target_of_link(link)->link_may_close;
}

static const struct pooled_kind link_pooled_kind = { link_reopen, link_may_close };

/*
 * A descriptor that the caller gave may be the last of the link, which would be detached with it:
 * ours keeps the link.
 */
void replace_set_link(struct cgswap_replace *replace, struct cgswap_step *step,
		      const struct resolved *resolved)
{
	struct cgswap_session *session = replace->session;

	step->target.link_id = resolved->link_id;
	if (resolved->link_fd < 0)
		return;
	step->target.link_may_close = !resolved->link_by_fd &&
				      session_feature(session, CGSWAP_FEATURE_LINK_ID);
	fd_pool_add(&session->pool, &step->target.link, &link_pooled_kind, resolved->link_fd);
}

void replace_drop_link(struct cgswap_step *step)
{
	if (step->target.link_is_kept)
		fd_pool_unkeep(&step->target.link);
	step->target.link_is_kept = false;
	fd_pool_remove(&step->target.link);
}

enum cgswap_status replace_open_programs(struct cgswap_step *step)
{
	enum cgswap_status status = CGSWAP_OK;

	if (step->target.old)
		status = program_open(step->target.old);
	return status || !step->new ? status : program_open(step->new);
}

enum cgswap_status replace_hold(struct cgswap_step *step)
{
	struct chain_state *chain = step->target.chain;
	struct pooled_fd *link = &step->target.link;
	enum cgswap_status status = replace_open_programs(step);
	int err;

	if (!status && !chain->is_kept)
		status = cgroup_hold(chain->cgroup);
	if (status || !link->pool || step->target.link_is_kept)
		return status;
	err = fd_pool_hold(link);
	if (!err)
		return CGSWAP_OK;
	if (!chain->is_kept)
		cgroup_release(chain->cgroup);
	return replace_error_link_reopen(step, -err);
}

void replace_release(struct cgswap_step *step)
{
	struct chain_state *chain = step->target.chain;

	if (!chain->is_kept)
		cgroup_release(chain->cgroup);
	if (step->target.link.pool && !step->target.link_is_kept)
		fd_pool_release(&step->target.link);
}

enum cgswap_status replace_keep_open(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct chain_state *chain = step->target.chain;
	struct pooled_fd *link = &step->target.link;
	int err = 0;

	if (!chain->is_kept)
		err = fd_pool_keep(&chain->cgroup->open);
	chain->is_kept |= !err;
	if (!err && link->pool)
		err = fd_pool_keep(link);
	step->target.link_is_kept = !err && link->pool;
	if (err == -EAGAIN) {
		replace->is_large = true;
		err = fd_pool_take_reserve(&replace->session->pool);
	}
	return err ? cgroup_error_reopen(chain->cgroup, -err) : CGSWAP_OK;
}
