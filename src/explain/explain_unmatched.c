/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/explain_unmatched.h"

#include <errno.h>

#include "base/error.h"
#include "cgroup/plain_probe.h"
#include "explain/ask_in_vain.h"
#include "explain/explain_cause.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"

/* True if the chain differs from the one that the decision was based on. */
static bool unmatched_has_moved(const struct snapshot *seen, const struct snapshot *now)
{
	if (!seen)
		return false;
	return seen->revision != now->revision || seen->mode != now->mode ||
	       !snapshot_same_list(seen, now);
}

static bool unmatched_is_attached(const struct change *change, const struct observed *observed)
{
	return (change->kind == CHANGE_REPLACE || change->kind == CHANGE_DETACH) &&
	       !observed->unreadable &&
	       snapshot_occurrences(&observed->chain, change_named_program(change)->info.id);
}

/* True if the new program is in the chain; beside an anchor, EINVAL may have another reason. */
static bool unmatched_is_listed(const struct change *change, const struct observed *observed)
{
	return (change->kind == CHANGE_ATTACH || change->kind == CHANGE_REPLACE) &&
	       !observed->unreadable &&
	       snapshot_occurrences(&observed->chain, change->program->info.id) &&
	       (!change->anchor.given ||
		plain_probe(change->cgroup, change->type, change->program->fd));
}

/* The change names neither an entry nor an anchor: only the cgroup can be missing. */
static bool unmatched_names_none(const struct change *change)
{
	return !change->anchor.given &&
	       (change->kind == CHANGE_ATTACH || change->kind == CHANGE_LINK_CREATE);
}

/* The error for a chain that cannot be read, so that the rules had little input. */
static enum cgswap_status error_unmatched_unread(const struct change *change,
						 const struct observed *observed, int errnum)
{
	const char *type = change->type->short_name, *path = change->cgroup->path;

	/* the only errno with a single cause */
	if (errnum == ESTALE && change->revision)
		return explain_cause(change, observed, CGSWAP_CAUSE_REVISION_CHANGED, errnum);
	if (errnum == EPERM || errnum == EACCES)
		return error_from_errno(change->session->kernel, CAPABILITY_TO_QUERY, errnum,
					"%s{attach_type} of '%s'{cgroup} cannot be changed", type,
					path);
	if (errnum == ENOENT && (unmatched_names_none(change) || ask_is_gone(change)))
		return explain_cause(change, observed, CGSWAP_CAUSE_CGROUP_GONE, errnum);
	if (errnum == ENOENT && change_named_program(change) && change->named)
		return error_set(CGSWAP_CAUSE_NOT_ATTACHED, errnum,
				 "'%s'{selector} is not attached to %s{attach_type} of "
				 "'%s'{cgroup}, or by a link",
				 change->named, type, path);
	if (errnum == E2BIG)
		return error_set(CGSWAP_CAUSE_CHAIN_FULL, errnum,
				 "%s{attach_type} of '%s'{cgroup} has %u{count} entries, the "
				 "maximum",
				 type, path, (unsigned)KERNEL_CHAIN_MAX);
	/* the program fits, and the flags are right */
	if (errnum == EINVAL && !change->anchor.given &&
	    (change->kind == CHANGE_ATTACH || change->kind == CHANGE_REPLACE))
		return error_set(CGSWAP_CAUSE_ALREADY_ATTACHED, errnum,
				 "program %u{program_id} (%s{program_name}) is already attached to "
				 "%s{attach_type} of '%s'{cgroup}",
				 change->program->info.id, change->program->name, type, path);
	error_set(
		CGSWAP_CAUSE_UNEXPLAINED, errnum,
		"%s{attach_type} of '%s'{cgroup}: the kernel returned %s, and the chain cannot be "
		"read (%s) to find the cause",
		type, path, cgswap_errno_get_name(errnum),
		cgswap_errno_get_name(observed->unreadable));
	error_remedy("run the command with CAP_NET_ADMIN, so that cgswap can read the chain");
	return CGSWAP_E_SYSTEM;
}

/*
 * Links are no reason where they were searched: the rules would have found one. Where they may not
 * be, only a chain that has not changed since shows that the program was there all the time.
 */
static bool unmatched_is_held(const struct change *change, const struct observed *observed)
{
	return !observed->links_read && !unmatched_has_moved(change->seen, &observed->chain);
}

static enum cgswap_status error_unmatched_moved(const struct change *change, int errnum)
{
	return error_set(CGSWAP_CAUSE_LOST_RACE, errnum,
			 "%s{attach_type} of '%s'{cgroup} changed after it was read, and its "
			 "current entries do not explain why the kernel returned %s",
			 change->type->short_name, change->cgroup->path,
			 cgswap_errno_get_name(errnum));
}

/* The modes that forbade the change, of the chain or of an ancestor, do so no longer. */
static enum cgswap_status error_unmatched_forbade(const struct change *change, int errnum)
{
	return error_set(CGSWAP_CAUSE_LOST_RACE, errnum,
			 "%s{attach_type} of '%s'{cgroup}: the kernel returned %s, but allows the "
			 "change now: another process changed this chain or that of an ancestor",
			 change->type->short_name, change->cgroup->path,
			 cgswap_errno_get_name(errnum));
}

/* The error for a chain that was read, and in which nothing forbids the rejected change. */
static enum cgswap_status error_unmatched_allowed(const struct change *change,
						  const struct observed *observed, int errnum)
{
	const char *type = change->type->short_name, *path = change->cgroup->path;
	bool moved = unmatched_has_moved(change->seen, &observed->chain);

	/* the preorder of an anchor cannot always be probed */
	if (errnum == EINVAL && change->anchor.given && !moved)
		return explain_cause(change, observed, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH, errnum);
	/* a policy would deny it again */
	if (errnum == EPERM && !moved && !ask_modes(change, observed))
		return error_unmatched_forbade(change, errnum);
	/* the kernel's own rules never return EACCES */
	if (errnum == EACCES || (errnum == EPERM && !moved))
		return error_set(
			CGSWAP_CAUSE_DENIED_BY_POLICY, errnum,
			"%s{attach_type} of '%s'{cgroup}: the kernel returned %s, although the "
			"mode of the chain, its ancestors and the capabilities of this process "
			"allow the change",
			type, path, cgswap_errno_get_name(errnum));
	if (moved)
		return error_unmatched_moved(change, errnum);
	return error_set(CGSWAP_CAUSE_UNEXPLAINED, errnum,
			 "%s{attach_type} of '%s'{cgroup}: the kernel returned %s, although mode, "
			 "ancestors, positions, types, privilege and revision allow the change",
			 type, path, cgswap_errno_get_name(errnum));
}

/* Returns the errno of an attach of the same program and type that has no target; 0: none. */
static int unmatched_dry_attach(const struct change *change)
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
	const char *type = change->type->short_name, *path = change->cgroup->path;
	int dry;

	if (error_is_exhaustion(-errnum) || errnum == ENOSYS)
		return error_from_errno(kernel, 0, errnum,
					"%s{attach_type} of '%s'{cgroup} cannot be changed", type,
					path);
	/* listed, but not found as a plain entry: a link holds it, or it came back meanwhile */
	if (errnum == ENOENT && unmatched_is_attached(change, observed))
		return unmatched_is_held(change, observed)
			       ? explain_cause(change, observed, CGSWAP_CAUSE_HELD_BY_LINK, errnum)
			       : error_unmatched_moved(change, errnum);
	/* an anchor that is listed is not of the right kind */
	if (errnum == ENOENT && change->anchor.given && !observed->unreadable)
		return explain_cause(change, observed, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED, errnum);
	dry = unmatched_dry_attach(change);
	/* a link of the same program came meanwhile, and its entry was taken for the link's */
	if (errnum == EINVAL && dry == EBADF && unmatched_is_listed(change, observed))
		return explain_cause(change, observed, CGSWAP_CAUSE_ALREADY_ATTACHED, errnum);
	if ((errnum == EPERM || errnum == EACCES) && dry == errnum)
		return error_from_errno(kernel, CAPABILITY_TO_QUERY, errnum,
					"%s{attach_type} of '%s'{cgroup} cannot be changed", type,
					path);
	if (errnum == E2BIG && dry == E2BIG)
		return error_set(
			CGSWAP_CAUSE_ATTRIBUTE_SIZE, errnum,
			"this kernel's union bpf_attr has fewer than the %zu{expected} bytes that "
			"the request uses",
			sizeof(struct kernel_attach));
	return observed->unreadable ? error_unmatched_unread(change, observed, errnum)
				    : error_unmatched_allowed(change, observed, errnum);
}
