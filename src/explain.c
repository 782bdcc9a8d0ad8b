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
		return "attach";
	case ATTEMPT_REPLACE:
		return "replace";
	default:
		return "detach";
	}
}

static const char *mode_name(uint32_t mode)
{
	if (mode & KERNEL_MULTI)
		return "multi";
	return mode & KERNEL_OVERRIDE ? "override" : "none";
}

enum { LIST_SHOWN = 4, LIST_SIZE = LIST_SHOWN * PROGRAM_LABEL_SIZE + 64 };

/* The entries in words: "program 12 (fw), 14 (count) and 5 more". */
static const char *list_programs(char *text, struct kernel *kernel, const struct snapshot *chain)
{
	char label[PROGRAM_LABEL_SIZE];
	size_t length = 0;

	snprintf(text, LIST_SIZE, "nothing");
	for (size_t i = 0; i < chain->count && i < LIST_SHOWN; i++)
		length += snprintf(text + length, LIST_SIZE - length, "%s%s", i ? ", " : "program ",
				   program_label(label, kernel, chain->ids[i]));
	if (chain->count > LIST_SHOWN)
		snprintf(text + length, LIST_SIZE - length, " and %zu more",
			 chain->count - LIST_SHOWN);
	return text;
}

/* Which link it is shows only to those who may list links. */
static uint32_t find_holder(const struct cgroup *cgroup, const struct attach_type *type,
			    uint32_t program_id)
{
	struct link_holders links;
	uint32_t holder;

	if (links_of_chain(&links, cgroup->kernel, cgroup->id, type->number))
		return 0;
	holder = links_holder(&links, program_id);
	links_free(&links);
	return holder;
}

enum cgswap_status explain_held(const struct cgroup *cgroup, const struct attach_type *type,
				const char *named, uint32_t program_id, const char *operation)
{
	uint32_t link_id = find_holder(cgroup, type, program_id);
	char holder[32] = "a link";

	if (link_id)
		snprintf(holder, sizeof(holder), "link %u", link_id);
	error_set(CGSWAP_CAUSE_HELD_BY_LINK, 0, operation,
		  "%s in %s of %s is held by %s, and the kernel does this only to what was attached "
		  "plainly",
		  named, type->short_name, cgroup->path, holder);
	if (link_id)
		error_remedy("ask the process that owns %s, or detach the link", holder);
	return CGSWAP_E_NOT_ATTACHED;
}

enum cgswap_status explain_mode(const struct cgroup *cgroup, const struct attach_type *type,
				uint32_t has, uint32_t wanted, const char *operation)
{
	enum cgswap_status status;

	status = error_set(CGSWAP_CAUSE_OWN_MODE_CONFLICT, EPERM, operation,
			   "%s of %s was attached in %s mode, and this needs %s mode",
			   type->short_name, cgroup->path, mode_name(has), mode_name(wanted));
	if (!(has & KERNEL_MULTI))
		error_remedy("attach in %s mode, which overwrites what is there, or detach it first",
			     mode_name(has));
	return status;
}

enum cgswap_status explain_revision(const struct cgroup *cgroup, const struct attach_type *type,
				    uint64_t has, uint64_t expected, int errnum,
				    const char *operation)
{
	return error_set(CGSWAP_CAUSE_REVISION_CHANGED, errnum, operation,
			 "%s of %s is at revision %llu, and %llu was expected", type->short_name,
			 cgroup->path, (unsigned long long)has, (unsigned long long)expected);
}

enum cgswap_status explain_lost(const struct cgroup *cgroup, const struct attach_type *type,
				const struct snapshot *now, const char *named, uint32_t id,
				int errnum, const char *operation)
{
	char list[LIST_SIZE];

	return error_set(CGSWAP_CAUSE_LOST_RACE, errnum, operation,
			 "%s (id %u) stood in %s of %s, and another writer took it away; there "
			 "stands %s now",
			 named, id, type->short_name, cgroup->path,
			 list_programs(list, cgroup->kernel, now));
}

enum cgswap_status explain_absent(struct cgswap_session *session, const struct cgroup *cgroup,
				  const struct attach_type *type, const struct snapshot *own,
				  const char *named, uint32_t id, int errnum, const char *operation)
{
	struct ancestor_found above = { 0 };
	enum cgswap_status status;
	char list[LIST_SIZE];

	if (id)
		facts_find_ancestor(&above, session, cgroup, type->number, id);
	if (above.found) {
		status = error_set(CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR, errnum, operation,
				   "%s runs in %s of %s, but is attached further up, to %s", named,
				   type->short_name, cgroup->path, above.path);
		error_remedy("act on %s", above.path);
	} else if (!own->count) {
		status = error_set(CGSWAP_CAUSE_CHAIN_EMPTY, errnum, operation,
				   "%s was wanted, and nothing is attached to %s of %s", named,
				   type->short_name, cgroup->path);
	} else {
		status = error_set(CGSWAP_CAUSE_NOT_ATTACHED, errnum, operation,
				   "%s stands in no place of %s of %s; there stands %s", named,
				   type->short_name, cgroup->path,
				   list_programs(list, cgroup->kernel, own));
	}
	snapshot_free(&above.chain);
	return status;
}

enum cgswap_status explain_query(struct cgswap_session *session, const struct cgroup *cgroup,
				 const struct attach_type *type, int errnum, const char *operation)
{
	switch (errnum) {
	case ENOENT:
		return error_set(CGSWAP_CAUSE_CGROUP_GONE, errnum, operation, "%s was removed",
				 cgroup->path);
	case EINVAL:
		if (!session_feature(session, CGSWAP_FEATURE_MULTI))
			return error_set(CGSWAP_CAUSE_KERNEL_LACKS_CGROUP_BPF, errnum, operation,
					 "this kernel cannot attach BPF programs to cgroups");
		error_set(CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN, errnum, operation,
			  "this kernel does not have the attach type %s", type->name);
		error_remedy("use a newer kernel; `cgswap features` tells what this one has");
		return CGSWAP_E_UNSUPPORTED;
	default:
		return refuse_errno(session->kernel, PRIVILEGE_TO_QUERY, errnum, operation,
				    "%s of %s cannot be read", type->short_name, cgroup->path);
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

static enum cgswap_status refuse_feature(const struct attempt *attempt, const struct facts *facts,
					 int errnum)
{
	enum cgswap_feature feature = CGSWAP_FEATURE_EXPECTED_REVISION;

	if ((attempt->flags & KERNEL_PREORDER) &&
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
		return explain_mode(attempt->cgroup, attempt->type, facts->chain.mode, attempt->flags,
				    operation);
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

/* The rules find nothing that gives this errno: only what stands outside of them can. */
static enum cgswap_status refuse_beyond_rules(const struct attempt *attempt,
					      const struct facts *facts, int errnum)
{
	struct kernel *kernel = attempt->session->kernel;
	const char *hook = attempt->type->short_name, *path = attempt->cgroup->path;
	const char *operation = operation_of(attempt);
	int dry = 0;

	if (errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE || errnum == ENOSYS)
		return refuse_errno(kernel, 0, errnum, operation, "%s of %s cannot be changed", hook,
				    path);
	if (attempt->kind != ATTEMPT_DETACH)
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
	if (attempt->kind == ATTEMPT_DETACH)
		return rules_detach(&facts->world, &facts->request, NULL);
	return rules_attach(&facts->world, &facts->request, NULL);
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
	       cause == CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH;
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
