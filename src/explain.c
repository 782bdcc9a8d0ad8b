/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "privilege.h"

static const char *operation_of(const struct attempt *attempt)
{
	switch (attempt->kind) {
	case ATTEMPT_ATTACH:
	case ATTEMPT_LINK_CREATE:
		return "attach";
	case ATTEMPT_REPLACE:
	case ATTEMPT_OVERWRITE:
	case ATTEMPT_LINK_UPDATE:
		return "replace";
	default:
		return "detach";
	}
}

static enum cgswap_status refuse_exclusive(const struct attempt *attempt, int errnum)
{
	char label[PROGRAM_LABEL_SIZE] = "?";
	struct ancestor_found above;
	enum cgswap_status status;

	facts_find_ancestor(&above, attempt->session, attempt->cgroup, attempt->type->number, 0);
	if (above.chain.count)
		program_label(label, attempt->session->kernel, above.chain.ids[0]);
	status = error_set(CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE, errnum, operation_of(attempt),
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
	return error_set(CGSWAP_CAUSE_KERNEL_LACKS_FEATURE, errnum, operation_of(attempt),
			 "this kernel does not have the feature %s, which came with %s",
			 cgswap_feature_get_name(feature), cgswap_feature_get_kernel(feature));
}

/* The program that the request names and that is not there, by the errno ENOENT. */
static enum cgswap_status refuse_absent(const struct attempt *attempt, const struct facts *facts,
					int errnum)
{
	const struct program *gone = attempt->old ? attempt->old : attempt->program;
	const char *operation = operation_of(attempt);

	if (attempt->seen && snapshot_occurrences(attempt->seen, gone->info.id))
		return explain_lost(attempt->cgroup, attempt->type, &facts->chain, attempt->named,
				    gone->info.id, errnum, operation);
	return explain_absent(attempt->session, attempt->cgroup, attempt->type, &facts->chain,
			      attempt->named, gone->info.id, errnum, operation);
}

/* A link holds another program than it did, or none. */
static enum cgswap_status refuse_link(const struct attempt *attempt, const struct facts *facts,
				      enum cgswap_cause cause, int errnum)
{
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;
	const char *operation = operation_of(attempt);
	char label[PROGRAM_LABEL_SIZE];

	if (cause == CGSWAP_CAUSE_LINK_SEVERED)
		return error_set(cause, errnum, operation,
				 "%s was in %s of %s by link %u, which was detached since",
				 attempt->named, hook, path, attempt->link_id);
	/* to whom it was there a moment ago, it is a race that was lost */
	return error_set(attempt->seen ? CGSWAP_CAUSE_LOST_RACE : cause, errnum, operation,
			 "%s (id %u) stood in %s of %s by link %u, and another writer put program %s "
			 "there",
			 attempt->named, attempt->old->info.id, hook, path, attempt->link_id,
			 program_label(label, attempt->session->kernel, facts->update.current.id));
}

static enum cgswap_status refuse_anchor(const struct attempt *attempt, enum cgswap_cause cause,
					int errnum)
{
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;

	if (cause == CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED)
		return error_set(cause, errnum, operation_of(attempt),
				 "%s does not stand in %s of %s as what a %s can be put beside",
				 attempt->anchor_named, hook, path,
				 is_of_link(attempt) ? "link" : "plain program");
	/* link and plain entry were told apart before */
	return error_set(cause, errnum, operation_of(attempt),
			 "%s in %s of %s is %spreorder, and what is put beside it must be so too",
			 attempt->anchor_named, hook, path,
			 attempt->flags & KERNEL_PREORDER ? "not " : "");
}

/* Puts the cause that the rules found into words. */
static enum cgswap_status refuse(const struct attempt *attempt, const struct facts *facts,
				 enum cgswap_cause cause, int errnum)
{
	const struct program *program = attempt->program;
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;
	const char *operation = operation_of(attempt);
	const struct program *gone = attempt->old ? attempt->old : program;
	const struct program *odd = program;

	if (program->info.type == attempt->type->program_type && attempt->old)
		odd = attempt->old;
	switch (cause) {
	case CGSWAP_CAUSE_KERNEL_LACKS_FEATURE:
		return refuse_feature(attempt, facts, errnum);
	case CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH:
		return error_set(cause, errnum, operation,
				 "program %u (%s) is a %s program, and %s takes %s", odd->info.id,
				 odd->name, type_string(odd->info.type), hook,
				 type_string(attempt->type->program_type));
	case CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH:
		return error_set(cause, errnum, operation,
				 "program %u (%s) was loaded for another hook than %s",
				 program->info.id, program->name, hook);
	case CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN:
		return refuse_privilege(attempt->session->kernel, PRIVILEGE_TO_QUERY, errnum,
					operation, "%s of %s cannot be changed", hook, path);
	case CGSWAP_CAUSE_CGROUP_GONE:
		return error_set(cause, errnum, operation, "%s was removed", path);
	case CGSWAP_CAUSE_REVISION_CHANGED:
		return explain_revision(attempt->cgroup, attempt->type, facts->chain.revision,
					attempt->revision, errnum, operation);
	case CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE:
		return refuse_exclusive(attempt, errnum);
	case CGSWAP_CAUSE_OWN_MODE_CONFLICT:
		return explain_mode(attempt->cgroup, attempt->type, facts->chain.mode,
				    is_of_link(attempt) ? KERNEL_MULTI : attempt->flags, operation);
	case CGSWAP_CAUSE_CHAIN_FULL:
		return error_set(cause, errnum, operation,
				 "%s of %s holds %zu entries, and the kernel takes no attach or "
				 "replace then",
				 hook, path, facts->chain.count);
	case CGSWAP_CAUSE_ALREADY_ATTACHED:
		return error_set(cause, errnum, operation,
				 "program %u (%s) stands in %s of %s already, at position %zu",
				 program->info.id, program->name, hook, path,
				 snapshot_find(&facts->chain, program->info.id));
	case CGSWAP_CAUSE_HELD_BY_LINK:
		return explain_held(attempt->cgroup, attempt->type, attempt->named, gone->info.id,
				    operation);
	case CGSWAP_CAUSE_LINK_CHANGED:
	case CGSWAP_CAUSE_LINK_SEVERED:
		return refuse_link(attempt, facts, cause, errnum);
	case CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED:
	case CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH:
		return refuse_anchor(attempt, cause, errnum);
	case CGSWAP_CAUSE_CHAIN_EMPTY:
	case CGSWAP_CAUSE_NOT_ATTACHED:
		return refuse_absent(attempt, facts, errnum);
	default:
		return error_set(cause, errnum, operation, "%s of %s: %s", hook, path,
				 cgswap_cause_get_meaning(cause));
	}
}

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

static const struct program *named_program(const struct attempt *attempt)
{
	return attempt->old ? attempt->old : attempt->program;
}

static bool stands_there(const struct attempt *attempt, const struct facts *facts)
{
	return (attempt->kind == ATTEMPT_REPLACE || attempt->kind == ATTEMPT_DETACH) &&
	       !facts->unreadable &&
	       snapshot_occurrences(&facts->chain, named_program(attempt)->info.id);
}

/* The rules find nothing that gives this errno: only what stands outside of them can. */
static enum cgswap_status refuse_beyond_rules(const struct attempt *attempt,
					      const struct facts *facts, int errnum)
{
	struct kernel *kernel = attempt->session->kernel;
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;
	const char *operation = operation_of(attempt);
	int dry = 0;

	if (error_is_starved(-errnum) || errnum == ENOSYS)
		return refuse_errno(kernel, 0, errnum, operation, "%s of %s cannot be changed", hook,
				    path);
	/* what stands in the list and is not found there plainly is held by a link, whoever may list those */
	if (errnum == ENOENT && stands_there(attempt, facts))
		return explain_held(attempt->cgroup, attempt->type, attempt->named,
				    named_program(attempt)->info.id, operation);
	/* likewise of what it was to be put beside */
	if (errnum == ENOENT && attempt->anchor.given && !facts->unreadable)
		return refuse_anchor(attempt, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED, errnum);
	if (attempt->kind != ATTEMPT_DETACH && attempt->kind != ATTEMPT_LINK_DETACH)
		dry = -feature_dry_attach(kernel, attempt->program->fd, attempt->type->number,
					  KERNEL_MULTI);
	if ((errnum == EPERM || errnum == EACCES) && dry == errnum)
		return refuse_errno(kernel, PRIVILEGE_TO_QUERY, errnum, operation,
					"%s of %s cannot be changed", hook, path);
	if (errnum == E2BIG && dry == E2BIG)
		return error_set(CGSWAP_CAUSE_ATTRIBUTE_SIZE, errnum, operation,
				 "this kernel's bpf(2) takes less than %zu bytes",
				 sizeof(struct kernel_attach));
	if (facts->unreadable && (errnum == EPERM || errnum == EACCES))
		return refuse_errno(kernel, PRIVILEGE_TO_QUERY, errnum, operation,
				    "%s of %s cannot be changed", hook, path);
	if (facts->unreadable) {
		error_set(CGSWAP_CAUSE_UNEXPLAINED, errnum, operation,
			  "%s of %s: the kernel says %s, and the chain cannot be read (%s) to tell why",
			  hook, path, cgswap_errno_get_name(errnum),
			  cgswap_errno_get_name(facts->unreadable));
		error_remedy("run it with CAP_NET_ADMIN to have it explained");
		return CGSWAP_E_SYSTEM;
	}
	/* the one thing about a neighbour that may not show */
	if (errnum == EINVAL && attempt->anchor.given)
		return refuse_anchor(attempt, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH, errnum);
	/* EACCES is no word of the kernel's own rules */
	if (errnum == EACCES || (errnum == EPERM && !moved(attempt->seen, &facts->chain)))
		return error_set(CGSWAP_CAUSE_DENIED_BY_POLICY, errnum, operation,
				 "%s of %s: neither the mode of the chain, nor an ancestor, nor a "
				 "missing capability forbids it",
				 hook, path);
	if (moved(attempt->seen, &facts->chain))
		return error_set(CGSWAP_CAUSE_LOST_RACE, errnum, operation,
				 "%s of %s changed meanwhile (%s), and nothing that stands there now "
				 "explains it",
				 hook, path, cgswap_errno_get_name(errnum));
	return error_set(CGSWAP_CAUSE_UNEXPLAINED, errnum, operation,
			 "%s of %s: the kernel says %s; mode, ancestors, places, types, privilege and "
			 "revision would allow it",
			 hook, path, cgswap_errno_get_name(errnum));
}

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
		return rules_link_update(&facts->kernel, &facts->update);
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
	return refuse_errno(attempt->session->kernel, 0, errnum, operation_of(attempt),
			    "%s of %s cannot be read to judge this", attempt->type->short_name,
			    attempt->cgroup->path);
}

/* What the rules can say without knowing the chain. */
static bool needs_no_chain(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_CGROUP_GONE || cause == CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN ||
	       cause == CGSWAP_CAUSE_KERNEL_LACKS_FEATURE ||
	       cause == CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH ||
	       cause == CGSWAP_CAUSE_LINK_CHANGED || cause == CGSWAP_CAUSE_LINK_SEVERED;
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
		status = refuse(attempt, &facts, answer.cause, errnum);
	else
		status = refuse_beyond_rules(attempt, &facts, errnum);
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
				       facts.unreadable, operation_of(attempt));
	else if (answer.errnum)
		status = refuse(attempt, &facts, answer.cause, answer.errnum);
	facts_free(&facts);
	return status;
}
