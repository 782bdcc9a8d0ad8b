/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/explain_cause.h"

#include <bpf/libbpf.h>
#include <stdio.h>

#include "base/error.h"
#include "explain/explain_chain.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"

/*
 * An ancestor that this process cannot see. If the kernel could not be asked, a policy may have
 * denied the change instead.
 */
static enum cgswap_status error_cause_above(const struct change *change,
					    const struct observed *observed, int errnum)
{
	uint32_t program = observed->ancestor.entries[0].program;
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text, "a cgroup above this cgroup namespace has ");
	error_text_add(&text, program ? "program " : "a program");
	if (program)
		program_add_label(&text, change->session->kernel, program);
	error_text_add(&text,
		       " attached to %s{attach_type} in none mode, which forbids programs in "
		       "'%s'{cgroup}",
		       change->type->short_name, change->cgroup->path);
	if (observed->uncertain)
		error_text_add(&text,
			       ", unless a security policy denied this (certain: %s{certain})",
			       "false");
	error_set_text(CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE, errnum, &text);
	error_remedy("detach that program, or attach it again in multi mode, outside of this "
		     "cgroup namespace");
	return CGSWAP_E_CONFLICT;
}

static enum cgswap_status error_cause_exclusive(const struct change *change,
						const struct observed *observed, int errnum)
{
	const struct rules_chain *above = &observed->ancestor;
	struct error_text text;

	if (observed->above)
		return error_cause_above(change, observed, errnum);
	error_text_clear(&text);
	ancestor_add_label(&text, observed->ancestor_path);
	error_text_add(&text, " has program ");
	if (above->count)
		program_add_label(&text, change->session->kernel, above->entries[0].program);
	else
		error_text_add(&text, "?");
	error_text_add(&text,
		       " attached to %s{attach_type} in none mode, which forbids programs in its "
		       "descendants",
		       change->type->short_name);
	return error_set_text(CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE, errnum, &text);
}

static const char *cause_program_type(uint32_t type)
{
	const char *name = libbpf_bpf_prog_type_str((enum bpf_prog_type)type);

	return name ? name : "unknown";
}

static enum cgswap_status error_cause_feature(const struct change *change,
					      const struct observed *observed, int errnum)
{
	enum cgswap_feature feature = CGSWAP_FEATURE_EXPECTED_REVISION;

	if (change->kind == CHANGE_LINK_DETACH)
		feature = CGSWAP_FEATURE_LINK_DETACH;
	else if (!(observed->kernel.features & (1U << CGSWAP_FEATURE_LINK)) &&
		 change_is_of_link(change))
		feature = CGSWAP_FEATURE_LINK;
	else if ((change->flags & KERNEL_PREORDER) &&
		 !(observed->kernel.features & (1U << CGSWAP_FEATURE_PREORDER)))
		feature = CGSWAP_FEATURE_PREORDER;
	else if ((change->flags & KERNEL_MULTI) &&
		 !(observed->kernel.features & (1U << CGSWAP_FEATURE_MULTI)))
		feature = CGSWAP_FEATURE_MULTI;
	return error_set(
		CGSWAP_CAUSE_KERNEL_LACKS_FEATURE, errnum,
		"this kernel does not have the feature '%s'{feature}, which Linux %s introduced",
		cgswap_feature_get_name(feature), cgswap_feature_get_kernel(feature));
}

/* The program that the change names was never attached, or was detached. */
static enum cgswap_status error_cause_absent(const struct change *change,
					     const struct observed *observed, int errnum)
{
	const struct program *gone = change_named_program(change);

	if (change->bound || (change->seen && snapshot_occurrences(change->seen, gone->info.id)))
		return explain_lost(change->cgroup, change->type, &observed->chain, change->named,
				    gone->info.id, errnum);
	return explain_absent(change->session, change->cgroup, change->type, &observed->chain,
			      change->named, gone->info.id, errnum);
}

/* The link holds another program than before, or is detached. */
static enum cgswap_status error_cause_link(const struct change *change,
					   const struct observed *observed, enum cgswap_cause cause,
					   int errnum)
{
	const char *type = change->type->short_name, *path = change->cgroup->path;
	struct error_text text;

	if (cause == CGSWAP_CAUSE_LINK_DETACHED)
		return error_set(
			cause, errnum,
			"link %u{link_id}, which held '%s'{selector} in %s{attach_type} of "
			"'%s'{cgroup}, was detached",
			change->link_id, change->named, type, path);
	error_text_clear(&text);
	error_text_add(
		&text,
		"another process updated link %u{link_id} of %s{attach_type} of '%s'{cgroup} "
		"from '%s'{selector} (id %u{expected}) to program ",
		change->link_id, type, path, change->named, change->old->info.id);
	program_add_label(&text, change->session->kernel, observed->update.current.id);
	/* a caller that just saw the old program there has lost a race */
	return error_set_text(change->seen ? CGSWAP_CAUSE_LOST_RACE : cause, errnum, &text);
}

/* Appends "'count'", or "pos:2, next to 'count'," if another entry is used instead. */
static void cause_add_anchor(struct error_text *text, const struct change *change)
{
	if (*change->anchor_via)
		error_text_add(text, "%s{candidate}, next to '%.200s'{selector},",
			       change->anchor_via, change->anchor_named);
	else
		error_text_add(text, "'%.200s'{selector}", change->anchor_named);
}

static enum cgswap_status error_cause_anchor(const struct change *change, enum cgswap_cause cause,
					     int errnum)
{
	const char *type = change->type->short_name, *path = change->cgroup->path;
	const char *preorder = change->flags & KERNEL_PREORDER ? "preorder" : "not preorder";
	struct error_text text;

	error_text_clear(&text);
	if (cause == CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED) {
		error_text_add(&text, "%s{attach_type} of '%s'{cgroup} has no entry ", type, path);
		cause_add_anchor(&text, change);
		error_text_add(&text, " %s a link, which the new entry needs as its anchor",
			       change_is_of_link(change) ? "with" : "without");
		return error_set_text(cause, errnum, &text);
	}
	/* a link beside a plain entry fails earlier, so this is the preorder */
	cause_add_anchor(&text, change);
	error_text_add(&text,
		       " in %s{attach_type} of '%s'{cgroup} is %s, and the new entry is %s: the "
		       "kernel requires the same preorder flag",
		       type, path, change->flags & KERNEL_PREORDER ? "not preorder" : "preorder",
		       preorder);
	return error_set_text(cause, errnum, &text);
}

/* One of the two programs does not fit the attach type. */
static enum cgswap_status error_cause_program(const struct change *change, enum cgswap_cause cause,
					      int errnum)
{
	const struct program *odd = change->program;
	const struct attach_type *type = change->type;

	if (odd->info.type == type->program_type && change->old)
		odd = change->old;
	if (cause == CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH)
		return error_set(
			cause, errnum,
			"program %u{program_id} (%s{program_name}) is a %s program, and %s takes "
			"%s programs",
			odd->info.id, odd->name, cause_program_type(odd->info.type),
			type->short_name, cause_program_type(type->program_type));
	return error_set(
		cause, errnum,
		"program %u{program_id} (%s{program_name}) was loaded for an attach type other "
		"than %s",
		change->program->info.id, change->program->name, type->short_name);
}

/* If the caller expects no revision, the kernel compared with the one that was read. */
static enum cgswap_status error_cause_revision(const struct change *change,
					       const struct observed *observed, int errnum)
{
	if (change->revision)
		return explain_revision(change->cgroup, change->type, observed->chain.revision,
					change->revision, errnum);
	return error_set(
		CGSWAP_CAUSE_LOST_RACE, errnum,
		"%s{attach_type} of '%s'{cgroup} changed after it was read, and no retries "
		"are allowed",
		change->type->short_name, change->cgroup->path);
}

enum cgswap_status explain_cause(const struct change *change, const struct observed *observed,
				 enum cgswap_cause cause, int errnum)
{
	const struct program *program = change->program;
	const char *type = change->type->short_name, *path = change->cgroup->path;

	switch (cause) {
	case CGSWAP_CAUSE_KERNEL_LACKS_FEATURE:
		return error_cause_feature(change, observed, errnum);
	case CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH:
	case CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH:
		return error_cause_program(change, cause, errnum);
	case CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN:
		return error_privilege(change->session->kernel, CAPABILITY_TO_QUERY, errnum,
				       "%s{attach_type} of '%s'{cgroup} cannot be changed", type,
				       path);
	case CGSWAP_CAUSE_CGROUP_GONE:
		return error_set(cause, errnum, "cgroup '%s'{cgroup} was removed", path);
	case CGSWAP_CAUSE_LOST_RACE:
		return explain_lost(change->cgroup, change->type, &observed->chain, change->named,
				    change_named_program(change)->info.id, errnum);
	case CGSWAP_CAUSE_REVISION_CHANGED:
		return error_cause_revision(change, observed, errnum);
	case CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE:
		return error_cause_exclusive(change, observed, errnum);
	case CGSWAP_CAUSE_OWN_MODE_CONFLICT:
		return explain_mode(change->cgroup, change->type, observed->chain.mode,
				    change_is_of_link(change) ? KERNEL_MULTI : change->flags);
	case CGSWAP_CAUSE_CHAIN_FULL:
		return error_set(
			cause, errnum,
			"%s{attach_type} of '%s'{cgroup} has %zu{count} entries, the maximum, and "
			"the kernel then also rejects a replace, except through a link",
			type, path, observed->chain.count);
	case CGSWAP_CAUSE_ALREADY_ATTACHED:
		return error_set(cause, errnum,
				 "program %u{program_id} (%s{program_name}) is already attached to "
				 "%s{attach_type} of '%s'{cgroup}, at position %zu{position}",
				 program->info.id, program->name, type, path,
				 snapshot_find(&observed->chain, program->info.id));
	case CGSWAP_CAUSE_HELD_BY_LINK:
		return explain_held_by(
			change->cgroup, change->type, change->named,
			observed_link(observed, change_named_program(change)->info.id));
	case CGSWAP_CAUSE_LINK_CHANGED:
	case CGSWAP_CAUSE_LINK_DETACHED:
		return error_cause_link(change, observed, cause, errnum);
	case CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED:
	case CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH:
		return error_cause_anchor(change, cause, errnum);
	case CGSWAP_CAUSE_CHAIN_EMPTY:
	case CGSWAP_CAUSE_NOT_ATTACHED:
		return error_cause_absent(change, observed, errnum);
	default:
		return error_set(cause, errnum, "%s{attach_type} of '%s'{cgroup}: %s", type, path,
				 cgswap_cause_get_meaning(cause));
	}
}
