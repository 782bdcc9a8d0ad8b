/* SPDX-License-Identifier: BSD-2-Clause */
/* A cause that the rules found, in words. */
#include "explain/explain_rule.h"

#include <bpf/libbpf.h>

#include "base/error.h"
#include "explain/explain.h"
#include "kernel/capability.h"

const struct program *attempt_named_program(const struct attempt *attempt)
{
	return attempt->old ? attempt->old : attempt->program;
}

static enum cgswap_status refuse_exclusive(const struct attempt *attempt, int errnum)
{
	char label[PROGRAM_LABEL_SIZE] = "?";
	struct ancestor_found above;
	enum cgswap_status status;

	facts_find_ancestor(&above, attempt->session, attempt->cgroup, attempt->type->number, 0);
	if (above.chain.count)
		program_label(label, attempt->session->kernel, above.chain.ids[0]);
	status = error_set(CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE, errnum,
			   "%s holds program %s in %s in none mode, which forbids any below it",
			   above.found ? above.path : "an ancestor", label,
			   attempt->type->short_name);
	snapshot_free(&above.chain);
	return status;
}

static const char *type_string(uint32_t type)
{
	const char *name = libbpf_bpf_prog_type_str((enum bpf_prog_type)type);

	return name ? name : "unknown";
}

static bool is_of_link(const struct attempt *attempt)
{
	return attempt->kind == ATTEMPT_LINK_CREATE || attempt->kind == ATTEMPT_LINK_UPDATE ||
	       attempt->kind == ATTEMPT_LINK_DETACH;
}

static enum cgswap_status refuse_feature(const struct attempt *attempt, const struct facts *facts,
					 int errnum)
{
	enum cgswap_feature feature = CGSWAP_FEATURE_EXPECTED_REVISION;

	if (attempt->kind == ATTEMPT_LINK_DETACH)
		feature = CGSWAP_FEATURE_LINK_DETACH;
	else if (!(facts->kernel.features & (1U << CGSWAP_FEATURE_LINK)) && is_of_link(attempt))
		feature = CGSWAP_FEATURE_LINK;
	else if ((attempt->flags & KERNEL_PREORDER) &&
		 !(facts->kernel.features & (1U << CGSWAP_FEATURE_PREORDER)))
		feature = CGSWAP_FEATURE_PREORDER;
	else if ((attempt->flags & KERNEL_MULTI) &&
		 !(facts->kernel.features & (1U << CGSWAP_FEATURE_MULTI)))
		feature = CGSWAP_FEATURE_MULTI;
	return error_set(CGSWAP_CAUSE_KERNEL_LACKS_FEATURE, errnum,
			 "this kernel does not have the feature %s, which came with %s",
			 cgswap_feature_get_name(feature), cgswap_feature_get_kernel(feature));
}

/* The program that the request names and that is not there, by the errno ENOENT. */
static enum cgswap_status refuse_absent(const struct attempt *attempt, const struct facts *facts,
					int errnum)
{
	const struct program *gone = attempt_named_program(attempt);

	if (attempt->seen && snapshot_occurrences(attempt->seen, gone->info.id))
		return explain_lost(attempt->cgroup, attempt->type, &facts->chain, attempt->named,
				    gone->info.id, errnum);
	return explain_absent(attempt->session, attempt->cgroup, attempt->type, &facts->chain,
			      attempt->named, gone->info.id, errnum);
}

/* A link holds another program than it did, or none. */
static enum cgswap_status refuse_link(const struct attempt *attempt, const struct facts *facts,
				      enum cgswap_cause cause, int errnum)
{
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;
	char label[PROGRAM_LABEL_SIZE];

	if (cause == CGSWAP_CAUSE_LINK_DETACHED)
		return error_set(cause, errnum,
				 "%s was in %s of %s by link %u, which was detached since",
				 attempt->named, hook, path, attempt->link_id);
	/* to whom it was there a moment ago, it is a race that was lost */
	return error_set(
		attempt->seen ? CGSWAP_CAUSE_LOST_RACE : cause, errnum,
		"%s (id %u) stood in %s of %s by link %u, and another writer put program %s "
		"there",
		attempt->named, attempt->old->info.id, hook, path, attempt->link_id,
		program_label(label, attempt->session->kernel, facts->update.current.id));
}

enum cgswap_status explain_anchor(const struct attempt *attempt, enum cgswap_cause cause,
				  int errnum)
{
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;

	if (cause == CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED)
		return error_set(cause, errnum,
				 "%s does not stand in %s of %s as what a %s can be put beside",
				 attempt->anchor_named, hook, path,
				 is_of_link(attempt) ? "link" : "plain program");
	/* link and plain entry were told apart before */
	return error_set(cause, errnum,
			 "%s in %s of %s is %spreorder, and what is put beside it must be so too",
			 attempt->anchor_named, hook, path,
			 attempt->flags & KERNEL_PREORDER ? "not " : "");
}

/* The program's own fault. */
static enum cgswap_status refuse_program(const struct attempt *attempt, enum cgswap_cause cause,
					 int errnum)
{
	const struct program *odd = attempt->program;
	const struct attach_type *type = attempt->type;

	if (odd->info.type == type->program_type && attempt->old)
		odd = attempt->old;
	if (cause == CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH)
		return error_set(cause, errnum, "program %u (%s) is a %s program, and %s takes %s",
				 odd->info.id, odd->name, type_string(odd->info.type),
				 type->short_name, type_string(type->program_type));
	return error_set(cause, errnum, "program %u (%s) was loaded for another hook than %s",
			 attempt->program->info.id, attempt->program->name, type->short_name);
}

enum cgswap_status explain_by_rule(const struct attempt *attempt, const struct facts *facts,
				   enum cgswap_cause cause, int errnum)
{
	const struct program *program = attempt->program;
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;

	switch (cause) {
	case CGSWAP_CAUSE_KERNEL_LACKS_FEATURE:
		return refuse_feature(attempt, facts, errnum);
	case CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH:
	case CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH:
		return refuse_program(attempt, cause, errnum);
	case CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN:
		return refuse_privilege(attempt->session->kernel, PRIVILEGE_TO_QUERY, errnum,
					"%s of %s cannot be changed", hook, path);
	case CGSWAP_CAUSE_CGROUP_GONE:
		return error_set(cause, errnum, "%s was removed", path);
	case CGSWAP_CAUSE_REVISION_CHANGED:
		return explain_revision(attempt->cgroup, attempt->type, facts->chain.revision,
					attempt->revision, errnum);
	case CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE:
		return refuse_exclusive(attempt, errnum);
	case CGSWAP_CAUSE_OWN_MODE_CONFLICT:
		return explain_mode(attempt->cgroup, attempt->type, facts->chain.mode,
				    is_of_link(attempt) ? KERNEL_MULTI : attempt->flags);
	case CGSWAP_CAUSE_CHAIN_FULL:
		return error_set(cause, errnum,
				 "%s of %s holds %zu entries, and the kernel takes no attach or "
				 "replace then",
				 hook, path, facts->chain.count);
	case CGSWAP_CAUSE_ALREADY_ATTACHED:
		return error_set(cause, errnum,
				 "program %u (%s) stands in %s of %s already, at position %zu",
				 program->info.id, program->name, hook, path,
				 snapshot_find(&facts->chain, program->info.id));
	case CGSWAP_CAUSE_HELD_BY_LINK:
		return explain_held(attempt->cgroup, attempt->type, attempt->named,
				    attempt_named_program(attempt)->info.id);
	case CGSWAP_CAUSE_LINK_CHANGED:
	case CGSWAP_CAUSE_LINK_DETACHED:
		return refuse_link(attempt, facts, cause, errnum);
	case CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED:
	case CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH:
		return explain_anchor(attempt, cause, errnum);
	case CGSWAP_CAUSE_CHAIN_EMPTY:
	case CGSWAP_CAUSE_NOT_ATTACHED:
		return refuse_absent(attempt, facts, errnum);
	default:
		return error_set(cause, errnum, "%s of %s: %s", hook, path,
				 cgswap_cause_get_meaning(cause));
	}
}
