/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/explain.h"

#include <errno.h>

#include "explain/explain_rule.h"
#include "kernel/capability.h"

static struct rules_answer ask_rules(const struct attempt *attempt, const struct facts *facts)
{
	struct rules_answer answer;

	switch (attempt->kind) {
	case ATTEMPT_DETACH:
		return rules_detach(&facts->world, &facts->request, NULL);
	case ATTEMPT_LINK_CREATE:
		return rules_link_create(&facts->world, &facts->request, NULL);
	case ATTEMPT_LINK_UPDATE:
		if (attempt->revision && attempt->revision != facts->chain.revision)
			return (struct rules_answer){ ESTALE, CGSWAP_CAUSE_REVISION_CHANGED };
		answer = rules_link_update(&facts->kernel, &facts->update);
		/* it is severed by that, or will be in a moment */
		if (facts->world.target == RULES_CGROUP_GONE)
			return (struct rules_answer){ answer.errnum ? answer.errnum : ENOENT,
						      CGSWAP_CAUSE_CGROUP_GONE };
		return answer;
	case ATTEMPT_OVERWRITE:
		/* the kernel does not mind what it overwrites, but we do */
		answer = rules_attach(&facts->world, &facts->request, NULL);
		if (!answer.errnum && !snapshot_occurrences(&facts->chain, attempt->old->info.id))
			return (struct rules_answer){ ENOENT, CGSWAP_CAUSE_NOT_ATTACHED };
		return answer;
	case ATTEMPT_LINK_DETACH:
		return rules_link_detach(&facts->kernel, RULES_LINK);
	default:
		return rules_attach(&facts->world, &facts->request, NULL);
	}
}

static enum cgswap_status refuse_starved(const struct attempt *attempt, int errnum)
{
	return refuse_errno(attempt->session->kernel, 0, errnum,
			    "%s of %s cannot be read to judge this", attempt->type->short_name,
			    attempt->cgroup->path);
}

/* What the rules can say without knowing the chain. */
static bool needs_no_chain(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_CGROUP_GONE || cause == CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN ||
	       cause == CGSWAP_CAUSE_KERNEL_LACKS_FEATURE ||
	       cause == CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH || cause == CGSWAP_CAUSE_LINK_CHANGED ||
	       cause == CGSWAP_CAUSE_LINK_DETACHED;
}

enum cgswap_status explain_refusal(const struct attempt *attempt, int errnum)
{
	enum cgswap_status status;
	struct rules_answer answer;
	struct facts facts;

	facts_gather(&facts, attempt);
	answer = ask_rules(attempt, &facts);
	if (facts.starved)
		status = refuse_starved(attempt, facts.starved);
	else if (answer.errnum == errnum && (!facts.unreadable || needs_no_chain(answer.cause)))
		status = explain_by_rule(attempt, &facts, answer.cause, errnum);
	else
		status = explain_beyond_rules(attempt, &facts, errnum);
	facts_free(&facts);
	return status;
}

enum cgswap_status explain_forecast(const struct attempt *attempt)
{
	enum cgswap_status status = CGSWAP_OK;
	struct rules_answer answer;
	struct facts facts;

	facts_gather(&facts, attempt);
	answer = ask_rules(attempt, &facts);
	if (facts.starved)
		status = refuse_starved(attempt, facts.starved);
	else if (facts.unreadable && !(answer.errnum && needs_no_chain(answer.cause)))
		status = explain_query(attempt->session, attempt->cgroup, attempt->type,
				       facts.unreadable);
	else if (answer.errnum)
		status = explain_by_rule(attempt, &facts, answer.cause, answer.errnum);
	facts_free(&facts);
	return status;
}
