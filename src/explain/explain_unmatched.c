/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel refused and the rules allow. */
#include "explain/explain_rule.h"

#include <errno.h>

#include "base/error.h"
#include "explain/explain.h"
#include "kernel/capability.h"

static bool moved(const struct snapshot *seen, const struct snapshot *now)
{
	if (!seen)
		return false;
	if (seen->count != now->count || seen->revision != now->revision || seen->mode != now->mode)
		return true;
	for (size_t i = 0; i < now->count; i++)
		if (seen->ids[i] != now->ids[i])
			return true;
	return false;
}

static bool stands_there(const struct attempt *attempt, const struct facts *facts)
{
	return (attempt->kind == ATTEMPT_REPLACE || attempt->kind == ATTEMPT_DETACH) &&
	       !facts->unreadable &&
	       snapshot_occurrences(&facts->chain, attempt_named_program(attempt)->info.id);
}

/* Where the chain cannot be read, the rules had little to go by. */
static enum cgswap_status refuse_unread(const struct attempt *attempt, const struct facts *facts,
					int errnum)
{
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;

	/* the one errno that has one meaning */
	if (errnum == ESTALE && attempt->revision)
		return explain_revision(attempt->cgroup, attempt->type, 0, attempt->revision,
					errnum);
	if (errnum == EPERM || errnum == EACCES)
		return refuse_errno(attempt->session->kernel, PRIVILEGE_TO_QUERY, errnum,
				    "%s of %s cannot be changed", hook, path);
	error_set(CGSWAP_CAUSE_UNEXPLAINED, errnum,
		  "%s of %s: the kernel says %s, and the chain cannot be read (%s) to tell why",
		  hook, path, cgswap_errno_get_name(errnum),
		  cgswap_errno_get_name(facts->unreadable));
	error_remedy("run it with CAP_NET_ADMIN to have it explained");
	return CGSWAP_E_SYSTEM;
}

/* The chain was read, and nothing in it forbids what the kernel refused. */
static enum cgswap_status refuse_allowed(const struct attempt *attempt, const struct facts *facts,
					 int errnum)
{
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;
	bool has_moved = moved(attempt->seen, &facts->chain);

	/* the one thing about a neighbour that may not show */
	if (errnum == EINVAL && attempt->anchor.given)
		return explain_anchor(attempt, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH, errnum);
	/* EACCES is no word of the kernel's own rules */
	if (errnum == EACCES || (errnum == EPERM && !has_moved))
		return error_set(CGSWAP_CAUSE_DENIED_BY_POLICY, errnum,
				 "%s of %s: neither the mode of the chain, nor an ancestor, nor a "
				 "missing capability forbids it",
				 hook, path);
	if (has_moved)
		return error_set(
			CGSWAP_CAUSE_LOST_RACE, errnum,
			"%s of %s changed meanwhile (%s), and nothing that stands there now "
			"explains it",
			hook, path, cgswap_errno_get_name(errnum));
	return error_set(
		CGSWAP_CAUSE_UNEXPLAINED, errnum,
		"%s of %s: the kernel says %s; mode, ancestors, places, types, privilege and "
		"revision would allow it",
		hook, path, cgswap_errno_get_name(errnum));
}

/* What the same call answers where it would change nothing. */
static int ask_dry(const struct attempt *attempt)
{
	if (attempt->kind == ATTEMPT_DETACH || attempt->kind == ATTEMPT_LINK_DETACH)
		return 0;
	return -feature_dry_attach(attempt->session->kernel, attempt->program->fd,
				   attempt->type->number, KERNEL_MULTI);
}

enum cgswap_status explain_beyond_rules(const struct attempt *attempt, const struct facts *facts,
					int errnum)
{
	struct kernel *kernel = attempt->session->kernel;
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;
	int dry;

	if (error_is_starved(-errnum) || errnum == ENOSYS)
		return refuse_errno(kernel, 0, errnum, "%s of %s cannot be changed", hook, path);
	/* what is listed and is not found plainly is held by a link, whoever may list those */
	if (errnum == ENOENT && stands_there(attempt, facts))
		return explain_held(attempt->cgroup, attempt->type, attempt->named,
				    attempt_named_program(attempt)->info.id);
	/* likewise of what it was to be put beside */
	if (errnum == ENOENT && attempt->anchor.given && !facts->unreadable)
		return explain_anchor(attempt, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED, errnum);
	dry = ask_dry(attempt);
	if ((errnum == EPERM || errnum == EACCES) && dry == errnum)
		return refuse_errno(kernel, PRIVILEGE_TO_QUERY, errnum,
				    "%s of %s cannot be changed", hook, path);
	if (errnum == E2BIG && dry == E2BIG)
		return error_set(CGSWAP_CAUSE_ATTRIBUTE_SIZE, errnum,
				 "this kernel's bpf(2) takes less than %zu bytes",
				 sizeof(struct kernel_attach));
	return facts->unreadable ? refuse_unread(attempt, facts, errnum)
				 : refuse_allowed(attempt, facts, errnum);
}
