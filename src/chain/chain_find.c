/* SPDX-License-Identifier: BSD-2-Clause */
/* Which entry of a chain a selector names. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "chain/chain_find.h"

#include "chain/chain.h"
#include "base/error.h"
#include "explain/explain.h"
#include "cgroup/link_scan.h"
#include "kernel/errno_error.h"
#include "load/source.h"

static enum cgswap_status target_of_program(struct selector_target *out, struct kernel *kernel,
					    int fd, const char *given)
{
	struct kernel_program info;
	int err = kernel->ops->program_info(kernel, fd, &info);

	if (err)
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -err,
					"the kernel tells nothing of the program %.200s", given);
	out->program_id = info.id;
	return CGSWAP_OK;
}

static enum cgswap_status target_of_link(struct selector_target *out, struct kernel *kernel, int fd,
					 const char *given)
{
	struct kernel_link info;
	int err = kernel->ops->link_info(kernel, fd, &info);

	if (err)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -err,
					"the kernel tells nothing of the link %.200s", given);
	if (!info.of_cgroup)
		return error_set(CGSWAP_CAUSE_NOT_A_LINK, 0, "%.200s is no link to a cgroup",
				 given);
	out->link = info;
	out->program_id = info.program_id;
	return CGSWAP_OK;
}

static enum cgswap_status target_of_fd(struct selector_target *out, struct kernel *kernel, int fd,
				       const char *given)
{
	switch (kernel->ops->kind(kernel, fd)) {
	case KERNEL_IS_LINK:
		return target_of_link(out, kernel, fd, given);
	case KERNEL_IS_PROGRAM:
		return target_of_program(out, kernel, fd, given);
	default:
		return program_error_kind(kernel, fd, given);
	}
}

static enum cgswap_status target_of_pin(struct selector_target *out, struct kernel *kernel,
					const char *path)
{
	enum cgswap_status status;
	int fd = kernel->ops->pin_open(kernel, path);

	if (fd < 0)
		return source_error_pin(kernel, path, -fd);
	status = target_of_fd(out, kernel, fd, path);
	kernel->ops->close(kernel, fd);
	return status;
}

static enum cgswap_status target_of_link_id(struct selector_target *out,
					    struct cgswap_session *session,
					    const struct selector *selector)
{
	struct kernel *kernel = session->kernel;
	enum cgswap_status status;
	int fd;

	status = session_check_feature(session, CGSWAP_FEATURE_LINK_ID);
	if (status)
		return status;
	fd = link_open_by_id(kernel, selector->number);
	if (fd == -ENOENT || fd == -EAGAIN)
		return error_set(CGSWAP_CAUSE_NOT_A_LINK, -fd, "there is no link %u",
				 selector->number);
	if (fd < 0)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -fd,
					"%s cannot be opened by its id", selector->given);
	status = target_of_link(out, kernel, fd, selector->given);
	kernel->ops->close(kernel, fd);
	return status;
}

enum cgswap_status chain_find_target(struct selector_target *out, struct cgswap_session *session,
				     const struct selector *selector)
{
	struct kernel *kernel = session->kernel;

	*out = (struct selector_target){ 0 };
	switch (selector->form) {
	case SELECT_ID:
		out->program_id = selector->number;
		return CGSWAP_OK;
	case SELECT_FD:
		return target_of_fd(out, kernel, selector->fd, selector->given);
	case SELECT_PIN:
		return target_of_pin(out, kernel, selector->text);
	case SELECT_LINK:
		return target_of_link_id(out, session, selector);
	default:
		return CGSWAP_OK;
	}
}

static bool selector_fits_entry(const struct cgswap_entry *entry, const struct selector *selector,
				const struct selector_target *target)
{
	switch (selector->form) {
	case SELECT_POSITION:
		return entry->position == selector->number;
	case SELECT_NAME:
	case SELECT_TAG:
		return entry->known &&
		       selector_fits(selector, entry->info.name, entry->name, entry->tag);
	default:
		return entry->id == target->program_id;
	}
}

/* The id of a program that fits and runs here from further up; 0: there is none. */
static uint32_t find_at_ancestor(struct cgswap_chain *chain, const struct selector *selector)
{
	struct kernel *kernel = chain->session->kernel;
	char name[PROGRAM_NAME_SIZE], tag[PROGRAM_TAG_SIZE];
	struct snapshot effective = { 0 };
	struct kernel_program info;
	uint32_t found = 0;

	if (snapshot_read(&effective, chain->session, chain->cgroup->fd, chain->type->number,
			  KERNEL_QUERY_EFFECTIVE))
		effective.count = 0;
	for (size_t i = 0; i < effective.count && !found; i++) {
		int fd = kernel->ops->program_by_id(kernel, effective.ids[i]);

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
	return found;
}

/* By which links, and how often plainly, one program stands in several places; false: not known. */
static bool list_link_holders(char *out, size_t size, const struct cgswap_chain *chain, uint32_t id)
{
	size_t held, places = snapshot_occurrences(&chain->now, id), length = 0, said = 0;
	struct link_scan links;

	if (link_scan_read(&links, chain->session->kernel, chain->cgroup->id, chain->type->number))
		return false;
	held = link_scan_count(&links, id);
	for (size_t i = 0; i < links.count && said < 6; i++)
		if (links.list[i].program_id == id)
			length += snprintf(out + length, size - length, "%slink:%u",
					   said++ ? ", " : "", links.list[i].link_id);
	link_scan_free(&links);
	if (held > said)
		length += snprintf(out + length, size - length, " and others");
	if (held < places)
		snprintf(out + length, size - length, "%s", held ? ", one plain" : "nobody's link");
	return held > 0;
}

enum cgswap_status chain_error_several(const struct cgswap_chain *chain, const char *given,
				       const size_t *matches, size_t count)
{
	const struct cgswap_entry *first = &chain->entries[matches[0]];
	enum { SHOWN = 6 };
	bool twins = true;
	size_t length = 0;
	char list[200], holders[160];

	for (size_t i = 0; i < count; i++) {
		const struct cgswap_entry *entry = &chain->entries[matches[i]];

		twins &= entry->id == first->id;
		if (i < SHOWN)
			length += snprintf(list + length, sizeof(list) - length,
					   "%spos:%zu (id %u)", i ? ", " : "", entry->position,
					   entry->id);
	}
	error_set(CGSWAP_CAUSE_SELECTOR_AMBIGUOUS, 0, "%.200s fits %zu entries of %s of %s: %s%s",
		  given, count, chain->type->short_name, chain->cgroup->path, list,
		  count > SHOWN ? " ..." : "");
	if (twins && list_link_holders(holders, sizeof(holders), chain, first->id))
		error_remedy(
			"it is one program in several places, held by %s; name the link that is "
			"meant",
			holders);
	else if (twins)
		error_remedy(
			"it is one program in several places; name the link that holds the one that "
			"is meant, by its pin or as link:N");
	return CGSWAP_E_ARGUMENT;
}

/* An entry of which the kernel would not tell: it may be the one that is wanted. */
static const struct cgswap_entry *find_unreadable_pin(const struct cgswap_chain *chain)
{
	for (size_t i = 0; i < chain->now.count; i++)
		if (chain->entries[i].errnum && chain->entries[i].errnum != ENOENT)
			return &chain->entries[i];
	return NULL;
}

static enum cgswap_status error_no_match(struct cgswap_chain *chain,
					 const struct selector *selector,
					 const struct selector_target *target)
{
	uint32_t id = target->program_id;

	if (selector->form == SELECT_POSITION && chain->now.count)
		return error_set(CGSWAP_CAUSE_NOT_ATTACHED, 0,
				 "%s is past the end: %s of %s has %zu entries", selector->given,
				 chain->type->short_name, chain->cgroup->path, chain->now.count);
	if (!id && (selector->form == SELECT_NAME || selector->form == SELECT_TAG)) {
		const struct cgswap_entry *dark = find_unreadable_pin(chain);

		if (dark)
			return error_from_errno(chain->session->kernel, CAPABILITY_BY_ID,
						dark->errnum,
						"whether program %u in %s of %s is %.200s "
						"cannot be told",
						dark->id, chain->type->short_name,
						chain->cgroup->path, selector->given);
		id = find_at_ancestor(chain, selector);
	}
	return explain_absent(chain->session, chain->cgroup, chain->type, &chain->now,
			      selector->given, id, 0);
}

/* A link tells by itself what it belongs to. */
static enum cgswap_status check_link_chain(const struct cgswap_chain *chain, const char *given,
					   const struct kernel_link *link)
{
	const struct attach_type *type = attach_type_by_number(link->attach_type);

	if (!link->cgroup_id)
		return error_set(CGSWAP_CAUSE_LINK_DETACHED, 0,
				 "%.200s, link %u, is attached to nothing any more", given,
				 link->id);
	if (link->cgroup_id == chain->cgroup->id && link->attach_type == chain->type->number)
		return CGSWAP_OK;
	return error_set(
		CGSWAP_CAUSE_NOT_ATTACHED, 0,
		"%.200s, link %u, is attached to %s of %s cgroup, and %s of %s was asked for",
		given, link->id, type ? type->short_name : "another hook",
		link->cgroup_id == chain->cgroup->id ? "this" : "another", chain->type->short_name,
		chain->cgroup->path);
}

enum cgswap_status chain_match(struct cgswap_chain *chain, const struct selector *selector,
			       const struct selector_target *target, size_t *matches, size_t *count)
{
	bool by_words = selector->form == SELECT_NAME || selector->form == SELECT_TAG;
	enum cgswap_status status = CGSWAP_OK;

	*count = 0;
	if (target->link.id)
		status = check_link_chain(chain, selector->given, &target->link);
	if (!status)
		status = chain_describe(chain, by_words ? CGSWAP_DESCRIBE_PROGRAMS : 0);
	if (status)
		return status;
	for (size_t i = 0; i < chain->now.count && *count < KERNEL_CHAIN_MAX; i++)
		if (selector_fits_entry(&chain->entries[i], selector, target))
			matches[(*count)++] = i;
	return *count ? CGSWAP_OK : error_no_match(chain, selector, target);
}

enum cgswap_status chain_find(struct cgswap_chain *chain, const char *text, size_t *position)
{
	size_t matches[KERNEL_CHAIN_MAX], count;
	struct selector_target target;
	struct selector selector;
	enum cgswap_status status;

	status = selector_parse(&selector, text);
	if (!status)
		status = chain_find_target(&target, chain->session, &selector);
	if (!status)
		status = chain_match(chain, &selector, &target, matches, &count);
	if (status)
		return status;
	if (count > 1)
		return chain_error_several(chain, selector.given, matches, count);
	*position = matches[0];
	return CGSWAP_OK;
}

enum cgswap_status cgswap_chain_find(cgswap_chain *chain, const char *selector, size_t *position)
{
	enum cgswap_status status;

	if (position)
		*position = 0;
	status = handle_enter(chain ? &chain->handle : NULL, "find");
	if (status)
		return status;
	if (position)
		status = chain_find(chain, selector, position);
	else
		status = error_bad_argument("position is NULL");
	return handle_leave(&chain->handle, status);
}
