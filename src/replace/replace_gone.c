/* SPDX-License-Identifier: BSD-2-Clause */
/* Distinguishes a cgroup that was removed, which a step may ignore, from a change by others. */
#include <errno.h>

#include "base/error.h"
#include "replace/replace.h"

/* The kernel detaches the links of a removed cgroup, so that their own error may come first. */
static bool gone_is_possible(enum cgswap_cause cause)
{
	switch (cause) {
	case CGSWAP_CAUSE_LINK_DETACHED:
	case CGSWAP_CAUSE_LOST_RACE:
	case CGSWAP_CAUSE_NOT_ATTACHED:
	case CGSWAP_CAUSE_CHAIN_EMPTY:
		return true;
	default:
		return false;
	}
}

static bool gone_ask(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	int err;

	if (cgroup_hold(chain->cgroup))
		return cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_CGROUP_GONE;
	err = snapshot_read(&replace->found, replace->session, cgroup_fd(chain->cgroup),
			    chain->type->number, 0);
	cgroup_release(chain->cgroup);
	return err == -ENOENT;
}

bool replace_step_is_gone(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());
	struct cgswap_error why;
	bool gone;

	if (!step->asked.ignore_gone && !replace->run.ignore_gone)
		return false;
	if (cause == CGSWAP_CAUSE_CGROUP_GONE)
		return true;
	if (!gone_is_possible(cause))
		return false;
	error_save(&why);
	gone = gone_ask(replace, step);
	error_restore(&why);
	return gone;
}

void replace_count_gone(struct cgswap_replace *replace, struct cgswap_step *step)
{
	error_clear();
	step->result.state = CGSWAP_STEP_GONE;
	step->result.cause = CGSWAP_CAUSE_NONE;
	replace->run.gone++;
	replace_tell(replace, CGSWAP_EVENT_GONE, step);
}
