/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/chain_find.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cgroup/link_scan.h"
#include "explain/explain_chain.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"

static bool match_entry(const struct cgswap_entry *entry, const struct selector *selector,
			const struct chain_target *target)
{
	switch (selector->form) {
	case SELECT_POSITION:
		return entry->position == selector->number;
	case SELECT_NAME:
	case SELECT_TAG:
		return entry->program && selector_fits(selector, entry->program->info.name,
						       entry->program->name, entry->program->tag);
	default:
		return entry->id == target->program_id;
	}
}

/*
 * Sets the id of a matching program that runs here from an ancestor, 0: none. Returns 0, or the
 * negative errno of a query that failed.
 */
static int match_effective(uint32_t *out, struct cgswap_chain *chain,
			   const struct selector *selector)
{
	struct kernel *kernel = chain->session->kernel;
	char name[PROGRAM_NAME_SIZE], tag[PROGRAM_TAG_SIZE];
	struct snapshot effective = { 0 };
	struct kernel_program info;
	uint32_t found = 0;
	int err;

	err = snapshot_read(&effective, chain->session, cgroup_fd(chain->cgroup),
			    chain->type->number, KERNEL_QUERY_EFFECTIVE);
	if (err)
		effective.count = 0;
	for (size_t i = 0; i < effective.count && !found; i++) {
		int fd;

		/* the entries of the chain itself have been compared */
		if (snapshot_occurrences(&chain->now, effective.ids[i]))
			continue;
		fd = kernel->ops->program_by_id(kernel, effective.ids[i]);
		if (fd < 0)
			continue;
		if (kernel->ops->program_info(kernel, fd, &info) == 0) {
			program_name(name, sizeof(name), kernel, fd, &info);
			program_tag(tag, &info);
			if (selector_fits(selector, info.name, name, tag))
				found = info.id;
		}
		kernel->ops->close(kernel, fd);
	}
	snapshot_free(&effective);
	*out = found;
	return err;
}

/* Returns an entry that could not be read, and so may be the one that the selector names. */
static const struct cgswap_entry *match_unread_entry(const struct cgswap_chain *chain)
{
	for (size_t i = 0; i < chain->now.count; i++)
		if (chain->entries[i].errnum && chain->entries[i].errnum != ENOENT)
			return &chain->entries[i];
	return NULL;
}

/*
 * A program that cannot be read may have the name too. It is read again, since the error names the
 * command that was denied last.
 */
static enum cgswap_status check_all_read(const struct cgswap_chain *chain,
					 const struct selector *selector)
{
	const struct cgswap_entry *unread = match_unread_entry(chain);
	struct kernel *kernel = chain->session->kernel;
	int fd;

	if (!unread)
		return CGSWAP_OK;
	fd = kernel->ops->program_by_id(kernel, unread->id);
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	error_from_errno(kernel, CAPABILITY_BY_ID, unread->errnum,
			 "program %u{program_id} in %s{attach_type} of '%s'{cgroup} cannot be "
			 "compared with '%.200s'{selector}",
			 unread->id, chain->type->short_name, chain->cgroup->path, selector->given);
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_DENIED_BY_POLICY)
		error_remedy("name one entry with id:, link: or pos:");
	return cgswap_error_get_status(cgswap_last_error());
}

static enum cgswap_status error_no_match(struct cgswap_chain *chain,
					 const struct selector *selector,
					 const struct chain_target *target)
{
	const char *type = chain->type->short_name, *path = chain->cgroup->path;
	uint32_t id = target->program_id;

	if (selector->form == SELECT_POSITION && chain->now.count)
		return error_set(
			CGSWAP_CAUSE_NOT_ATTACHED, 0,
			"'%s'{selector} is past the end: %s{attach_type} of '%s'{cgroup} has "
			"%zu{count} entries",
			selector->given, type, path, chain->now.count);
	/* the link is in this chain, so the chain was read before the link was updated */
	if (target->link.id)
		return error_set(CGSWAP_CAUSE_LOST_RACE, ENOENT,
				 "'%s'{selector} (link %u{link_id}) in %s{attach_type} of "
				 "'%s'{cgroup} was updated after the chain was read",
				 selector->given, target->link.id, type, path);
	if (!id && (selector->form == SELECT_NAME || selector->form == SELECT_TAG)) {
		/* the cgroup was removed since the chain was read */
		if (match_effective(&id, chain, selector) == -ENOENT)
			return explain_query(chain->session, chain->cgroup, chain->type, ENOENT);
	}
	return explain_absent(chain->session, chain->cgroup, chain->type, &chain->now,
			      selector->given, id, 0);
}

/* Checks the cgroup and the attach type of a link. */
static enum cgswap_status check_match_link(const struct cgswap_chain *chain,
					   const struct selector *selector,
					   const struct kernel_link *link)
{
	const struct attach_type *type = attach_type_by_number(link->attach_type);
	bool same_cgroup = link->cgroup_id == chain->cgroup->id;

	if (!link->cgroup_id)
		return error_set(CGSWAP_CAUSE_LINK_DETACHED, 0,
				 "link %u{link_id}, which '%.200s'{selector} selects, was detached",
				 link->id, selector->given);
	if (same_cgroup && link->attach_type == chain->type->number)
		return CGSWAP_OK;
	return error_set(
		CGSWAP_CAUSE_NOT_ATTACHED, 0,
		"'%.200s'{selector} (link %u{link_id}) is attached to %s of %s cgroup, not to "
		"%s{attach_type} of '%s'{cgroup}",
		selector->given, link->id, type ? type->short_name : "another attach type",
		same_cgroup ? "this" : "another", chain->type->short_name, chain->cgroup->path);
}

enum cgswap_status chain_match(struct chain_match *out, struct cgswap_chain *chain,
			       const struct selector *selector)
{
	bool needs_names = selector->form == SELECT_NAME || selector->form == SELECT_TAG;
	enum cgswap_status status;

	out->count = 0;
	status = chain_target_read(&out->target, chain->session, selector);
	if (!status && out->target.link.id)
		status = check_match_link(chain, selector, &out->target.link);
	if (!status)
		status = chain_describe(chain, needs_names ? CGSWAP_DESCRIBE_PROGRAMS : 0);
	if (!status && needs_names)
		status = check_all_read(chain, selector);
	if (status)
		return status;
	for (size_t i = 0; i < chain->now.count && out->count < KERNEL_CHAIN_MAX; i++)
		if (match_entry(&chain->entries[i], selector, &out->target))
			out->positions[out->count++] = i;
	return out->count ? CGSWAP_OK : error_no_match(chain, selector, &out->target);
}

/* Lists the links that hold a program: "link:5, link:7 and others, one plain". False: none. */
static bool ambiguous_list_links(char *out, size_t size, const struct cgswap_chain *chain,
				 uint32_t id)
{
	size_t held, length = 0, listed = 0;
	struct link_scan links;
	enum { SHOWN = 6 };

	if (link_scan_read(&links, chain->cgroup, chain->type->number))
		return false;
	held = link_scan_count(&links, id);
	for (size_t i = 0; i < links.count && listed < SHOWN; i++)
		if (links.list[i].program_id == id)
			length += snprintf(out + length, size - length, "%slink:%u",
					   listed++ ? ", " : "", links.list[i].link_id);
	link_scan_free(&links);
	if (held > listed)
		length += snprintf(out + length, size - length, " and others");
	if (held && held < snapshot_occurrences(&chain->now, id))
		snprintf(out + length, size - length, " (one entry has no link)");
	return held > 0;
}

/*
 * Positions do not distinguish entries of one program, since the kernel identifies them by program.
 */
static void error_ambiguous_remedy(const struct cgswap_chain *chain, uint32_t id)
{
	char links[160];

	if (ambiguous_list_links(links, sizeof(links), chain, id))
		error_remedy("select one entry by its link: %s", links);
	else
		error_remedy("select one entry by its link, as link:N or by the pin of the link");
}

enum cgswap_status chain_error_ambiguous(const struct cgswap_chain *chain,
					 const struct selector *selector,
					 const struct chain_match *match)
{
	uint32_t first = chain->now.ids[match->positions[0]];
	bool one_program = true;
	enum { SHOWN = 6 };
	struct error_text text;
	char candidate[48];

	error_text_clear(&text);
	error_text_add(&text,
		       "'%.200s'{selector} matches %zu{count} entries of %s{attach_type} of "
		       "'%s'{cgroup}: ",
		       selector->given, match->count, chain->type->short_name, chain->cgroup->path);
	for (size_t i = 0; i < match->count; i++) {
		size_t position = match->positions[i];
		uint32_t id = chain->now.ids[position];

		one_program &= id == first;
		if (i >= SHOWN)
			continue;
		snprintf(candidate, sizeof(candidate), "pos:%zu (id %u)", position, id);
		error_text_add(&text, "%s%s{candidate}", i ? ", " : "", candidate);
	}
	if (match->count > SHOWN)
		error_text_add(&text, " ...");
	error_set_text(CGSWAP_CAUSE_SELECTOR_AMBIGUOUS, 0, &text);
	if (one_program)
		error_ambiguous_remedy(chain, first);
	return CGSWAP_E_ARGUMENT;
}

enum cgswap_status chain_find(struct cgswap_chain *chain, const char *text, size_t *position)
{
	struct selector selector;
	enum cgswap_status status;
	struct chain_match match;

	status = selector_parse(&selector, text);
	if (!status)
		status = chain_match(&match, chain, &selector);
	if (status)
		return status;
	if (match.count > 1)
		return chain_error_ambiguous(chain, &selector, &match);
	*position = match.positions[0];
	return CGSWAP_OK;
}

enum cgswap_status cgswap_chain_find(cgswap_chain *chain, const char *selector, size_t *position)
{
	enum cgswap_status status;

	if (position)
		*position = 0;
	status = chain_enter(chain, "find");
	if (status)
		return status;
	if (position)
		status = chain_find(chain, selector, position);
	else
		status = error_bad_argument("'%s'{option} is NULL", "position");
	return chain_leave(chain, status);
}
