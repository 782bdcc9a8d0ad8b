/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/chain_resolve.h"

#include <errno.h>

#include "base/error.h"
#include "cgroup/plain_probe.h"
#include "chain/chain_find.h"
#include "chain/chain_retry.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "kernel/link_table.h"

void resolved_drop(struct resolved *resolved, struct kernel *kernel)
{
	program_unref(resolved->program);
	if (resolved->link_fd >= 0)
		kernel->ops->close(kernel, resolved->link_fd);
	*resolved = (struct resolved)RESOLVED_NOTHING;
}

/* Opens a descriptor or a pin again, which needs no privilege. -1 for other selectors. */
static int resolve_reopen(struct kernel *kernel, const struct selector *selector)
{
	if (selector->form == SELECT_FD)
		return kernel->ops->dup(kernel, selector->fd);
	if (selector->form == SELECT_PIN)
		return kernel->ops->pin_open(kernel, selector->text);
	return -1;
}

/*
 * Opens the program of this id through its selector; -1 if the selector does not name it any more.
 */
static int resolve_program_by_name(struct kernel *kernel, const struct selector *selector,
				   uint32_t id)
{
	int fd = resolve_reopen(kernel, selector);
	struct kernel_program info;

	if (fd < 0)
		return -1;
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM &&
	    kernel->ops->program_info(kernel, fd, &info) == 0 && info.id == id)
		return fd;
	kernel->ops->close(kernel, fd);
	return -1;
}

static enum cgswap_status resolve_program(struct resolved *out, struct cgswap_chain *chain,
					  const struct selector *selector,
					  const struct program_table *open, uint32_t id)
{
	struct kernel *kernel = chain->session->kernel;
	enum cgswap_status status = CGSWAP_OK;
	int fd;

	out->program = open ? program_table_get(open, id) : NULL;
	if (out->program)
		return program_open(out->program);
	fd = resolve_program_by_name(kernel, selector, id);
	if (fd < 0)
		status = program_fd_by_id(&fd, kernel, id);
	if (status == CGSWAP_E_NOT_FOUND) {
		/* an attached program stays loaded, so this one was detached */
		status = chain_read(chain);
		return status ? status
			      : explain_lost(chain->cgroup, chain->type, &chain->now,
					     selector->given, id, ENOENT);
	}
	return status ? status : program_from_fd(&out->program, kernel, fd);
}

/*
 * Opens the link through its selector, or else by its id; -ENOENT if that now names another link.
 */
static int resolve_open_link(struct kernel *kernel, const struct selector *selector, uint32_t id)
{
	int fd = resolve_reopen(kernel, selector);
	struct kernel_link info;
	int err;

	if (fd < 0 || kernel->ops->kind(kernel, fd) != KERNEL_IS_LINK) {
		if (fd >= 0)
			kernel->ops->close(kernel, fd);
		fd = link_open_by_id(kernel, id);
	}
	if (fd < 0)
		return fd;
	err = kernel->ops->link_info(kernel, fd, &info);
	if (!err && info.id == id)
		return fd;
	kernel->ops->close(kernel, fd);
	return err ? err : -ENOENT;
}

static enum cgswap_status resolve_take_link(struct resolved *out, struct cgswap_chain *chain,
					    const struct selector *selector, uint32_t id)
{
	struct kernel *kernel = chain->session->kernel;

	out->link_id = id;
	out->link_by_fd = selector->form == SELECT_FD && out->link_named;
	out->link_fd = resolve_open_link(kernel, selector, id);
	if (out->link_fd >= 0)
		return CGSWAP_OK;
	if (out->link_fd == -ENOENT)
		return explain_lost(chain->cgroup, chain->type, &chain->now, selector->given,
				    out->program->info.id, ENOENT);
	return error_from_errno(
		kernel, CAPABILITY_BY_ID, -out->link_fd,
		"link %u{link_id}, which holds '%.200s'{selector} in %s{attach_type} of "
		"'%s'{cgroup}, cannot be opened",
		id, selector->given, chain->type->short_name, chain->cgroup->path);
}

/*
 * Finds the link of an entry that was not named by its link. A caller who may not list links goes
 * on without it; the kernel's error then shows that a link holds the entry. The program has no
 * other entry, so one that is plain has no link.
 */
static enum cgswap_status resolve_find_link(struct resolved *out, struct cgswap_chain *chain,
					    const struct selector *selector)
{
	enum cgswap_status status;
	uint32_t link_id;

	if (!(chain->now.mode & KERNEL_MULTI))
		return CGSWAP_OK;
	if (!(chain->described & CGSWAP_DESCRIBE_LINKS) &&
	    plain_probe(chain->cgroup, chain->type, out->program->fd)) {
		out->is_plain = true;
		return CGSWAP_OK;
	}
	status = chain_describe_links(chain);
	link_id = chain->entries[out->position].link_id;
	out->is_plain = !link_id && (chain->described & CGSWAP_DESCRIBE_LINKS);
	return status || !link_id ? status : resolve_take_link(out, chain, selector, link_id);
}

/* Resolves without reading the chain: a descriptor or a pin of the program is enough. */
static enum cgswap_status resolve_unread(struct resolved *out, struct cgswap_chain *chain,
					 const struct selector *selector)
{
	struct kernel *kernel = chain->session->kernel;
	struct cgswap_error refusal;
	int fd;

	error_save(&refusal);
	fd = resolve_reopen(kernel, selector);
	if (fd >= 0 && kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM) {
		out->unread = true;
		return program_from_fd(&out->program, kernel, fd);
	}
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	if (error_is_exhaustion(fd))
		return error_from_errno(kernel, 0, -fd, "'%.200s'{selector} cannot be opened",
					selector->given);
	error_restore(&refusal);
	return cgswap_error_get_status(cgswap_last_error());
}

static void resolve_match_program(struct chain_match *out, const struct cgswap_chain *chain,
				  uint32_t id)
{
	out->count = 0;
	for (size_t i = 0; i < chain->now.count && out->count < KERNEL_CHAIN_MAX; i++)
		if (chain->now.ids[i] == id)
			out->positions[out->count++] = i;
}

/*
 * Without a link only one entry may match, and its program must not have another entry: the kernel
 * identifies entries by program, so a position does not distinguish them.
 */
static enum cgswap_status check_resolve_unique(const struct cgswap_chain *chain,
					       const struct selector *selector,
					       const struct chain_match *match)
{
	struct chain_match same_program;

	if (match->count > 1)
		return chain_error_ambiguous(chain, selector, match);
	resolve_match_program(&same_program, chain, chain->now.ids[match->positions[0]]);
	if (same_program.count > 1)
		return chain_error_ambiguous(chain, selector, &same_program);
	return CGSWAP_OK;
}

static enum cgswap_status resolve_read(struct resolved *out, struct cgswap_chain *chain,
				       const struct selector *selector,
				       const struct program_table *open)
{
	enum cgswap_status status;
	struct chain_match match;
	uint32_t link_id;

	status = chain_match(&match, chain, selector);
	if (status)
		return status;
	link_id = match.target.link.id;
	if (!link_id) {
		status = check_resolve_unique(chain, selector, &match);
		if (status)
			return status;
	}
	out->position = match.positions[0];
	out->position_unknown = match.count > 1;
	status = resolve_program(out, chain, selector, open, chain->now.ids[out->position]);
	if (status)
		return status;
	out->link_named = link_id != 0;
	if (link_id)
		return resolve_take_link(out, chain, selector, link_id);
	return resolve_find_link(out, chain, selector);
}

/* Resolves in one snapshot. */
static enum cgswap_status resolve_once(struct resolved *out, struct cgswap_chain *chain,
				       const struct selector *selector, uint64_t revision,
				       bool may_be_unread, const struct program_table *open)
{
	enum cgswap_status status = chain_read(chain);

	*out = (struct resolved)RESOLVED_NOTHING;
	if (may_be_unread && status == CGSWAP_E_PERMISSION)
		return resolve_unread(out, chain, selector);
	if (!status && revision && revision != chain->now.revision)
		status = explain_revision(chain->cgroup, chain->type, chain->now.revision, revision,
					  0);
	if (!status)
		status = resolve_read(out, chain, selector, open);
	if (status)
		resolved_drop(out, chain->session->kernel);
	return status;
}

/* True if the link was found for the entry, but may belong to one that came later. */
static bool resolve_may_be_wrong(const struct resolved *resolved, const struct cgswap_chain *chain)
{
	return resolved->link_fd >= 0 && !resolved->link_named && chain_has_moved(chain);
}

enum cgswap_status chain_resolve(struct resolved *out, struct cgswap_chain *chain, const char *text,
				 uint64_t revision, bool may_be_unread,
				 const struct program_table *open)
{
	struct retry retry = chain_retry(chain->session);
	struct selector selector;
	enum cgswap_status status;

	*out = (struct resolved)RESOLVED_NOTHING;
	status = selector_parse(&selector, text);
	if (status)
		return status;
	status = resolve_once(out, chain, &selector, revision, may_be_unread, open);
	while (!status && resolve_may_be_wrong(out, chain) && retry_again(&retry)) {
		resolved_drop(out, chain->session->kernel);
		status = resolve_once(out, chain, &selector, revision, may_be_unread, open);
	}
	return status;
}

/*
 * Opens the program that a selector names even outside the chain (id:, fd:, pin:); NULL if it names
 * none. Preserves the last error.
 */
static struct program *resolve_absent_program(struct kernel *kernel, const char *text)
{
	struct program *program = NULL;
	struct selector selector;
	struct cgswap_error saved;
	int fd = -1;

	error_save(&saved);
	if (!selector_parse(&selector, text)) {
		if (selector.form == SELECT_ID)
			fd = kernel->ops->program_by_id(kernel, selector.number);
		else
			fd = resolve_reopen(kernel, &selector);
	}
	if (fd >= 0 && kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM)
		program_from_fd(&program, kernel, fd);
	else if (fd >= 0)
		kernel->ops->close(kernel, fd);
	error_restore(&saved);
	return program;
}

static bool resolve_is_absence(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_NOT_ATTACHED || cause == CGSWAP_CAUSE_CHAIN_EMPTY;
}

enum cgswap_status chain_error_absent(const struct change *change, enum cgswap_status status)
{
	struct change forecast = *change;
	struct cgswap_error absent;
	struct program *named;

	if (!resolve_is_absence(cgswap_error_get_cause(cgswap_last_error())))
		return status;
	named = resolve_absent_program(change->session->kernel, change->named);
	if (!named)
		return status;
	if (change->kind == CHANGE_DETACH)
		forecast.program = named;
	else
		forecast.old = named;
	/* the new program is not loaded yet: find reasons of the kernel that do not depend on it */
	if (!forecast.program)
		forecast.program = named;
	error_save(&absent);
	if (explain_forecast_beside_absence(&forecast))
		status = cgswap_error_get_status(cgswap_last_error());
	else
		error_restore(&absent);
	program_unref(named);
	return status;
}
