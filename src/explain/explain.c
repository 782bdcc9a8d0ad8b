/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/explain.h"

#include <errno.h>

#include "explain/ask_in_vain.h"
#include "explain/explain_cause.h"
#include "explain/explain_unmatched.h"
#include "explain/observe.h"
#include "kernel/errno_error.h"
#include "kernel/policy.h"

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
		return rules_link_update(&observed->kernel, &observed->update);
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

/* A link holds its program, or another; it needs no look at the chain. */
static enum cgswap_cause explain_link_lost(const struct observed *observed)
{
	const struct rules_update *update = &observed->update;

	if (update->detached)
		return CGSWAP_CAUSE_LINK_DETACHED;
	return update->current.id == update->old.id ? CGSWAP_CAUSE_NONE : CGSWAP_CAUSE_LINK_CHANGED;
}

/* True if only links hold the old program, as far as they are known. */
static bool explain_is_held(const struct change *change, const struct observed *observed)
{
	const struct rules_chain *own = &observed->own;

	for (size_t i = 0; i < own->count; i++)
		if (own->entries[i].program == change->old->info.id && !own->entries[i].link)
			return false;
	return true;
}

/*
 * The cause that comes before all that the kernel checks: the cgroup is gone, or the entry that a
 * step was bound to. In another mode than at that time it is gone too, even if its program is there
 * again; and if an earlier step has attached that program, its other entry is a link's. Dry runs
 * and refusals look for these first, so that both name the same cause.
 */
static enum cgswap_cause explain_what_is_gone(const struct change *change,
					      const struct observed *observed)
{
	enum { MODES = KERNEL_OVERRIDE | KERNEL_MULTI };
	size_t entries;

	if (observed->input.target == RULES_CGROUP_GONE)
		return CGSWAP_CAUSE_CGROUP_GONE;
	if (!change->bound || observed->unreadable)
		return CGSWAP_CAUSE_NONE;
	if (change->kind == CHANGE_LINK_UPDATE)
		return explain_link_lost(observed);
	entries = snapshot_occurrences(&observed->chain, change_named_program(change)->info.id);
	if (entries <= change->taken)
		return CGSWAP_CAUSE_LOST_RACE;
	if (change->taken || (change->kind == CHANGE_REPLACE && explain_is_held(change, observed)))
		return CGSWAP_CAUSE_HELD_BY_LINK;
	if (change->kind != CHANGE_DETACH && observed->own.mode != (change->flags & MODES))
		return CGSWAP_CAUSE_OWN_MODE_CONFLICT;
	return CGSWAP_CAUSE_NONE;
}

/* The kernel's errno, unless it belongs to another cause. */
static int explain_fitting_errno(enum cgswap_cause cause, int errnum)
{
	if (cause == CGSWAP_CAUSE_LINK_DETACHED)
		return ENOLINK;
	if (errnum == ESTALE || errnum == ENOENT || errnum == ENOLINK ||
	    (errnum == EPERM && cause != CGSWAP_CAUSE_CGROUP_GONE))
		return errnum;
	return ENOENT;
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
	       cause == CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH ||
	       cause == CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH ||
	       cause == CGSWAP_CAUSE_LINK_CHANGED || cause == CGSWAP_CAUSE_LINK_DETACHED;
}

/* The kernel's rules never give this errno. */
static enum cgswap_status error_change_denied(const struct change *change, int errnum)
{
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text, "%s{attach_type} of '%s'{cgroup} cannot be changed",
		       change->type->short_name, change->cgroup->path);
	return error_policy(change_command(change), errnum, &text);
}

/* The kernel compared the revision with that of the chain: another one came after its answer. */
static bool explain_moved_since(const struct change *change, const struct observed *observed)
{
	uint64_t then = change->revision;

	/* an anchor was found in a chain that had just been read */
	if (!then && change->anchor.given && change->seen)
		then = change->seen->revision;
	return then && observed->chain.revision != then;
}

enum cgswap_status explain_refusal(const struct change *change, int errnum)
{
	enum cgswap_status status;
	struct rules_answer answer;
	struct observed observed;
	enum cgswap_cause gone;

	if (policy_denies(change->session->kernel, -errnum))
		return error_change_denied(change, errnum);
	observe_change(&observed, change, errnum);
	gone = explain_what_is_gone(change, &observed);
	answer = explain_ask_rules(change, &observed);
	/* the kernel compares the revision first: it was still the right one */
	if (answer.errnum == ESTALE && errnum != ESTALE && observed.request.revision) {
		observed.request.revision = 0;
		answer = explain_ask_rules(change, &observed);
	}
	if (answer.errnum != errnum && !explain_moved_since(change, &observed) &&
	    observed_doubt(&observed))
		answer = explain_ask_rules(change, &observed);
	if (observed.exhausted)
		status = error_observe_exhausted(change, observed.exhausted);
	else if (gone)
		status = explain_cause(change, &observed, gone,
				       explain_fitting_errno(gone, errnum));
	else if (answer.errnum == errnum &&
		 (!observed.unreadable || explain_needs_no_chain(answer.cause)))
		status = explain_cause(change, &observed, answer.cause, errnum);
	else
		status = explain_unmatched(change, &observed, errnum);
	observed_free(&observed);
	return status;
}

/* A program that was not attached was neither in another mode nor held by a link. */
static bool explain_is_absence(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_NOT_ATTACHED || cause == CGSWAP_CAUSE_CHAIN_EMPTY ||
	       cause == CGSWAP_CAUSE_OWN_MODE_CONFLICT || cause == CGSWAP_CAUSE_HELD_BY_LINK;
}

/*
 * A chain that may not be read: the kernel is asked by an attach that cannot happen. Its answer is
 * explained like that of the call itself.
 */
static enum cgswap_status explain_unread(const struct change *change, int query_errnum)
{
	int err = ask_in_vain(change);

	if (!err)
		return CGSWAP_OK;
	if (err == -EOPNOTSUPP)
		return explain_query(change->session, change->cgroup, change->type, query_errnum);
	return explain_refusal(change, -err);
}

static enum cgswap_status explain_foresee(const struct change *change, bool and_absence)
{
	enum cgswap_status status = CGSWAP_OK;
	struct rules_answer answer;
	struct observed observed;
	enum cgswap_cause gone;

	observe_change(&observed, change, 0);
	gone = explain_what_is_gone(change, &observed);
	answer = explain_ask_rules(change, &observed);
	/* a call without retries ends with the revision, and does not find out more */
	if (gone == CGSWAP_CAUSE_HELD_BY_LINK && answer.errnum == ESTALE && !change->revision)
		gone = CGSWAP_CAUSE_NONE;
	if (observed.exhausted)
		status = error_observe_exhausted(change, observed.exhausted);
	else if (gone)
		status = explain_cause(change, &observed, gone,
				       explain_fitting_errno(gone, ENOENT));
	else if (observed.unreadable && !(answer.errnum && explain_needs_no_chain(answer.cause)))
		status = explain_unread(change, observed.unreadable);
	else if (answer.errnum && (and_absence || !explain_is_absence(answer.cause)))
		status = explain_cause(change, &observed, answer.cause, answer.errnum);
	else if (!answer.errnum && observed.modes == -EPERM)
		status = explain_unmatched(change, &observed, EPERM);
	if (change->uncertain && !status)
		*change->uncertain = observed.uncertain || observed.assumed;
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
