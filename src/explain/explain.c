/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/explain.h"

#include <errno.h>

#include "explain/explain_cause.h"
#include "explain/explain_unmatched.h"
#include "explain/observe.h"
#include "kernel/errno_error.h"

static struct rules_answer explain_ask_rules(const struct change *change,
					     const struct observed *observed)
{
	struct rules_answer answer;

	switch (change->kind) {
	case CHANGE_DETACH:
		return rules_detach(&observed->input, &observed->request, NULL);
	case CHANGE_LINK_CREATE:
		return rules_link_create(&observed->input, &observed->request, NULL);
	case CHANGE_LINK_UPDATE:
		if (change->revision && change->revision != observed->chain.revision)
			return (struct rules_answer){ ESTALE, CGSWAP_CAUSE_REVISION_CHANGED };
		answer = rules_link_update(&observed->kernel, &observed->update);
		/* the kernel detaches the links of a removed cgroup, at once or shortly after */
		if (observed->input.target == RULES_CGROUP_GONE)
			return (struct rules_answer){ answer.errnum ? answer.errnum : ENOENT,
						      CGSWAP_CAUSE_CGROUP_GONE };
		return answer;
	case CHANGE_OVERWRITE:
		/* the kernel overwrites any program, but the caller named this one */
		answer = rules_attach(&observed->input, &observed->request, NULL);
		if (!answer.errnum && !snapshot_occurrences(&observed->chain, change->old->info.id))
			return (struct rules_answer){ ENOENT, CGSWAP_CAUSE_NOT_ATTACHED };
		return answer;
	case CHANGE_LINK_DETACH:
		return rules_link_detach(&observed->kernel, RULES_LINK);
	default:
		return rules_attach(&observed->input, &observed->request, NULL);
	}
}

static enum cgswap_status error_observe_exhausted(const struct change *change, int errnum)
{
	return error_from_errno(
		change->session->kernel, 0, errnum,
		"%s{attach_type} of '%s'{cgroup} cannot be read to explain this error",
		change->type->short_name, change->cgroup->path);
}

/* The rules find these causes without reading the chain. */
static bool explain_needs_no_chain(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_CGROUP_GONE || cause == CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN ||
	       cause == CGSWAP_CAUSE_KERNEL_LACKS_FEATURE ||
	       cause == CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH || cause == CGSWAP_CAUSE_LINK_CHANGED ||
	       cause == CGSWAP_CAUSE_LINK_DETACHED;
}

enum cgswap_status explain_refusal(const struct change *change, int errnum)
{
	enum cgswap_status status;
	struct rules_answer answer;
	struct observed observed;

	observe_change(&observed, change, errnum);
	answer = explain_ask_rules(change, &observed);
	if (answer.errnum != errnum && observed_doubt(&observed))
		answer = explain_ask_rules(change, &observed);
	if (observed.exhausted)
		status = error_observe_exhausted(change, observed.exhausted);
	else if (answer.errnum == errnum &&
		 (!observed.unreadable || explain_needs_no_chain(answer.cause)))
		status = explain_cause(change, &observed, answer.cause, errnum);
	else
		status = explain_unmatched(change, &observed, errnum);
	observed_free(&observed);
	return status;
}

static bool explain_is_absence(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_NOT_ATTACHED || cause == CGSWAP_CAUSE_CHAIN_EMPTY;
}

static enum cgswap_status explain_foresee(const struct change *change, bool and_absence)
{
	enum cgswap_status status = CGSWAP_OK;
	struct rules_answer answer;
	struct observed observed;

	observe_change(&observed, change, 0);
	answer = explain_ask_rules(change, &observed);
	if (observed.exhausted)
		status = error_observe_exhausted(change, observed.exhausted);
	else if (observed.unreadable && !(answer.errnum && explain_needs_no_chain(answer.cause)))
		status = explain_query(change->session, change->cgroup, change->type,
				       observed.unreadable);
	else if (answer.errnum && (and_absence || !explain_is_absence(answer.cause)))
		status = explain_cause(change, &observed, answer.cause, answer.errnum);
	observed_free(&observed);
	return status;
}

enum cgswap_status explain_forecast(const struct change *change)
{
	return explain_foresee(change, true);
}

enum cgswap_status explain_forecast_beside_absence(const struct change *change)
{
	return explain_foresee(change, false);
}
