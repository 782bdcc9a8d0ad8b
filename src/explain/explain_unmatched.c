/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel refused and the rules allow. */
#include "explain/explain_rule.h"

#include <errno.h>

#include "base/error.h"
#include "explain/explain.h"
#include "kernel/errno_error.h"

static bool has_moved(const struct snapshot *seen, const struct snapshot *now)
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

static bool is_attached(const struct change *change, const struct observed *observed)
{
	return (change->kind == CHANGE_REPLACE || change->kind == CHANGE_DETACH) &&
	       !observed->unreadable &&
	       snapshot_occurrences(&observed->chain, change_named_program(change)->info.id);
}

/* Where the chain cannot be read, the rules had little to go by. */
static enum cgswap_status error_unread(const struct change *change, const struct observed *observed,
				       int errnum)
{
	const char *hook = change->type->short_name, *path = change->cgroup->path;

	/* the one errno that has one meaning */
	if (errnum == ESTALE && change->revision)
		return explain_revision(change->cgroup, change->type, 0, change->revision, errnum);
	if (errnum == EPERM || errnum == EACCES)
		return error_from_errno(change->session->kernel, CAPABILITY_TO_QUERY, errnum,
					"%s of %s cannot be changed", hook, path);
	error_set(CGSWAP_CAUSE_UNEXPLAINED, errnum,
		  "%s of %s: the kernel says %s, and the chain cannot be read (%s) to tell why",
		  hook, path, cgswap_errno_get_name(errnum),
		  cgswap_errno_get_name(observed->unreadable));
	error_remedy("run it with CAP_NET_ADMIN to have it explained");
	return CGSWAP_E_SYSTEM;
}

/* The chain was read, and nothing in it forbids what the kernel refused. */
static enum cgswap_status error_allowed(const struct change *change,
					const struct observed *observed, int errnum)
{
	const char *hook = change->type->short_name, *path = change->cgroup->path;
	bool moved = has_moved(change->seen, &observed->chain);

	/* the one thing about a neighbour that may not show */
	if (errnum == EINVAL && change->anchor.given)
		return explain_anchor(change, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH, errnum);
	/* EACCES is no word of the kernel's own rules */
	if (errnum == EACCES || (errnum == EPERM && !moved))
		return error_set(CGSWAP_CAUSE_DENIED_BY_POLICY, errnum,
				 "%s of %s: neither the mode of the chain, nor an ancestor, nor a "
				 "missing capability forbids it",
				 hook, path);
	if (moved)
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
static int explain_dry_attach(const struct change *change)
{
	if (change->kind == CHANGE_DETACH || change->kind == CHANGE_LINK_DETACH)
		return 0;
	return -feature_dry_attach(change->session->kernel, change->program->fd,
				   change->type->number, KERNEL_MULTI);
}

enum cgswap_status explain_unmatched(const struct change *change, const struct observed *observed,
				     int errnum)
{
	struct kernel *kernel = change->session->kernel;
	const char *hook = change->type->short_name, *path = change->cgroup->path;
	int dry;

	if (error_is_exhaustion(-errnum) || errnum == ENOSYS)
		return error_from_errno(kernel, 0, errnum, "%s of %s cannot be changed", hook,
					path);
	/* what is listed and is not found plainly is held by a link, whoever may list those */
	if (errnum == ENOENT && is_attached(change, observed))
		return explain_held(change->cgroup, change->type, change->named,
				    change_named_program(change)->info.id);
	/* likewise of what it was to be put beside */
	if (errnum == ENOENT && change->anchor.given && !observed->unreadable)
		return explain_anchor(change, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED, errnum);
	dry = explain_dry_attach(change);
	if ((errnum == EPERM || errnum == EACCES) && dry == errnum)
		return error_from_errno(kernel, CAPABILITY_TO_QUERY, errnum,
					"%s of %s cannot be changed", hook, path);
	if (errnum == E2BIG && dry == E2BIG)
		return error_set(CGSWAP_CAUSE_ATTRIBUTE_SIZE, errnum,
				 "this kernel's bpf(2) takes less than %zu bytes",
				 sizeof(struct kernel_attach));
	return observed->unreadable ? error_unread(change, observed, errnum)
				    : error_allowed(change, observed, errnum);
}
