/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/explain_chain.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "cgroup/link_scan.h"
#include "explain/ancestor.h"
#include "kernel/capability.h"
#include "program/program.h"
#include "kernel/errno_error.h"

static const char *explain_mode_name(uint32_t mode)
{
	if (mode & KERNEL_MULTI)
		return cgswap_mode_get_name(CGSWAP_MODE_MULTI);
	if (mode & KERNEL_OVERRIDE)
		return cgswap_mode_get_name(CGSWAP_MODE_OVERRIDE);
	return cgswap_mode_get_name(CGSWAP_MODE_NONE);
}

/* Lists the entries: "program 12 (fw), 14 (count) and 5 more", or "nothing". */
static void explain_add_programs(struct error_text *text, struct kernel *kernel,
				 const struct snapshot *chain)
{
	char label[PROGRAM_LABEL_SIZE];
	enum { SHOWN = 4 };

	if (!chain->count)
		error_text_add(text, "nothing");
	for (size_t i = 0; i < chain->count && i < SHOWN; i++)
		error_text_add(text, "%s%s{candidate}", i ? ", " : "program ",
			       program_label(label, kernel, chain->ids[i]));
	if (chain->count > SHOWN)
		error_text_add(text, " and %zu{count} more", chain->count - SHOWN);
}

/*
 * Sets the link that holds a program, 0 if links cannot be listed. Returns false if there is none.
 */
static bool explain_find_link(uint32_t *link_id, const struct cgroup *cgroup,
			      const struct attach_type *type, uint32_t program_id)
{
	struct link_scan links;

	*link_id = 0;
	if (link_scan_read(&links, cgroup, type->number))
		return true;
	*link_id = link_scan_find(&links, program_id);
	link_scan_free(&links);
	return *link_id;
}

/* The link that held it is gone, or never was: the chain or the cgroup changed meanwhile. */
static enum cgswap_status explain_no_longer_held(const struct cgroup *cgroup,
						 const struct attach_type *type, const char *named,
						 uint32_t program_id)
{
	struct snapshot now = { 0 };
	enum cgswap_status status;
	int err;

	err = snapshot_read(&now, cgroup->session, cgroup_fd(cgroup), type->number, 0);
	if (err)
		status = explain_query(cgroup->session, cgroup, type, -err);
	else if (snapshot_occurrences(&now, program_id))
		status = error_set(CGSWAP_CAUSE_LOST_RACE, ENOENT,
				   "'%s'{selector} in %s{attach_type} of '%s'{cgroup} was detached "
				   "and attached again meanwhile",
				   named, type->short_name, cgroup->path);
	else
		status = explain_lost(cgroup, type, &now, named, program_id, ENOENT);
	snapshot_free(&now);
	return status;
}

enum cgswap_status explain_held(const struct cgroup *cgroup, const struct attach_type *type,
				const char *named, uint32_t program_id)
{
	uint32_t link_id;

	if (!explain_find_link(&link_id, cgroup, type, program_id))
		return explain_no_longer_held(cgroup, type, named, program_id);
	return explain_held_by(cgroup, type, named, link_id);
}

/* True if a policy forbids to look for the link. */
static bool explain_links_denied(const struct cgroup *cgroup, const struct attach_type *type,
				 int *errnum)
{
	struct link_scan links;
	int err = link_scan_read(&links, cgroup, type->number);

	if (!err)
		link_scan_free(&links);
	*errnum = -err;
	return err && capability_is_not_missing(cgroup->kernel, CAPABILITY_BY_ID, err);
}

enum cgswap_status explain_held_by(const struct cgroup *cgroup, const struct attach_type *type,
				   const char *named, uint32_t link_id)
{
	struct error_text text;
	int errnum;

	if (!link_id && explain_links_denied(cgroup, type, &errnum))
		return error_from_errno(cgroup->kernel, CAPABILITY_BY_ID, errnum,
					"the link that holds '%s'{selector} in %s{attach_type} of "
					"'%s'{cgroup} cannot be found",
					named, type->short_name, cgroup->path);
	error_text_clear(&text);
	error_text_add(&text, "'%s'{selector} in %s{attach_type} of '%s'{cgroup} is held by ",
		       named, type->short_name, cgroup->path);
	if (link_id)
		error_text_add(&text, "link %u{link_id}", link_id);
	else
		error_text_add(&text, "a link");
	error_text_add(&text, ", and can be changed only through that link");
	error_set_text(CGSWAP_CAUSE_HELD_BY_LINK, 0, &text);
	if (link_id)
		error_remedy("name the entry by link:%u", link_id);
	return CGSWAP_E_NOT_ATTACHED;
}

enum cgswap_status explain_mode(const struct cgroup *cgroup, const struct attach_type *type,
				uint32_t has, uint32_t wanted)
{
	enum cgswap_status status;

	status = error_set(
		CGSWAP_CAUSE_OWN_MODE_CONFLICT, EPERM,
		"%s{attach_type} of '%s'{cgroup} is in %s mode, and %s mode was requested",
		type->short_name, cgroup->path, explain_mode_name(has), explain_mode_name(wanted));
	if (!(has & KERNEL_MULTI))
		error_remedy(
			"attach in %s mode, which overwrites the attached program, or detach that "
			"program first",
			explain_mode_name(has));
	return status;
}

enum cgswap_status explain_revision(const struct cgroup *cgroup, const struct attach_type *type,
				    uint64_t has, uint64_t expected, int errnum)
{
	if (!has)
		return error_set(CGSWAP_CAUSE_REVISION_CHANGED, errnum,
				 "%s{attach_type} of '%s'{cgroup} is not at the expected revision "
				 "%llu{expected}",
				 type->short_name, cgroup->path, (unsigned long long)expected);
	return error_set(
		CGSWAP_CAUSE_REVISION_CHANGED, errnum,
		"%s{attach_type} of '%s'{cgroup} is at revision %llu{found}; expected revision "
		"%llu{expected}",
		type->short_name, cgroup->path, (unsigned long long)has,
		(unsigned long long)expected);
}

enum cgswap_status explain_lost(const struct cgroup *cgroup, const struct attach_type *type,
				const struct snapshot *now, const char *named, uint32_t id,
				int errnum)
{
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text,
		       "another process removed '%s'{selector} (id %u{program_id}) from "
		       "%s{attach_type} of '%s'{cgroup}; attached now: ",
		       named, id, type->short_name, cgroup->path);
	explain_add_programs(&text, cgroup->kernel, now);
	return error_set_text(CGSWAP_CAUSE_LOST_RACE, errnum, &text);
}

/* True if a query with these flags lists the program. Returns a negative errno if it fails. */
static int explain_lists(struct cgswap_session *session, const struct cgroup *cgroup,
			 const struct attach_type *type, uint32_t flags, uint32_t id)
{
	struct snapshot found = { 0 };
	int err = snapshot_read(&found, session, cgroup_fd(cgroup), type->number, flags);
	bool lists = snapshot_occurrences(&found, id);

	snapshot_free(&found);
	return err ? err : lists;
}

/*
 * Finds the ancestor that has the program which runs here. Sets *hidden if none of those that can
 * be seen has it, since it is above this cgroup namespace: it still runs, and was not attached here
 * meanwhile.
 */
static void explain_find_above(struct ancestor *above, bool *hidden, struct cgswap_session *session,
			       const struct cgroup *cgroup, const struct attach_type *type,
			       uint32_t id)
{
	int runs = explain_lists(session, cgroup, type, KERNEL_QUERY_EFFECTIVE, id);
	uint32_t program;

	if (runs)
		ancestor_find(above, session, cgroup, type->number, id);
	*hidden = runs > 0 && !above->found &&
		  ancestor_is_hidden(cgroup, session, type->number, &program) &&
		  explain_lists(session, cgroup, type, 0, id) == 0 &&
		  explain_lists(session, cgroup, type, KERNEL_QUERY_EFFECTIVE, id) > 0;
}

enum cgswap_status explain_absent(struct cgswap_session *session, const struct cgroup *cgroup,
				  const struct attach_type *type, const struct snapshot *own,
				  const char *named, uint32_t id, int errnum)
{
	struct ancestor above = { 0 };
	enum cgswap_status status;
	struct error_text text;
	bool hidden = false;

	error_text_clear(&text);
	if (id)
		explain_find_above(&above, &hidden, session, cgroup, type, id);
	if (above.found || hidden) {
		error_text_add(&text,
			       "'%s'{selector} runs in %s{attach_type} of '%s'{cgroup}, but is "
			       "attached to ",
			       named, type->short_name, cgroup->path);
		if (hidden)
			error_text_add(&text, "a cgroup above this cgroup namespace");
		else
			ancestor_add_label(&text, above.path);
		error_text_add(&text, ", not to this cgroup");
		status = error_set_text(CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR, errnum, &text);
		if (hidden)
			error_remedy("change that chain outside of this cgroup namespace");
		else if (*above.path)
			error_remedy("change the chain of '%s' instead", above.path);
	} else if (!own->count) {
		status = error_set(
			CGSWAP_CAUSE_CHAIN_EMPTY, errnum,
			"'%s'{selector} is not attached: %s{attach_type} of '%s'{cgroup} is empty",
			named, type->short_name, cgroup->path);
	} else {
		error_text_add(&text,
			       "'%s'{selector} is not attached to %s{attach_type} of "
			       "'%s'{cgroup}; attached: ",
			       named, type->short_name, cgroup->path);
		explain_add_programs(&text, cgroup->kernel, own);
		status = error_set_text(CGSWAP_CAUSE_NOT_ATTACHED, errnum, &text);
	}
	snapshot_free(&above.chain);
	return status;
}

enum cgswap_status explain_query(struct cgswap_session *session, const struct cgroup *cgroup,
				 const struct attach_type *type, int errnum)
{
	switch (errnum) {
	case ENOENT:
		return error_set(CGSWAP_CAUSE_CGROUP_GONE, errnum,
				 "cgroup '%s'{cgroup} was removed", cgroup->path);
	case EINVAL:
		if (!session_feature(session, CGSWAP_FEATURE_MULTI))
			return error_set(CGSWAP_CAUSE_KERNEL_LACKS_CGROUP_BPF, errnum,
					 "this kernel cannot attach BPF programs to cgroups");
		error_set(CGSWAP_CAUSE_ATTACH_TYPE_UNSUPPORTED, errnum,
			  "this kernel does not have the attach type %s{attach_type}", type->name);
		error_remedy("use a newer kernel, or a program for another attach type");
		return CGSWAP_E_UNSUPPORTED;
	default:
		return error_from_errno(session->kernel, CAPABILITY_TO_QUERY, errnum,
					"%s{attach_type} of '%s'{cgroup} cannot be read",
					type->short_name, cgroup->path);
	}
}
