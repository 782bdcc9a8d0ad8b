/* SPDX-License-Identifier: BSD-2-Clause */
/* Which entry of a chain a selector names. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "error.h"
#include "explain.h"
#include "links.h"
#include "privilege.h"
#include "selector.h"
#include "source.h"

/* What a selector came to: a program by its id, a link by its id, or neither. */
struct target {
	uint32_t program_id;
	uint32_t link_id;
};

static enum cgswap_status target_of_fd(struct target *out, struct kernel *kernel, int fd,
				       const char *given, const char *operation)
{
	struct kernel_program info;
	int err;

	if (kernel->ops->kind(kernel, fd) != KERNEL_IS_PROGRAM)
		return program_refuse_kind(kernel, fd, given, operation);
	err = kernel->ops->program_info(kernel, fd, &info);
	if (err)
		return refuse_errno(kernel, PRIVILEGE_TO_LOAD, -err, operation,
				    "the kernel tells nothing of the program %.200s", given);
	out->program_id = info.id;
	return CGSWAP_OK;
}

static enum cgswap_status target_of_link(struct target *out, struct kernel *kernel, int fd,
					 const char *given, const char *operation)
{
	struct kernel_link info;

	if (kernel->ops->link_info(kernel, fd, &info) < 0 || !info.of_cgroup)
		return error_set(CGSWAP_CAUSE_NOT_A_LINK, 0, operation,
				 "%.200s is no link to a cgroup", given);
	out->link_id = info.id;
	return CGSWAP_OK;
}

static enum cgswap_status target_of_pin(struct target *out, struct kernel *kernel, const char *path,
					const char *operation)
{
	enum cgswap_status status;
	int fd = kernel->ops->pin_open(kernel, path);

	if (fd < 0)
		return source_refuse_pin(kernel, path, -fd, operation);
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_LINK)
		status = target_of_link(out, kernel, fd, path, operation);
	else
		status = target_of_fd(out, kernel, fd, path, operation);
	kernel->ops->close(kernel, fd);
	return status;
}

static enum cgswap_status target_of_link_id(struct target *out, struct kernel *kernel,
					    const struct selector *selector, const char *operation)
{
	enum cgswap_status status;
	int fd = links_open(kernel, selector->number);

	if (fd == -EPERM || fd == -EACCES)
		return refuse_errno(kernel, PRIVILEGE_BY_ID, -fd, operation,
					"%s cannot be opened by its id", selector->given);
	if (fd < 0)
		return error_set(CGSWAP_CAUSE_NOT_A_LINK, -fd, operation, "there is no link %u",
				 selector->number);
	status = target_of_link(out, kernel, fd, selector->given, operation);
	kernel->ops->close(kernel, fd);
	return status;
}

static enum cgswap_status resolve(struct target *out, struct kernel *kernel,
				  const struct selector *selector, const char *operation)
{
	*out = (struct target){ 0 };
	switch (selector->form) {
	case SELECT_ID:
		out->program_id = selector->number;
		return CGSWAP_OK;
	case SELECT_FD:
		return target_of_fd(out, kernel, selector->fd, selector->given, operation);
	case SELECT_PIN:
		return target_of_pin(out, kernel, selector->text, operation);
	case SELECT_LINK:
		return target_of_link_id(out, kernel, selector, operation);
	default:
		return CGSWAP_OK;
	}
}

static bool entry_fits(const struct cgswap_entry *entry, const struct selector *selector,
		       const struct target *target)
{
	switch (selector->form) {
	case SELECT_POSITION:
		return entry->position == selector->number;
	case SELECT_NAME:
	case SELECT_TAG:
		return entry->known &&
		       selector_fits(selector, entry->info.name, entry->name, entry->tag);
	default:
		return target->link_id ? entry->link_id == target->link_id :
					 entry->id == target->program_id;
	}
}

/* The id of a program that fits and runs here from further up; 0: there is none. */
static uint32_t find_above(struct cgswap_chain *chain, const struct selector *selector)
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

static enum cgswap_status refuse_several(const struct cgswap_chain *chain, const char *given,
					 const size_t *matches, size_t count, const char *operation)
{
	const struct cgswap_entry *first = &chain->entries[matches[0]];
	enum { SHOWN = 6 };
	bool twins = true;
	size_t length = 0;
	char list[200];

	for (size_t i = 0; i < count; i++) {
		const struct cgswap_entry *entry = &chain->entries[matches[i]];

		twins &= entry->id == first->id;
		if (i < SHOWN)
			length += snprintf(list + length, sizeof(list) - length, "%spos:%zu (id %u)",
					   i ? ", " : "", entry->position, entry->id);
	}
	error_set(CGSWAP_CAUSE_SELECTOR_AMBIGUOUS, 0, operation, "%.200s fits %zu entries of %s of %s: %s%s",
		  given, count, chain->type->short_name, chain->cgroup->path, list,
		  count > SHOWN ? " ..." : "");
	if (twins)
		error_remedy("it is one program in several places, by links; act through its link, or "
			     "attach a second copy of it");
	return CGSWAP_E_ARGUMENT;
}

/* An entry of which the kernel would not tell: it may be the one that is wanted. */
static const struct cgswap_entry *find_dark(const struct cgswap_chain *chain)
{
	for (size_t i = 0; i < chain->now.count; i++)
		if (chain->entries[i].errnum && chain->entries[i].errnum != ENOENT)
			return &chain->entries[i];
	return NULL;
}

static enum cgswap_status refuse_none(struct cgswap_chain *chain, const struct selector *selector,
				      const struct target *target, const char *operation)
{
	uint32_t id = target->program_id;

	if (selector->form == SELECT_POSITION && chain->now.count)
		return error_set(CGSWAP_CAUSE_NOT_ATTACHED, 0, operation,
				 "%s is past the end: %s of %s has %zu entries", selector->given,
				 chain->type->short_name, chain->cgroup->path, chain->now.count);
	if (!id && (selector->form == SELECT_NAME || selector->form == SELECT_TAG)) {
		const struct cgswap_entry *dark = find_dark(chain);

		if (dark)
			return refuse_errno(chain->session->kernel, PRIVILEGE_BY_ID, dark->errnum,
					    operation, "whether program %u in %s of %s is %.200s "
						       "cannot be told",
					    dark->id, chain->type->short_name, chain->cgroup->path,
					    selector->given);
		id = find_above(chain, selector);
	}
	return explain_absent(chain->session, chain->cgroup, chain->type, &chain->now,
			      selector->given, id, 0, operation);
}

/* What has to be known of the entries to hold them against the selector. */
static unsigned needs(const struct selector *selector, const struct target *target)
{
	if (selector->form == SELECT_NAME || selector->form == SELECT_TAG)
		return CGSWAP_DESCRIBE_PROGRAMS;
	return target->link_id ? CGSWAP_DESCRIBE_LINKS : 0;
}

static enum cgswap_status find(struct cgswap_chain *chain, const struct selector *selector,
			       size_t *position, const char *operation)
{
	size_t matches[KERNEL_CHAIN_MAX], count = 0;
	enum cgswap_status status;
	struct target target;

	status = resolve(&target, chain->session->kernel, selector, operation);
	if (!status)
		status = chain_describe(chain, needs(selector, &target), operation);
	if (status)
		return status;
	for (size_t i = 0; i < chain->now.count && count < KERNEL_CHAIN_MAX; i++)
		if (entry_fits(&chain->entries[i], selector, &target))
			matches[count++] = i;
	if (count == 0)
		return refuse_none(chain, selector, &target, operation);
	if (count > 1)
		return refuse_several(chain, selector->given, matches, count, operation);
	*position = matches[0];
	return CGSWAP_OK;
}

enum cgswap_status chain_find(struct cgswap_chain *chain, const char *text, size_t *position,
			      const char *operation)
{
	struct selector selector;
	enum cgswap_status status = selector_parse(&selector, text, operation);

	return status ? status : find(chain, &selector, position, operation);
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
		status = chain_find(chain, selector, position, "find");
	else
		status = error_bad_argument("find", "position is NULL");
	return handle_leave(&chain->handle, status);
}

/* A program that stands there twice: the kernel would change the plain one, wherever it is. */
static enum cgswap_status refuse_twins(const struct cgswap_chain *chain, const char *given,
				       uint32_t id, const char *operation)
{
	size_t matches[KERNEL_CHAIN_MAX], count = 0;

	for (size_t i = 0; i < chain->now.count && count < KERNEL_CHAIN_MAX; i++)
		if (chain->now.ids[i] == id)
			matches[count++] = i;
	return refuse_several(chain, given, matches, count, operation);
}

enum cgswap_status chain_refuse_held(struct cgswap_chain *chain, const char *given, size_t position,
				     const char *operation)
{
	const struct cgswap_entry *entry = &chain->entries[position];

	if (chain_describe(chain, CGSWAP_DESCRIBE_LINKS, operation) || !entry->link_id) {
		error_clear();
		return CGSWAP_OK;
	}
	return explain_held(chain->cgroup, chain->type, given, entry->id, operation);
}

/*
 * A descriptor of the program by what named it, a descriptor or a pin: that needs no privilege.
 * -1 where it names no program, or, a pin may be another by now, not this one.
 */
static int open_by_name(struct kernel *kernel, const struct selector *selector, uint32_t id)
{
	struct kernel_program info;
	int fd = -1;

	if (selector->form == SELECT_FD)
		fd = kernel->ops->dup(kernel, selector->fd);
	else if (selector->form == SELECT_PIN)
		fd = kernel->ops->pin_open(kernel, selector->text);
	if (fd < 0)
		return -1;
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM &&
	    kernel->ops->program_info(kernel, fd, &info) == 0 && info.id == id)
		return fd;
	kernel->ops->close(kernel, fd);
	return -1;
}

static enum cgswap_status open_entry(struct program **out, struct cgswap_chain *chain,
				     const struct selector *selector, uint32_t id,
				     const char *operation)
{
	struct kernel *kernel = chain->session->kernel;
	int fd = open_by_name(kernel, selector, id);
	enum cgswap_status status = CGSWAP_OK;

	if (fd < 0)
		status = program_fd_by_id(&fd, kernel, id, operation);
	if (status == CGSWAP_E_NOT_FOUND) {
		/* a program that is attached cannot be gone, so it is attached no more */
		status = chain_read(chain, operation);
		return status ? status :
				explain_lost(chain->cgroup, chain->type, &chain->now,
					     selector->given, id, ENOENT, operation);
	}
	return status ? status : program_from_fd(out, kernel, fd, operation);
}

enum cgswap_status chain_bind(struct program **out, struct cgswap_chain *chain, const char *text,
			      uint64_t revision, size_t *position, const char *operation)
{
	struct selector selector;
	enum cgswap_status status;
	uint32_t id;

	*out = NULL;
	status = selector_parse(&selector, text, operation);
	if (!status)
		status = chain_read(chain, operation);
	if (!status && revision && revision != chain->now.revision)
		status = explain_revision(chain->cgroup, chain->type, chain->now.revision, revision,
					  0, operation);
	if (!status)
		status = find(chain, &selector, position, operation);
	if (status)
		return status;
	id = chain->now.ids[*position];
	if (snapshot_occurrences(&chain->now, id) > 1)
		return refuse_twins(chain, text, id, operation);
	return open_entry(out, chain, &selector, id, operation);
}

struct program *chain_named_program(struct cgswap_chain *chain, const char *text)
{
	struct kernel *kernel = chain->session->kernel;
	struct program *program = NULL;
	struct selector selector;
	struct cgswap_error kept;
	int fd = -1;

	error_save(&kept);
	if (!selector_parse(&selector, text, "find")) {
		if (selector.form == SELECT_ID)
			fd = kernel->ops->program_by_id(kernel, selector.number);
		else if (selector.form == SELECT_FD)
			fd = kernel->ops->dup(kernel, selector.fd);
		else if (selector.form == SELECT_PIN)
			fd = kernel->ops->pin_open(kernel, selector.text);
	}
	if (fd >= 0 && kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM)
		program_from_fd(&program, kernel, fd, "find");
	else if (fd >= 0)
		kernel->ops->close(kernel, fd);
	error_restore(&kept);
	return program;
}

static bool says_absent(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_NOT_ATTACHED || cause == CGSWAP_CAUSE_CHAIN_EMPTY;
}

enum cgswap_status chain_refuse_absent(const struct attempt *attempt, enum cgswap_status status)
{
	struct cgswap_error kept;

	if (!says_absent(cgswap_error_get_cause(cgswap_last_error())))
		return status;
	error_save(&kept);
	if (explain_forecast(attempt) && !says_absent(cgswap_error_get_cause(cgswap_last_error())))
		return cgswap_error_get_status(cgswap_last_error());
	error_restore(&kept);
	return status;
}
