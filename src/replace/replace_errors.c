/* SPDX-License-Identifier: BSD-2-Clause */
#include "replace/replace_errors.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"

/* ---- binding --------------------------------------------------------------------------------- */

enum cgswap_status replace_error_unguarded(const struct cgswap_step *step)
{
	const struct cgswap_chain *chain = step->asked.chain;

	error_set(
		CGSWAP_CAUSE_KERNEL_LACKS_FEATURE, 0,
		"%s{attach_type} of '%s'{cgroup} is in %s mode, in which the kernel overwrites any "
		"program, and %s has no revisions to guard the replace (Linux %s introduced "
		"them)",
		chain->type->short_name, chain->cgroup->path,
		cgswap_mode_get_name(snapshot_mode(&chain->now)),
		chain->session->disable_features ? "this session" : "this kernel",
		cgswap_feature_get_kernel(CGSWAP_FEATURE_EXPECTED_REVISION));
	error_remedy(
		"set allow_unguarded (--allow-unguarded) if no other process changes the chain "
		"at the same time");
	return CGSWAP_E_UNSUPPORTED;
}

enum cgswap_status replace_error_link_preorder(const struct cgswap_step *step)
{
	return error_bad_argument(
		"the preorder option differs from the flag of link %u{link_id}, which holds "
		"'%s'{selector}: a link keeps the flag that it was created with",
		step->target.link_id, step->asked.selector);
}

enum cgswap_status replace_error_pin_left(const struct cgswap_step *step,
					  const struct left_pin *pin)
{
	if (pin->map_id)
		return error_set(CGSWAP_CAUSE_PIN_LEFT, 0,
				 "'%.400s'{pin} would still refer to map %u{map_id} of program "
				 "%u{program_id}, and all maps must be reused (--maps require)",
				 pin->path, pin->map_id, step->target.old->info.id);
	return error_set(CGSWAP_CAUSE_PIN_LEFT, 0,
			 "'%.400s'{pin} would still refer to program %u{program_id}, and all maps "
			 "must be reused (--maps require)",
			 pin->path, step->target.old->info.id);
}

enum cgswap_status replace_error_detach_link(const struct cgswap_step *step)
{
	const struct cgswap_chain *chain = step->asked.chain;

	error_set(CGSWAP_CAUSE_HELD_BY_LINK, 0,
		  "'%s'{selector} in %s{attach_type} of '%s'{cgroup} is held by link %u{link_id}, "
		  "which the kernel could not attach again if the transaction were rolled back",
		  step->asked.selector, chain->type->short_name, chain->cgroup->path,
		  step->target.link_id);
	error_remedy("detach it by itself (cgswap detach)");
	return CGSWAP_E_NOT_ATTACHED;
}

enum cgswap_status replace_error_no_way_back(const struct cgswap_step *step, size_t count)
{
	const struct cgswap_chain *chain = step->asked.chain;

	error_set(CGSWAP_CAUSE_ORDERING_UNSUPPORTED, 0,
		  "the kernel could not attach '%s'{selector} again at position %zu{position} of "
		  "%zu{count} in %s{attach_type} of '%s'{cgroup} if the transaction were rolled "
		  "back",
		  step->asked.selector, step->target.position, count, chain->type->short_name,
		  chain->cgroup->path);
	error_remedy("detach it by itself (cgswap detach)");
	return CGSWAP_E_UNSUPPORTED;
}

enum cgswap_status replace_error_link_reopen(const struct cgswap_step *step, int errnum)
{
	const struct chain_state *chain = step->target.chain;

	if (errnum == ENOENT)
		return error_set(
			CGSWAP_CAUSE_LINK_DETACHED, ENOLINK,
			"link %u{link_id}, which held '%s'{selector} in %s{attach_type} of "
			"'%s'{cgroup}, was detached",
			step->target.link_id, step->asked.selector, chain->type->short_name,
			chain->cgroup->path);
	return error_from_errno(
		chain->cgroup->kernel, CAPABILITY_BY_ID, errnum,
		"link %u{link_id}, which holds '%.200s'{selector} in %s{attach_type} of "
		"'%s'{cgroup}, cannot be opened again",
		step->target.link_id, step->asked.selector, chain->type->short_name,
		chain->cgroup->path);
}

void replace_remedy_files(const struct cgswap_replace *replace)
{
	const struct cgswap_error *error = cgswap_last_error();
	size_t programs = replace->programs.by_id.count;
	enum { FEW = 8 };

	if (cgswap_error_get_errno(error) != EMFILE || programs <= FEW)
		return;
	if (!replace->shelf.capacity)
		error_remedy(
			"raise the limit of open files (ulimit -n), keep a journal (opts.journal), "
			"or replace fewer programs in a transaction: this one has %zu programs, "
			"and a descriptor for each",
			programs);
	else if (replace->shelf_errnum)
		error_remedy(
			"make it possible to pin programs in '%.400s' (%s), or raise the limit "
			"of open files (ulimit -n): this transaction has %zu programs, and "
			"pins could not hold those that it is not using",
			replace->session->bpffs, cgswap_errno_get_name(replace->shelf_errnum),
			programs);
}

enum cgswap_status replace_error_same_entry(const struct cgswap_step *step,
					    const struct cgswap_step *earlier)
{
	const struct chain_state *chain = step->target.chain;

	return error_bad_argument(
		"'%s'{selector} in %s{attach_type} of '%s'{cgroup} is already %s by step "
		"%zu{step}",
		step->asked.selector, chain->type->short_name, chain->cgroup->path,
		earlier->asked.kind == STEP_DETACHES ? "detached" : "replaced", earlier->index);
}

/* ---- preorder -------------------------------------------------------------------------------- */

static enum cgswap_status replace_error_preorder_unknown(const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;

	return error_set(
		CGSWAP_CAUSE_PREORDER_WOULD_CHANGE, 0,
		"cannot determine whether '%s'{selector} in %s{attach_type} of '%s'{cgroup} is "
		"preorder, and a replace would clear the flag",
		step->asked.selector, chain->type->short_name, chain->cgroup->path);
}

enum cgswap_status replace_error_preorder_unread(const struct cgswap_step *step)
{
	enum cgswap_status status = replace_error_preorder_unknown(step);

	error_remedy("give the entry's flag (--preorder or --no-preorder), or run the command with "
		     "CAP_NET_ADMIN");
	return status;
}

static enum cgswap_status replace_error_probe_left(const struct cgswap_step *step, uint32_t probe)
{
	const struct chain_state *chain = step->target.chain;
	enum cgswap_status status;

	status = error_set(
		CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, 0,
		"probe program %u{program_id}, which allows everything, was attached before "
		"'%s'{selector} in %s of '%s'{path} and could not be detached",
		probe, step->asked.selector, chain->type->short_name, chain->cgroup->path);
	error_remedy("detach id:%u from that chain", probe);
	return status;
}

enum cgswap_status replace_error_preorder(const struct cgswap_step *step,
					  enum preorder_result result,
					  const struct preorder_answer *answer)
{
	const struct chain_state *chain = step->target.chain;
	const char *type = chain->type->short_name, *path = chain->cgroup->path;

	switch (result) {
	case PREORDER_UNDECIDED:
		return replace_error_preorder_unknown(step);
	case PREORDER_DISABLED:
		return error_set(
			CGSWAP_CAUSE_PREORDER_WOULD_CHANGE, 0,
			"'%s'{selector} in %s{attach_type} of '%s'{cgroup} is preorder, and the "
			"feature '%s'{feature} is disabled in this session: a replace would clear "
			"the flag",
			step->asked.selector, type, path,
			cgswap_feature_get_name(CGSWAP_FEATURE_PREORDER));
	case PREORDER_NOT_PLAIN:
		return explain_held(chain->cgroup, chain->type, step->asked.selector,
				    step->target.old->info.id);
	case PREORDER_LEFTOVER:
		return replace_error_probe_left(step, answer->probe_id);
	default:
		return error_from_errno(
			chain->cgroup->kernel, CAPABILITY_TO_LOAD, answer->errnum,
			"the preorder of '%s'{selector} in %s{attach_type} of '%s'{cgroup} cannot "
			"be probed",
			step->asked.selector, type, path);
	}
}

/* ---- updates of links ------------------------------------------------------------------------ */

enum cgswap_status replace_error_other_attach_type(const struct cgswap_step *step,
						   const struct program *program)
{
	const struct attach_type *type = step->target.chain->type;
	enum cgswap_status status;

	status = error_set(
		CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, 0,
		"program %u{program_id} (%s{program_name}) was loaded for an attach type other "
		"than %s, but the kernel would accept it in link %u{link_id}",
		program->info.id, program->name, type->short_name, step->target.link_id);
	error_remedy("load the program for %s", type->short_name);
	return status;
}

enum cgswap_status replace_error_attach_type_unknown(const struct cgswap_step *step,
						     const struct program *program,
						     bool lacks_privilege, int errnum)
{
	const struct chain_state *chain = step->target.chain;
	static const char format[] =
		"cannot check whether program %u{program_id} (%s{program_name}) was loaded "
		"for %s";

	if (lacks_privilege)
		return error_privilege(chain->cgroup->kernel, CAPABILITY_TO_QUERY, errnum, format,
				       program->info.id, program->name, chain->type->short_name);
	return error_from_errno(chain->cgroup->kernel, CAPABILITY_TO_QUERY, errnum, format,
				program->info.id, program->name, chain->type->short_name);
}

enum cgswap_status replace_error_other_storage(const struct cgswap_step *step,
					       const struct program *program, uint32_t map_id)
{
	return error_set(
		CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, 0,
		"program %u{program_id} (%s{program_name}) does not use the same cgroup storage as "
		"program %u{old_program_id} (map %u{map_id} is not shared), and link %u{link_id} "
		"would run it with the old storage",
		program->info.id, program->name, step->target.old->info.id, map_id,
		step->target.link_id);
}

enum cgswap_status replace_error_storage_unknown(const struct cgswap_step *step,
						 const struct program *program, int errnum)
{
	return error_from_errno(
		step->target.chain->cgroup->kernel, CAPABILITY_BY_ID, errnum,
		"cannot check whether programs %u{old_program_id} and %u{program_id} use "
		"the same cgroup storage",
		step->target.old->info.id, program->info.id);
}

enum cgswap_status replace_error_unsafe_order(const struct cgswap_step *step, const char *why,
					      bool unable)
{
	const struct chain_state *chain = step->target.chain;
	enum cgswap_status status;

	status = error_set(
		CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, 0,
		"%s in %s{attach_type} of '%s'{cgroup}, and %s update link %u{link_id} without "
		"overwriting another program",
		why, chain->type->short_name, chain->cgroup->path,
		unable ? "this kernel cannot" : "it cannot be determined whether this kernel can",
		step->target.link_id);
	if (unable)
		error_remedy("use a kernel with the feature 'link_update_order' (see `cgswap "
			     "features`), or detach the link and attach the new program");
	else
		error_remedy(
			"allow this process to create a scratch cgroup below the cgroup2 mount, "
			"where cgswap can probe it");
	return status;
}

enum cgswap_status replace_error_order_unsearched(const struct cgswap_step *step, int errnum)
{
	const struct chain_state *chain = step->target.chain;

	return error_from_errno(
		chain->cgroup->kernel, 0, errnum,
		"%s{attach_type} of '%s'{cgroup} cannot be searched for preorder entries",
		chain->type->short_name, chain->cgroup->path);
}

/* ---- verification ---------------------------------------------------------------------------- */

enum cgswap_status replace_error_misplaced(const struct cgswap_step *step, size_t position,
					   size_t count, bool restored, int errnum)
{
	const struct chain_state *chain = step->target.chain;
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text, "program %u{program_id} was expected at ", step->new->info.id);
	if (step->target.position_known)
		error_text_add(&text, "position %zu{expected}", step->target.position);
	else
		error_text_add(&text, "the position of link %u{link_id}", step->target.link_id);
	error_text_add(&text, " of %s{attach_type} of '%s'{cgroup}, but is ",
		       chain->type->short_name, chain->cgroup->path);
	if (position < count)
		error_text_add(&text, "attached at position %zu{found} of %zu{count}", position,
			       count);
	else
		error_text_add(&text, "not attached there");
	if (restored)
		return error_set_text(CGSWAP_CAUSE_VERIFY_FAILED, 0, &text);
	error_text_add(&text, "; the chain could not be restored");
	return error_set_text(CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, errnum, &text);
}

enum cgswap_status replace_error_still_attached(const struct cgswap_step *step, size_t position,
						size_t count)
{
	const struct chain_state *chain = step->target.chain;

	return error_set(
		CGSWAP_CAUSE_VERIFY_FAILED, 0,
		"program %u{program_id} was detached from %s{attach_type} of '%s'{cgroup}, "
		"but is attached at position %zu{found} of %zu{count}",
		step->target.old->info.id, chain->type->short_name, chain->cgroup->path, position,
		count);
}

/* ---- commit and rollback --------------------------------------------------------------------- */

enum cgswap_status replace_error_dry_run(void)
{
	return error_bad_argument("the replace was created with dry_run, and can only be checked");
}

enum cgswap_status replace_error_committed(void)
{
	return error_bad_argument("the replace is already committed; roll it back first");
}

/* Says when the commit ended: "after 3 of 10 steps". */
static void replace_text_when(struct error_text *text, size_t done, size_t total)
{
	if (!done && total > 1)
		error_text_add(text, "before the first of %zu{total} steps", total);
	else if (!done)
		error_text_add(text, "before the first step");
	else if (total == 1)
		error_text_add(text, "after the only step");
	else if (done == total)
		error_text_add(text, "after all %zu{total} steps", total);
	else
		error_text_add(text, "after %zu{count} of %zu{total} steps", done, total);
}

enum cgswap_status replace_error_cancelled(const struct cgswap_replace *replace, const char *by)
{
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text, "%s stopped the commit ", by);
	replace_text_when(&text, replace->run.done, replace->length);
	return error_set_text(CGSWAP_CAUSE_CANCELLED, 0, &text);
}

enum cgswap_status replace_error_unhealthy(const struct cgswap_replace *replace, const char *said)
{
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text, "the health check failed ");
	replace_text_when(&text, replace->run.done, replace->length);
	if (*said)
		error_text_add(&text, ": '%s'{found}", said);
	return error_set_text(CGSWAP_CAUSE_HEALTH_CHECK_FAILED, 0, &text);
}

enum cgswap_status replace_error_rollback_incomplete(const struct cgswap_replace *replace,
						     size_t left, const struct cgswap_step *example,
						     const struct error_text *began_with)
{
	const struct chain_state *chain = example->target.chain;
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text,
		       "%zu{count} of %zu{total} steps could not be rolled back, one of them in "
		       "%s{attach_type} of '%s'{cgroup} (%s)",
		       left, replace->length, chain->type->short_name, chain->cgroup->path,
		       cgswap_cause_get_name(example->result.cause));
	if (began_with && began_with->length) {
		error_text_add(&text, "; the first error was: ");
		error_text_add_text(&text, began_with);
	}
	return error_set_text(CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, 0, &text);
}
